#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""antiphon-run while something sleeps: itself, as on a laptop that is closed, or a server."""

import json
import os
import signal
import tempfile
import time

from harness import Sim, case, contains, equal, finish, main, prompts, start, wait_until


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


@case
def ten_thousand_prompts_and_nobody_there():
    """It is asked again and again whether the server is back, but not ten thousand times; and when it
    is, nothing is missing."""
    with tempfile.TemporaryDirectory() as folder:
        path = folder + '/prompts.txt'
        with open(path, 'w', encoding='utf-8') as file:
            file.write('\n'.join('prompt %d' % n for n in range(10000)))
        with Sim() as sim:
            url, port = sim.url, sim.url.rsplit(':', 1)[1]
        process = start('-s', url, '-m', 'sim:tokens=1', '-j', '64', '--retries', '100',
                        '-o', folder + '/rows.jsonl', path)
        time.sleep(2)
        equal(process.poll(), None, 'it waits')
        with Sim('--port', port) as sim:
            _, err = finish(process)
            stats = sim.get('/sim/stats')
        equal(process.returncode, 0, err)
        equal(stats['requests']['by_path']['/api/generate'], 10001, 'each once, and the load')
        with open(folder + '/rows.jsonl', encoding='utf-8') as file:
            equal(sorted(json.loads(line)['index'] for line in file), list(range(10000)))


main()
