# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that wants secrets, and where they may not be found."""

import http.server
import json
import threading

from driver import act, find, set_text

KEY = 'sk-nobody-may-read-this'
HEADER = 'red-team-only'


class Ollama(http.server.ThreadingHTTPServer):
    """A server that answers only those who have the key; as a context manager it ends with the test."""

    def __init__(self):
        super().__init__(('127.0.0.1', 0), Handler)
        self.is_open = False
        self.strangers = self.friends = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *unused):
        self.shutdown()
        self.server_close()

    @property
    def address(self):
        return '127.0.0.1:%d' % self.server_port


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *unused):
        pass

    def do_GET(self):
        friend = self.server.is_open or (self.headers.get('Authorization') == 'Bearer ' + KEY
                                         and self.headers.get('X-Team') == HEADER)
        if friend:
            self.server.friends += 1
        else:
            self.server.strangers += 1
        body = {'error': 'no %s' % self.headers.get('Authorization')}
        if friend and self.path == '/api/version':
            body = {'version': '7.7.7'}
        elif friend and self.path == '/api/tags':
            body = {'models': [{'name': 'guarded:latest'}]}
        self.reply(200 if friend else 401, body)

    def do_POST(self):
        """Answers; what it is asked to refuse it refuses, and says the secrets with it."""
        asked = self.rfile.read(int(self.headers.get('Content-Length', 0))).decode()
        if self.headers.get('Authorization') != 'Bearer ' + KEY:
            self.reply(401, {'error': 'unauthorized'})
        elif self.path != '/api/generate':
            self.reply(404, {'error': 'nothing for %s of %s there' % (KEY, HEADER)})
        elif 'please refuse' in asked:
            self.reply(400, {'error': 'refused to %s of %s' % (KEY, HEADER)})
        else:
            self.reply(200, {'model': 'guarded:latest', 'response': 'answered', 'done': True,
                             'done_reason': 'stop'})

    def reply(self, status, body):
        content = json.dumps(body).encode() + b'\n'
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def enter_secrets(dialog):
    """Types the key and the header into the dialog of a server."""
    set_text(find(dialog, None, 'API Key', where=lambda n: n.get_editable_text_iface()), KEY)
    act(dialog, 'server.add-header')
    set_text(find(dialog, None, 'Header, as “Name: value”',
                  where=lambda n: n.get_editable_text_iface()), 'X-Team: ' + HEADER)


def traces(directory):
    """Files below a directory that have a secret in them."""
    found = []
    for path in directory.rglob('*'):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if KEY.encode() in content or HEADER.encode() in content:
                found.append(str(path))
    return found
