#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers in the preferences, and what becomes of their keys."""

import contextlib
import hashlib
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile

from antiphon import ANTIPHON, action, write_rows
from driver import (App, BUTTON, Role, act, click, config_home, find, key, labels, real_click,
                    run_tests, says, sensitive, set_text, type_path, wait)
from guarded import HEADER, KEY, Ollama, enter_secrets, traces

HOME = pathlib.Path(os.environ['HOME'])
# Nobody listens there.
NOBODY = 'http://127.0.0.1:9'
TLS = pathlib.Path(__file__).resolve().parent.parent / 'data' / 'tls'


def start(config, *arguments, stderr=None, **environment):
    """The program with what is set there, in a file as it is for users."""
    env = {'G_DEBUG': 'fatal-warnings', 'GSETTINGS_BACKEND': 'keyfile', 'G_MESSAGES_DEBUG': 'all',
           'XDG_CONFIG_HOME': config, **environment}
    return App(ANTIPHON, *arguments, env=env, stderr=stderr)


class Stranger(Ollama):
    """A server with a certificate that nobody vouches for, and no need for a key."""

    def __init__(self):
        super().__init__()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TLS / 'server.pem')
        self.socket = context.wrap_socket(self.socket, server_side=True,
                                          do_handshake_on_connect=False)
        self.is_open = True

    @property
    def fingerprint(self):
        shown = ssl.get_server_certificate(self.server_address)
        digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(shown)).hexdigest().upper()
        return ':'.join(digest[i:i + 2] for i in range(0, len(digest), 2))

    def handle_error(self, *unused):
        """A client that does not trust it hangs up."""


@contextlib.contextmanager
def keyring():
    """The desktop's keyring; gives a function that lists what is kept."""
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'keyring.py')
    process = subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, text=True)

    def kept():
        said = subprocess.run(['gdbus', 'call', '--session', '--dest', 'org.freedesktop.secrets',
                               '--object-path', '/org/freedesktop/secrets', '--method',
                               'org.freedesktop.DBus.Properties.Get',
                               'org.freedesktop.Secret.Service', 'Kept'],
                              check=True, capture_output=True, text=True, timeout=20)
        return said.stdout
    try:
        assert process.stdout.readline() == 'ready\n'
        yield kept
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def preferences(app):
    action('preferences')
    return app.window('Preferences')


def add(app, server):
    """Adds a server with its secrets, and tries it."""
    window = preferences(app)
    act(window, 'preferences.add-server')
    dialog = app.window('Add Server')
    set_text(find(dialog, Role.TEXT, 'Address'), server.address)
    set_text(find(dialog, Role.TEXT, 'Name'), 'guarded')
    act(dialog, 'server.test')
    says(dialog, 'wants you to sign in')
    enter_secrets(dialog)
    act(dialog, 'server.test')
    says(dialog, 'Connected: 1 model')
    act(dialog, 'server.save')
    says(window, 'Connected, version 7.7.7')
    act(window, 'window.close')


