#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""antiphon-run while something sleeps: itself, as on a laptop that is closed, or a server."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

from harness import (RUN, Sim, Skipped, begun, case, contains, environment, equal, finish, main, prompts,
                     start, wait_until)

NET_ENV = pathlib.Path(__file__).resolve().parent.parent / 'net-env.sh'


@case
def what_came_in_time_counts_however_late_it_is_read():
    """The clocks go on while the program is stopped, and so does the server. What it had sent by then
    is no silence."""
    with Sim() as sim:
        process = start('-s', sim.url, '-m', 'sim:text=count,tokens=20,rate=20', '--retries', '0',
                        '--timeout', 'stall=1,first=5', *prompts('a', 'b'))
        wait_until(lambda: sim.get('/sim/stats')['tokens'] > 4, 'it answers')
        process.send_signal(signal.SIGSTOP)
        time.sleep(3)
        process.send_signal(signal.SIGCONT)
        out, err = finish(process)
    equal(process.returncode, 0, err)
    equal([json.loads(line)['state'] for line in out.splitlines()], ['done', 'done'])


@case
def a_server_that_sleeps_is_silence():
    with Sim() as sim:
        process = start('-s', sim.url, '-m', 'sim:text=count,tokens=200,rate=50', '--retries', '0',
                        '--timeout', 'stall=1', '-p', 'a')
        wait_until(lambda: sim.get('/sim/stats')['tokens'] > 4, 'it answers')
        os.kill(sim.process.pid, signal.SIGSTOP)
        out, err = finish(process)
        os.kill(sim.process.pid, signal.SIGCONT)
    row = json.loads(out)
    equal((row['state'], row['error']['class'], row['marks']), ('failed', 'timeout', ['stalled']))
    assert row['response'].startswith('1 2 3'), row
    contains(err, 'Wait longer (--timeout)')


@case
def a_server_that_wakes_in_time_is_waited_for():
    with Sim() as sim:
        process = start('-s', sim.url, '-m', 'sim:text=count,tokens=20,rate=20', '--retries', '0',
                        '--timeout', 'stall=30', '-p', 'a')
        wait_until(lambda: sim.get('/sim/stats')['tokens'] > 4, 'it answers')
        os.kill(sim.process.pid, signal.SIGSTOP)
        time.sleep(1.5)
        os.kill(sim.process.pid, signal.SIGCONT)
        out, err = finish(process)
    equal(process.returncode, 0, err)
    equal(json.loads(out)['attempts'], 1)


@contextlib.contextmanager
def ten_thousand_prompts():
    """A file of them, and a place for what becomes of them."""
    with tempfile.TemporaryDirectory() as folder:
        path = folder + '/prompts.txt'
        with open(path, 'w', encoding='utf-8') as file:
            file.write('\n'.join('prompt %d' % n for n in range(10000)))
        yield path, folder + '/rows.jsonl'


def in_own_network(*arguments):
    """The program in a network where nobody else is, once it runs."""
    process = begun(NET_ENV, RUN, *arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL, env=environment())
    comm = pathlib.Path('/proc/%d/comm' % process.pid)
    wait_until(lambda: process.poll() is not None or comm.read_text() == 'antiphon-run\n', 'it runs')
    if process.poll() is not None:
        raise Skipped(process.stdout.read().partition('SKIP ')[2].strip())
    return process


def connections_tried(process):
    """By all in the network of a process."""
    path = pathlib.Path('/proc/%d/net/snmp' % process.pid)
    names, values = (line.split() for line in path.read_text().splitlines() if line.startswith('Tcp:'))
    return int(values[names.index('ActiveOpens')])


@case
def nobody_there_is_not_hammered():
    """It is looked at longer and longer intervals whether a server comes, by one for all who wait."""
    with ten_thousand_prompts() as (path, output):
        process = in_own_network('-s', '127.0.0.1:9', '-m', 'sim', '-j', '64', '--retries', '100',
                                 '-o', output, path)
        time.sleep(4)
        n_tried = connections_tried(process)
        assert n_tried <= 12, n_tried
        wait_until(lambda: connections_tried(process) > max(n_tried, 4), 'it looks again')
        equal(process.poll(), None, 'it waits')
        process.kill()
        process.wait()


@case
def ten_thousand_prompts_and_nobody_there():
    """When the server is back nothing is missing."""
    with ten_thousand_prompts() as (path, output):
        with Sim() as sim:
            url, port = sim.url, sim.url.rsplit(':', 1)[1]
        process = start('-s', url, '-m', 'sim:tokens=1', '-j', '64', '--retries', '100',
                        '-o', output, path)
        time.sleep(2)
        equal(process.poll(), None, 'it waits')
        with Sim('--port', port) as sim:
            _, err = finish(process)
            stats = sim.get('/sim/stats')
        equal(process.returncode, 0, err)
        equal(stats['requests']['by_path']['/api/generate'], 10001, 'each once, and the load')
        with open(output, encoding='utf-8') as file:
            equal(sorted(json.loads(line)['index'] for line in file), list(range(10000)))


main()
