#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that takes long: what the desktop is told of it, with and without a window."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading

from antiphon import ANTIPHON, ID, send
from desktop_services import COOKIE
from driver import App, act, run_tests, says, wait
from sim import Sim

SHORT = 'slow:latest=tokens=60,rate=40'
# Long enough for what has to happen while they last, also if each step takes a second.
LONG = 'slow:latest=tokens=400,rate=30'
ENV = {'G_DEBUG': 'fatal-warnings', 'GSETTINGS_BACKEND': 'keyfile',
       'G_MESSAGES_DEBUG': 'aph-compat'}
SUSPEND = 4


class Desktop:
    """What the application has told the desktop so far."""

    def __init__(self):
        program = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'desktop_services.py')
        self.process = subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, text=True)
        self.heard = []
        assert json.loads(self.process.stdout.readline())[0] == 'ready'
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            self.heard.append(json.loads(line))

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()

    def told(self, what):
        return [arguments for name, arguments in self.heard if name == what]

    def hears(self, what, condition=lambda arguments: True):
        """Waits until it was told something that fulfils the condition; returns that."""
        return wait(lambda: [arguments for arguments in self.told(what) if condition(arguments)],
                    60, '%s among %s' % (what, self.heard))[0]


@contextlib.contextmanager
def running(background, model, stderr=None):
    """The application with three prompts that are being answered."""
    subprocess.run(['gsettings', 'set', ID, 'run-in-background', str(background).lower()],
                   check=True, timeout=20, env={**os.environ, **ENV})
    with Desktop() as desktop, Sim(model) as sim, \
            App(ANTIPHON, '--server', sim.url, env=ENV, stderr=stderr) as app:
        window = app.window('Antiphon')
        says(window, 'slow:latest')
        send(window, 'one', 'two', 'three')
        desktop.hears('Inhibit')
        yield desktop, app, window


def test_window():
    """it is not suspended while prompts run, and the dock shows how far they are"""
    with running(False, SHORT) as (desktop, app, window):
        inhibited = desktop.told('Inhibit')[0]
        # A portal is not told who asks.
        assert inhibited[0] in (ID, '') and inhibited[3] & SUSPEND, inhibited
        desktop.hears('Update', lambda a: a[0] == 'application://%s.desktop' % ID
                      and a[1]['progress-visible'])
        desktop.hears('Uninhibit', lambda a: a[0] == COOKIE)
        desktop.hears('Update', lambda a: not a[1]['progress-visible'])
        # Closing it asks while prompts run, and not now.
        act(window, 'window.close')
        app.ended()


def test_announced():
    """a screen reader is told of the end, once, and of nothing that streams"""
    with tempfile.TemporaryFile('w+') as log:
        with running(False, SHORT, log) as (desktop, app, window):
            desktop.hears('Uninhibit')
            says(window, '3 done', 30)
            act(window, 'window.close')
            app.ended()
        log.seek(0)
        told = [line.partition('announced: ')[2].strip() for line in log if 'announced: ' in line]
    assert told == ['All prompts have ended: 3 done'], told


def test_background():
    """without its window it goes on when it may, tells how it went, and ends"""
    with running(True, LONG) as (desktop, app, window):
        act(window, 'window.close')
        reason = desktop.hears('RequestBackground')
        assert reason[1]['reason'] and not reason[1]['autostart'], reason
        desktop.hears('SetStatus', lambda a: a[0]['message'])
        assert app.process.poll() is None, 'it has ended'
        told = desktop.hears('AddNotification', lambda a: a[0] == ID)
        assert told[2]['body'] == '3 done', told
        buttons = [button['action'] for button in told[2]['buttons']]
        assert buttons == ['app.export'], told
        app.ended(20)


def test_back():
    """a window that is opened again shows what runs"""
    with running(True, LONG) as (desktop, app, window):
        act(window, 'window.close')
        desktop.hears('RequestBackground')
        subprocess.run([ANTIPHON], check=True, timeout=30, env={**os.environ, **ENV})
        window = app.window('Antiphon')
        says(window, 'three')
        says(window, '3 running')
        desktop.hears('Uninhibit')
        act(window, 'window.close')
        app.ended(20)


if __name__ == '__main__':
    sys.exit(run_tests([
        test_window,
        test_announced,
        test_background,
        test_back,
    ]) > 0)
