#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""antiphon-run with several servers, of which some die and return."""

import http.server
import json
import os
import signal
import socket
import tempfile
import threading
import time

from harness import (TIMEOUT, Sim, Skipped, case, contains, environment, equal, finish, main, prompts, run,
                     start, wait_until)

SLOTS = 4
MODEL = 'sim:text=echo,duration=100'


class Mortal(Sim):
    """A server that can be killed, and come back at the same address."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]
        super().__init__('--slots', str(SLOTS), '--port', str(self.port))

    def kill(self):
        self.process.kill()
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(TIMEOUT)

    def served(self):
        return self.get('/sim/stats')['requests']['by_path'].get('/api/generate', 0)


def begin(servers, n_prompts, folder, *arguments):
    path = folder + '/prompts.txt'
    with open(path, 'w', encoding='utf-8') as file:
        file.write('\n'.join('prompt %d' % n for n in range(n_prompts)))
    return start('-m', MODEL, '-j', str(SLOTS), '--summary', folder + '/summary.json', path,
                 *arguments, *[part for server in servers for part in ('-s', server.url)])


def conclude(process, rows, n_prompts, folder):
    """All prompts end done, each exactly once, with the answer to itself."""
    out, err = finish(process)
    rows += [json.loads(line) for line in out.splitlines()]
    equal(process.returncode, 0, err)
    equal(sorted(row['index'] for row in rows), list(range(n_prompts)), 'each exactly once')
    for row in rows:
        equal((row['state'], row['response'].strip()), ('done', 'prompt %d' % row['index']))
    with open(folder + '/summary.json', encoding='utf-8') as file:
        return json.load(file)


def read_rows(process, rows, n):
    while len(rows) < n:
        rows.append(json.loads(process.stdout.readline()))


@case
def three_servers_of_four_slots_are_twelve_in_flight():
    with Mortal() as a, Mortal() as b, Mortal() as c, tempfile.TemporaryDirectory() as folder:
        process = begin((a, b, c), 120, folder)
        rows = []
        summary = conclude(process, rows, 120, folder)
        equal(summary['peak_in_flight'], 12, 'peak')
        for server in a, b, c:
            stats = server.get('/sim/stats')['generate']
            equal(stats['in_flight_peak'], SLOTS, 'never more than its slots')
    equal({row['server'] for row in rows}, {a.url, b.url, c.url}, 'all were used')


@case
def a_server_that_dies_gives_its_prompts_back():
    with Mortal() as a, Mortal() as b, tempfile.TemporaryDirectory() as folder:
        dying = Mortal().__enter__()
        process = begin((a, dying, b), 400, folder)
        rows = []
        read_rows(process, rows, 40)
        wait_until(lambda: dying.get('/sim/stats')['generate']['in_flight'] > 0, 'in flight')
        dying.kill()
        conclude(process, rows, 400, folder)
    assert any(row['attempts'] > 1 for row in rows), 'what was in flight there was sent again'


@case
def a_server_that_returns_is_used_again():
    with Mortal() as a, tempfile.TemporaryDirectory() as folder:
        dying = Mortal().__enter__()
        process = begin((a, dying), 600, folder)
        rows = []
        read_rows(process, rows, 20)
        dying.kill()
        read_rows(process, rows, 40)
        with dying:
            wait_until(lambda: dying.served() > 0, 'it is used again')
            conclude(process, rows, 600, folder)


@case
def all_servers_die_and_one_returns():
    with tempfile.TemporaryDirectory() as folder:
        servers = [Mortal().__enter__() for _ in range(2)]
        # With few retries it would be chance whether the run gives up before.
        process = begin(servers, 100, folder, '--retries', '50')
        rows = []
        read_rows(process, rows, 10)
        for server in servers:
            server.kill()
        time.sleep(0.3)
        with servers[0]:
            conclude(process, rows, 100, folder)


@case
def a_server_that_does_not_know_us_is_left_out():
    with (Sim('-m', 'm=tokens=2,fault=status-401') as closed, Sim('-m', 'm=tokens=2') as open_):
        result = run('-s', closed.url, '-s', open_.url, '-m', 'm', '-j', '2',
                     *prompts(*(str(n) for n in range(10))))
        equal(result.status, 0, result.err)
        equal({row['server'] for row in result.rows}, {open_.url})
        equal(result.err.count('wants you to sign in'), 1, 'told once')
        assert sum('prompt' in b for b in closed.bodies()) <= 2, 'asked no more than was in flight there'


@case
def a_key_that_is_missing_uses_up_no_prompts():
    with Sim('-m', 'm=fault=status-401') as sim, tempfile.TemporaryDirectory() as folder:
        path = folder + '/prompts.txt'
        with open(path, 'w', encoding='utf-8') as file:
            file.write('\n'.join(str(n) for n in range(5000)))
        result = run('-s', sim.url, '-m', 'm', '-j', '2', path)
        equal(result.status, 1)
        contains(result.err, 'key-env=')
        contains(result.err, 'The rest of the input is left unread.')
        assert sum('prompt' in b for b in sim.bodies()) <= 4, 'not asked again and again'


@case
def a_long_rest_is_told_and_can_be_cut_short():
    with Sim('-m', 'm=tokens=2,fault=busy-retry-after,retry=200000,first=1') as sim:
        process = start('-s', sim.url, '-m', 'm', '-p', 'a')
        words = process.stderr.readline()
        contains(words, 'It asks us to wait for 55 h 33 min')
        contains(words, 'kill -USR1 %d' % process.pid)
        process.send_signal(signal.SIGUSR1)
        out, err = finish(process)
        equal(process.returncode, 0, err)
        equal(json.loads(out)['state'], 'done')


class Proxy(http.server.BaseHTTPRequestHandler):
    """Answers in the place of every server, and notes which was asked."""
    asked = []

    def do_POST(self):
        self.asked.append(self.path)
        self.rfile.read(int(self.headers['Content-Length']))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"response":"by proxy","done":true}\n')

    def log_message(self, *_):
        pass


@case
def a_proxy_is_passed_by_before_a_local_server():
    if 'GIO_MODULE_DIR' in os.environ:
        raise Skipped('the module of GIO that knows proxies is left out')
    with Sim('-m', 'm=tokens=2') as sim, \
            http.server.HTTPServer(('127.0.0.1', 0), Proxy) as proxy:
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        try:
            env = environment(http_proxy='http://127.0.0.1:%d' % proxy.server_port, no_proxy='')
            env.pop('GIO_USE_PROXY_RESOLVER', None)
            # The proxy is one that this machine would use.
            result = run('-s', 'http://gpu.example:1234', '-m', 'm', '-p', 'a', env=env)
            equal(result.status, 0, result.err)
            equal(result.rows[0]['response'], 'by proxy')
            equal(Proxy.asked, ['http://gpu.example:1234/api/generate'])
            result = run('-s', sim.url, '-m', 'm', '-p', 'a', env=env)
            equal(result.status, 0, result.err)
            equal(len(Proxy.asked), 1, 'requests to the proxy')
        finally:
            proxy.shutdown()
            thread.join()


main()
