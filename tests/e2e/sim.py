# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated server, for tests that drive a program from outside."""

import json
import os
import socket
import subprocess
import urllib.request


class Sim:
    """A simulated server of its own; as a context manager it never outlives the test."""

    def __init__(self, *models, port=0, default=''):
        command = [os.environ['ANTIPHON_SIM'], '--until-eof', '--port', str(port),
                   '--default', default]
        for model in models:
            command += ['--model', model]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        line = self.process.stdout.readline()
        if not line.startswith('listening on '):
            raise RuntimeError('the simulated server says %r' % line)
        self.url = line.split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    @property
    def host(self):
        return self.url.split('://')[1]

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=20) as reply:
            return json.load(reply)

    def stats(self):
        """What has been asked so far, and how much of it was answered."""
        return self.get('/sim/stats')

    def delete(self, model):
        """Takes a model away."""
        body = json.dumps({'model': model}).encode()
        request = urllib.request.Request(self.url + '/api/delete', body, method='DELETE')
        with urllib.request.urlopen(request) as reply:
            reply.read()


def free_port():
    """A port on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]
