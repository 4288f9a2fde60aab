#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed Flatpak at work in its sandbox. build-aux/flatpak-test.sh starts this."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))
from driver import (App, Atspi, GLib, Role, act, children, find, key, says,  # noqa: E402
                    run_tests, screenshot, set_text, type_text, wait, xdotool)
from gi.repository import Gio  # noqa: E402
from guarded import Ollama, enter_secrets, traces  # noqa: E402

ID = os.environ['FLATPAK_ID_UNDER_TEST']
HOME = pathlib.Path(os.environ['HOME'])
INSTALLATION = pathlib.Path(os.environ['FLATPAK_USER_DIR'])
GUARDED = Ollama()
QUIET = ('G_DEBUG', 'GSETTINGS_BACKEND', 'GIO_USE_VFS', 'GIO_USE_VOLUME_MONITOR', 'GDK_DISABLE',
         'ADW_DISABLE_PORTAL', 'LANGUAGE')
# `flatpak run` hands most of the environment on, and the sandbox is to be as users have it.
ENV = {key: value for key, value in os.environ.items() if key not in QUIET}
LOG = open(HOME / 'application.log', 'w+', encoding='utf-8')


def run(*words, check=True, **more):
    return subprocess.run(['flatpak', 'run', *words], env={**ENV, **more}, check=check,
                          capture_output=True, text=True, timeout=60)


class Flatpak(App):
    """The application in its sandbox: its process is not the one that was started."""

    def __init__(self, *arguments):
        for name in QUIET:
            os.environ.pop(name, None)
        super().__init__('flatpak', 'run', ID, *arguments, stderr=LOG)

    def _look_for(self):
        if self.process.poll() is not None:
            raise RuntimeError('flatpak run ended with %d' % self.process.returncode)
        return next(app for app in children(Atspi.get_desktop(0)) if app.get_name() == 'antiphon')

    def kill(self):
        subprocess.run(['flatpak', 'kill', ID], check=False, capture_output=True)
        super().kill()


def composer(window):
    return find(window, Role.TEXT, 'New prompts')


def test_command_line():
    """antiphon-run is reachable, and is of this version"""
    said = run('--command=antiphon-run', ID, '--version').stdout
    assert said.startswith('antiphon-run '), said


