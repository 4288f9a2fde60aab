#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""antiphon-run and servers that fail: every fault ends in the right class, and what can be helped
is helped."""

import json
import os
import tempfile
import time

from harness import Sim, case, contains, equal, main, prompts, run

COUNTED = ' '.join(str(n) for n in range(1, 21))


def ask(sim, fault, *arguments):
    return run('-s', sim.url, '-m', 'sim:text=count,tokens=20,fault=' + fault, *arguments,
               '-p', 'count')


# What the row says of each fault: the class and the HTTP status.
REPLIES = {
    'busy': ('busy', 503),
    'busy-retry-after': ('busy', 503),
    'rate-limit': ('busy', 429),
    'quota': ('quota', 429),
    'status-400': ('permanent', 400),
    'status-400-nested': ('permanent', 400),
    'status-401': ('denied', 401),
    'status-403-empty': ('permanent', 403),
    'status-404': ('permanent', 404),
    'status-404-text': ('permanent', 404),
    'status-413-html': ('permanent', 413),
    'status-429': ('busy', 429),
    'status-500': ('server', 500),
    'status-500-html': ('server', 500),
    'status-500-legacy': ('server', 500),
    'status-502': ('server', 502),
    'status-503': ('busy', 503),
    'redirect-301': ('permanent', 301),
    'redirect-307': ('permanent', 307),
    'close-before-headers': ('transport', None),
    'error-first-line': ('server', 200),
}

# What breaks in the middle; a newer libsoup notices a cut between two chunks, which for an older
# one is an end like any other.
BREAKS = {
    'error-line': ['server'],
    'no-done': ['truncated'],
    'cut-boundary': ['truncated', 'transport'],
    'cut-chunk': ['transport'],
    'rst': ['transport'],
    'done-false': ['truncated'],
    'deep': ['server'],
}

# Odd, but an answer.
ODDITIES = ['two-lines', 'split', 'crlf', 'no-newline', 'blank-lines', 'unknown-fields',
            'early-headers', 'idle-close', 'stale-close', 'wrong-types']


def failed_row(result, what):
    equal(result.status, 1, what)
    equal(len(result.rows), 1, what)
    row = result.rows[0]
    equal((row['state'], row['attempts']), ('failed', 1), what)
    equal(result.summary['failed'], 1, what)
    assert row['error']['message'], what
    # One line that says what happened, and what to do.
    said = [line for line in result.err.splitlines() if line.startswith('antiphon-run: ')]
    equal(len(said), 1, what)
    contains(said[0], ' → ')
    return row


@case
def refusals():
    with Sim() as sim:
        for fault, expected in REPLIES.items():
            for stream in ([], ['--no-stream']):
                row = failed_row(ask(sim, fault, '--retries', '0', *stream), fault)
                equal((row['error']['class'], row['error']['status']), expected, fault)
                equal(row['response'], '', fault)


@case
def broken_answers():
    with Sim() as sim:
        for fault, classes in BREAKS.items():
            row = failed_row(ask(sim, fault, '--retries', '0'), fault)
            assert row['error']['class'] in classes, (fault, row['error'])
            # What had come is there; an answer that is whole and lacks the word for it, too.
            assert COUNTED.startswith(row['response'].strip()), (fault, row['response'])
            assert row['response'], fault
            equal(row['marks'], ['incomplete'], fault)


@case
def oddities_are_no_faults():
    with Sim() as sim:
        for fault in ODDITIES:
            result = ask(sim, fault, '--retries', '0')
            equal(result.status, 0, fault)
            equal(result.rows[0]['response'].strip(), COUNTED, fault)


@case
def clocks():
    with Sim() as sim:
        for fault, timeout in (('stall-headers', 'first=0.3'), ('stall', 'stall=0.3'),
                               ('stall', '0.5'), ('stall-headers', 'total=0.5'),
                               ('stall', 'first=30,stall=0.3,total=60')):
            row = failed_row(ask(sim, fault, '--retries', '0', '--timeout', timeout), timeout)
            equal(row['error']['class'], 'timeout', timeout)
            equal(row['marks'], {'stall-headers': [], 'stall': ['stalled']}[fault]
                  if 'stall=' in timeout or fault == 'stall-headers' else ['incomplete'], timeout)
            assert 250 <= row['metrics']['total_ms'] < 10000, row
        # Slow, but never so slow.
        slow = run('-s', sim.url, '-m', 'sim:tokens=10,duration=2000', '--timeout', 'stall=1.5',
                   '-p', 'a')
        equal(slow.status, 0, slow.err)


@case
def tried_again():
    with Sim() as sim:
        for fault in ('rst', 'no-done', 'status-500', 'error-line'):
            row = ask(sim, fault + ',first=1').rows[0]
            equal((row['state'], row['attempts'], row['error']), ('done', 2, None), fault)
            # Attempts are never joined.
            equal(row['response'].strip(), COUNTED, fault)


@case
def tried_again_so_often():
    with Sim() as sim:
        result = ask(sim, 'rst', '--retries', '2')
        requests = len(sim.bodies())
    row = result.rows[0]
    equal((row['state'], row['attempts'], row['error']['class']), ('failed', 3, 'transport'))
    equal(requests, 3)


@case
def a_wrong_request_is_sent_once():
    with Sim() as sim:
        ask(sim, 'status-400', '--retries', '5')
        equal(len(sim.bodies()), 1)


@case
def busy_servers_are_waited_for():
    with Sim() as sim:
        started = time.monotonic()
        result = run('-s', sim.url, '-m', 'sim:text=echo,fault=busy-retry-after,first=2,retry=1',
                     '--retries', '5', '-j', '2', *prompts('a', 'b', 'c'))
        waited = time.monotonic() - started
    equal(result.status, 0, result.err)
    equal(sorted(row['response'] for row in result.rows), ['a', 'b', 'c'])
    assert waited >= 0.9, 'Retry-After was not kept: %.2f s' % waited


@case
def one_that_fails_stops_no_other():
    lines = []
    for n in range(30):
        model = 'sim:text=echo' + (',fault=rst' if n % 3 == 0 else ',fault=no-done' if n % 3 == 1
                                   else '')
        lines.append(json.dumps({'prompt': 'p%d' % n, 'model': model}))
    with Sim() as sim:
        result = run('-s', sim.url, '-j', '8', '--retries', '0', stdin='\n'.join(lines))
    equal(result.status, 1)
    equal((result.summary['done'], result.summary['failed']), (10, 20))
    for row in result.rows:
        equal(row['state'], 'done' if row['index'] % 3 == 2 else 'failed')
        if row['state'] == 'done':
            equal(row['response'], row['prompt'])


@case
def a_quota_ends_the_run():
    # Far more than are read at once: the rest stays in the file, for another day.
    with Sim() as sim:
        result = run('-s', sim.url, '-m', 'sim:fault=quota', '-j', '2',
                     stdin='\n'.join(map(str, range(5000))))
        requests = len(sim.bodies())
    equal(result.status, 1)
    assert requests < 100, requests
    assert result.rows and {row['error']['class'] for row in result.rows} == {'quota'}
    assert len(result.rows) < 5000
    contains(result.err, 'unread')
    failed_lines = [line for line in result.err.splitlines()
                    if line.startswith('antiphon-run: ') and ' failed' in line]
    equal(len(failed_lines), 4, 'three prompts and how many there are')
    contains(failed_lines[3], '%s prompts failed like this: ' % len(result.rows))
    equal(result.err.count('limit is renewed'), 2, 'the remedy is told with the first and the last')


@case
def many_failures_are_told_in_a_few_lines():
    # One for each prompt would hide the other reason, and what to do.
    lines = [json.dumps({'prompt': 'p%d' % n, 'model': 'sim:fault=' + fault})
             for n, fault in enumerate(['status-500'] * 40 + ['status-400'])]
    with Sim() as sim, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'out.jsonl')
        result = run('-s', sim.url, '-j', '8', '--retries', '0', '-o', path,
                     stdin='\n'.join(lines))
        with open(path, encoding='utf-8') as file:
            rows = [json.loads(line) for line in file]
    equal(result.status, 1)
    # No row is missing, and each has its own reason.
    equal(sorted(row['index'] for row in rows), list(range(41)))
    equal({row['error']['status'] for row in rows}, {400, 500})
    said = [line for line in result.err.splitlines() if line.startswith('antiphon-run: ')]
    equal(len(said), 3 + 1 + 1 + 1, result.err)
    contains(said[4], '40 prompts failed like this: ')
    contains(said[4], ' → ')
    contains(said[5], '--resume')
    contains(said[5], path)


if __name__ == '__main__':
    main()