def ask(app, *prompts):
    """Has the guarded server answer one prompt and refuse another."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_rows(folder, *({'model': 'guarded:latest', 'prompt': prompt} for prompt in prompts))
        subprocess.run([ANTIPHON, path], check=True, timeout=30)
        window = app.window('Antiphon')
        says(window, '1 done', 30)
        says(window, '1 failed', 30)


def models(window):
    return labels(find(window, Role.COMBO_BOX, 'Model'))


def test_keyring():
    """a key lives in the keyring, and is found there at the next start"""
    config = config_home()
    with Ollama() as server, keyring() as kept, tempfile.TemporaryFile('w+') as log:
        with start(config, '--server', NOBODY, stderr=log) as app:
            add(app, server)
            wait(lambda: KEY in kept() and HEADER in kept(), None, 'the key in the keyring')
            app.quit()
        known = server.friends

        with start(config, stderr=log, OLLAMA_HOST=NOBODY) as app:
            window = app.window('Antiphon')
            # It is another server's model, which is offered all the same.
            wait(lambda: 'guarded:latest' in models(window), 20, 'the model')
            assert server.friends > known
            ask(app, 'please answer', 'please refuse')
            app.quit()

        log.seek(0)
        said = log.read()
        assert KEY not in said and HEADER not in said, 'a secret is in the log'
    assert not traces(HOME), traces(HOME)
    settings = pathlib.Path(config) / 'glib-2.0/settings/keyfile'
    assert server.address in settings.read_text()


def test_removal():
    """a server that is removed is forgotten, and its key with it"""
    with Ollama() as server, keyring() as kept, start(config_home(), '--demo') as app:
        add(app, server)
        wait(lambda: KEY in kept())
        window = preferences(app)
        act(open_server(app, window, server), 'server.remove')
        says(window, '“guarded” removed')
        wait(lambda: KEY not in kept())
        click(find(window, BUTTON, 'Undo'))
        wait(lambda: KEY in kept())


def open_server(app, window, server):
    """The dialog of a server in the list."""
    row = find(window, Role.LIST_ITEM, where=lambda n: server.address in ' '.join(labels(n)))
    real_click(app, row, 'Preferences')
    return app.window('Server')


def test_edit():
    """a server is changed, and keeps its key"""
    with Ollama() as server, keyring() as kept, start(config_home(), '--demo') as app:
        add(app, server)
        wait(lambda: KEY in kept())
        window = preferences(app)
        dialog = open_server(app, window, server)
        set_text(find(dialog, Role.TEXT, 'Name'), 'renamed')
        act(dialog, 'server.save')
        says(window, 'renamed')
        dialog = open_server(app, window, server)
        act(dialog, 'server.test')
        says(dialog, 'Connected: 1 model')
        act(dialog, 'server.save')
        assert KEY in kept()
        act(window, 'window.close')
        app.quit()


def test_trust():
    """a certificate that nobody vouches for is shown by its fingerprint, and trusted by a button"""
    config = config_home()
    with Stranger() as server:
        fingerprint = server.fingerprint
        with start(config, '--server', NOBODY) as app:
            window = preferences(app)
            act(window, 'preferences.add-server')
            dialog = app.window('Add Server')
            set_text(find(dialog, Role.TEXT, 'Address'), 'https://' + server.address)
            set_text(find(dialog, Role.TEXT, 'Name'), 'strange')
            act(dialog, 'server.test')
            says(dialog, fingerprint)
            assert server.friends == 0, 'it was asked before it was trusted'
            click(find(dialog, BUTTON, 'Trust It'))
            says(dialog, 'Connected: 1 model')
            act(dialog, 'server.save')
            says(window, 'Connected, version 7.7.7')
            act(window, 'window.close')
            app.quit()
        # The next start trusts it as well.
        known = server.friends
        with start(config, OLLAMA_HOST=NOBODY) as app:
            wait(lambda: 'guarded:latest' in models(app.window('Antiphon')), 20, 'the model')
            assert server.friends > known
            app.quit()


def test_authority():
    """a certificate that is vouched for by a file of one's own is trusted, and only then"""
    with Stranger() as server, start(config_home(), '--server', NOBODY) as app:
        window = preferences(app)
        act(window, 'preferences.add-server')
        dialog = app.window('Add Server')
        set_text(find(dialog, Role.TEXT, 'Address'), 'https://' + server.address)
        act(dialog, 'server.test')
        says(dialog, server.fingerprint)

        real_click(app, find(dialog, None, 'Trust', where=lambda n: n.get_role() in
                             (Role.COMBO_BOX, Role.LIST_ITEM)), 'Add Server')
        key('Down', 'Return')
        says(dialog, 'No file was chosen yet')
        click(find(dialog, BUTTON, 'Choose…'))
        chooser = app.window('Choose Certificate File')
        wait(lambda: sensitive(chooser))
        type_path(str(TLS / 'authority.pem'))
        says(dialog, 'A file was chosen')
        act(dialog, 'server.test')
        says(dialog, 'Connected: 1 model')
        act(dialog, 'server.save')
        says(window, 'Connected, version 7.7.7')
        act(window, 'window.close')
        app.quit()


if __name__ == '__main__':
    sys.exit(run_tests([
        test_keyring,
        test_removal,
        test_edit,
        test_trust,
        test_authority,
    ]) > 0)