def test_network():
    """antiphon-run answers three prompts with a server on this computer"""
    sim = subprocess.Popen(['flatpak', 'run', '--command=/app/libexec/antiphon-sim', ID,
                            '--port', '0', '--until-eof', '--model', 'steady:latest=tokens=20'],
                           env=ENV, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        url = sim.stdout.readline().split()[-1]
        said = run('--command=antiphon-run', ID, '--server', url, '-p', 'one', '-p', 'two',
                   '-p', 'three').stdout
        rows = [json.loads(line) for line in said.splitlines()]
        assert sorted(row['prompt'] for row in rows) == ['one', 'three', 'two'], said
        assert all(row['response'] for row in rows), said
    finally:
        sim.communicate()


def test_language():
    """the bundle has the translations with it"""
    said = run('--command=antiphon-run', ID, '--help', LC_ALL='zh_CN.UTF-8').stdout
    assert '提示词' in said, said


def test_no_files():
    """files outside cannot be seen"""
    (HOME / 'private.txt').write_text('mine\n')
    said = run('--command=cat', ID, str(HOME / 'private.txt'), check=False)
    assert said.returncode != 0 and 'No such file' in said.stderr, said


def announcements():
    """What a screen reader is told from now on, as it comes."""
    address = Gio.bus_get_sync(Gio.BusType.SESSION, None).call_sync(
        'org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress', None, None,
        Gio.DBusCallFlags.NONE, 10000, None).unpack()[0]
    bus = Gio.DBusConnection.new_for_address_sync(
        address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
        | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
    heard = []
    bus.signal_subscribe(None, 'org.a11y.atspi.Event.Object', 'Announcement', None, None,
                         Gio.DBusSignalFlags.NONE, lambda *a: heard.append(str(a[5].unpack())))
    return bus, heard


def test_window(app):
    """the window answers three prompts, and a screen reader is told once that it has"""
    window = app.window('Antiphon')
    _bus, heard = announcements()
    set_text(composer(window), 'first\n---\nsecond\n---\nthird')
    says(window, 'Send 3')
    act(window, 'win.send')
    says(window, '3 done', 30)

    def ends():
        while GLib.MainContext.default().iteration(False):
            pass
        return [words for words in heard if '3 done' in words]
    wait(ends, 10, 'the announcement, among %s' % heard)
    assert len(heard) == 1, heard


def test_forwarded(app):
    """a file that is opened with it is added to the running window, through the document portal"""
    path = HOME / 'forwarded.txt'
    path.write_text('forwarded prompt\n')
    run('--file-forwarding', ID, '@@', str(path), '@@')
    window = app.window('Antiphon')
    says(window, 'forwarded prompt', 30)


def choosers():
    return xdotool('search', '--onlyvisible', '--class', 'xdg-desktop-portal-gtk').split()


def choose(path):
    """Types into the dialog of the portal, which may not listen to keys yet."""
    for dialog in choosers():
        xdotool('windowfocus', '--sync', dialog)
    key('ctrl+l', 'ctrl+a')
    type_text(str(path))
    time.sleep(0.5)  # it looks at what was typed
    key('Return')


def test_chooser(app):
    """a file comes in through the file chooser portal"""
    path = HOME / 'chosen.txt'
    path.write_text('chosen prompt\n')
    act(app.window('Antiphon'), 'win.open')
    wait(choosers, 30, 'the file chooser')
    for _ in range(5):
        choose(path)
        with contextlib.suppress(TimeoutError):
            wait(lambda: not choosers(), 3)
            break
    says(app.window('Antiphon'), 'chosen prompt', 30)


def test_preferences(app):
    """a server is entered and tried in the preferences"""
    subprocess.run(['gapplication', 'action', ID, 'preferences'], check=True, timeout=20)
    window = app.window('Preferences')
    act(window, 'preferences.add-server')
    dialog = app.window('Add Server')
    set_text(find(dialog, Role.TEXT, 'Address'), '127.0.0.1:9')
    act(dialog, 'server.test')
    says(dialog, 'No server answers')
    shoot('flatpak-preferences')
    act(dialog, 'window.close')
    act(window, 'window.close')


def test_secret(app):
    """a key is kept without a keyring: encrypted with what the Secret portal gives"""
    subprocess.run(['gapplication', 'action', ID, 'preferences'], check=True, timeout=20)
    window = app.window('Preferences')
    act(window, 'preferences.add-server')
    dialog = app.window('Add Server')
    set_text(find(dialog, Role.TEXT, 'Address'), GUARDED.address)
    enter_secrets(dialog)
    act(dialog, 'server.test')
    says(dialog, 'Connected: 1 model')
    act(dialog, 'server.save')
    says(window, 'Connected, version 7.7.7')
    wait(lambda: list((HOME / '.var/app' / ID).rglob('*.keyring')), 20, 'the file of the keyring')
    act(window, 'window.close')
    assert not traces(HOME), traces(HOME)


def test_secret_again():
    """… and is found there at the next start"""
    known = GUARDED.friends
    # The others are left alone where the command line names one.
    os.environ['OLLAMA_HOST'] = 'http://127.0.0.1:9'
    app = Flatpak()
    try:
        app.window('Antiphon')
        wait(lambda: GUARDED.friends > known, 20,
             'who has the key (%d without it)' % GUARDED.strangers)
    finally:
        app.kill()


def shoot(name):
    """Leaves a picture for whoever wants to see it."""
    directory = os.environ.get('E2E_SHOTS')
    if directory:
        screenshot(os.path.join(directory, name + '.png'))


def test_quiet(app):
    """nothing went wrong that was worth a warning"""
    shoot('flatpak')
    app.kill()
    LOG.seek(0)
    bad = [line for line in LOG if 'CRITICAL' in line or 'antiphon' in line and 'WARNING' in line]
    assert not bad, ''.join(bad)


def test_data():
    """its data is where Flatpak keeps it"""
    kept = HOME / '.var/app' / ID
    assert kept.is_dir(), sorted(HOME.iterdir())


def test_removal():
    """it is removed without a trace"""
    subprocess.run(['flatpak', '--user', 'uninstall', '-y', '--noninteractive', '--delete-data', ID],
                   check=True, capture_output=True)
    assert not (HOME / '.var/app' / ID).exists()
    left = [path for path in INSTALLATION.glob('exports/**/*') if ID in path.name]
    assert not left, left
    assert not (INSTALLATION / 'app' / ID).exists()


def main():
    before = [test_command_line, test_network, test_language, test_no_files]
    together = [test_window, test_forwarded, test_chooser, test_preferences, test_secret,
                test_quiet]
    after = [test_secret_again, test_data, test_removal]
    state = {}
    portal = subprocess.Popen([sys.executable, os.path.join(os.path.dirname(
        os.path.abspath(__file__)), 'secret_portal.py')], stdout=subprocess.PIPE, text=True)
    assert portal.stdout.readline() == 'ready\n'

    def with_app(test):
        def call():
            if 'app' not in state:
                state['app'] = Flatpak('--demo')
            test(state['app'])
        call.__doc__, call.__name__ = test.__doc__, test.__name__
        return call
    try:
        return run_tests(before + [with_app(test) for test in together] + after)
    finally:
        if 'app' in state:
            state['app'].kill()
        portal.kill()


sys.exit(main() > 0)
