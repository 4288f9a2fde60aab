#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The application among others: what the desktop and scripts do with it, over D-Bus."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile

from antiphon import ANTIPHON, ID, action, composer, queued, send, write_file
from driver import (START_PATIENCE, App, Role, act, find, key, labels, run_tests, says, text, wait,
                    xdotool)
from sim import Sim

PATH = '/' + ID.replace('.', '/')
ENV = {'G_DEBUG': 'fatal-warnings'}


def start(*arguments):
    return App(ANTIPHON, *arguments, env=ENV)


def test_second_start():
    """a file that is opened later is added to the running window"""
    with tempfile.TemporaryDirectory() as directory, Sim('steady:latest=tokens=5') as sim, \
            start('--server', sim.url) as app:
        path = write_file(directory, 'more.txt', 'a later prompt\n')
        second = subprocess.run([ANTIPHON, path], check=True, timeout=30)
        assert second.returncode == 0
        says(app.window('Antiphon'), 'a later prompt')
        assert len(app.windows()) == 1, 'there is another window'
        app.quit()


def test_actions():
    """scripts choose the server and fill the composer"""
    with tempfile.TemporaryDirectory() as directory, Sim('steady:latest=tokens=5') as sim, \
            start('--demo') as app:
        window = app.window('Antiphon')
        action('use-server', "'%s'" % sim.url)
        wait(lambda: 'steady:latest' in labels(find(window, Role.COMBO_BOX, 'Model')))
        path = write_file(directory, 'draft.txt', 'a draft\n')
        action('compose', "'file://%s'" % path)
        wait(lambda: 'a draft' in text(composer(window)))
        action('quit')
        app.ended()


def call(method, *parameters, name=ID, path=PATH):
    """Calls the application over the session bus; returns what that says."""
    return subprocess.run(['gdbus', 'call', '--session', '--dest', name, '--object-path', path,
                           '--method', method, *parameters], check=True, timeout=30,
                          capture_output=True, text=True).stdout


def bus(method, *parameters):
    """Calls the session bus itself."""
    name = 'org.freedesktop.DBus'
    return call('%s.%s' % (name, method), *parameters, name=name, path='/org/freedesktop/DBus')


def activate(name):
    """Presses a notification's button, as the desktop does."""
    call('org.gtk.Actions.Activate', name, '[]', '{}')


def test_notification():
    """the buttons of a notification list what has failed, and export"""
    with Sim('m:latest=text=echo,fault=status-400,every=3') as sim, \
            start('--server', sim.url) as app:
        window = app.window('Antiphon')
        says(window, 'm:latest')
        send(window, 'one', 'two', 'three')
        says(window, '1 failed')
        says(window, '2 done')
        act(window, 'win.show-table')
        queued(window, 3)
        activate('show-failures')
        queued(window, 1)
        activate('export')
        app.window('Export Answers')
        key('Escape')
        wait(lambda: len(app.windows()) == 1, None, 'the end of the dialog')
        app.quit()


@contextlib.contextmanager
def service(**environment):
    """The session bus may start it meanwhile, in that environment."""
    path = os.path.join(os.environ['GT_SERVICE_DIR'], ID + '.service')
    with open(path, 'w', encoding='utf-8') as file:
        file.write('[D-BUS Service]\nName=%s\nExec=/usr/bin/env %s %s --gapplication-service\n'
                   % (ID, ' '.join('%s=%s' % pair for pair in environment.items()), ANTIPHON))
    bus('ReloadConfig')
    try:
        yield
    finally:
        os.unlink(path)
        bus('ReloadConfig')


def test_service():
    """the session bus starts it without a window, and opens files with it"""
    with tempfile.TemporaryDirectory() as directory, Sim('steady:latest=tokens=5') as sim, \
            service(OLLAMA_HOST=sim.host, XDG_DATA_HOME=directory, **ENV):
        bus('StartServiceByName', ID, '0')
        pid = int(re.search(r'uint32 (\d+)', bus('GetConnectionUnixProcessID', ID))[1])
        try:
            listed = re.findall("'([a-z-]+)'", call('org.gtk.Actions.List'))
            assert {'compose', 'quit', 'use-demo', 'use-server'} <= set(listed), listed
            assert not xdotool('search', '--onlyvisible', '--pid', pid), 'it has a window'

            path = write_file(directory, 'first.txt', 'a prompt from the bus\n')
            call('org.freedesktop.Application.Open', "['file://%s']" % path, '{}')
            wait(lambda: xdotool('search', '--onlyvisible', '--pid', pid), START_PATIENCE, 'a window')
            wait(lambda: 'a prompt from the bus' in str(sim.get('/sim/requests')), None, 'the prompt')
            activate('quit')
            wait(lambda: ID not in bus('ListNames'), None, 'its end')
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


if __name__ == '__main__':
    sys.exit(run_tests([
        test_second_start,
        test_actions,
        test_notification,
        test_service,
    ]) > 0)
