#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""antiphon-run -j auto: how many prompts at a time a server is good for, found out end to end."""

import re
import signal
import tempfile
import threading
import time

from harness import Sim, case, contains, equal, main, note, run, start

# Replies long enough that a busy machine is not what is measured, and short enough that a minute
# suffices: a level takes some 1.6 s, and the way to 64 is 7 of them and a check or two.
REPLY = 'rate=25,tokens=8'
LONGEST_SEARCH = 60

# What else runs on this machine may spoil one measurement, but not three in a row.
TRIES = 3


def search(sim, spec, folder):
    """The sentence with which antiphon-run says what it found, or '' if it did not in time."""
    path = folder + '/prompts.txt'
    with open(path, 'w', encoding='utf-8') as file:
        file.write('\n'.join('prompt %d' % n for n in range(20000)))
    process = start('-s', sim.url, '-m', 'sim:' + spec, '-j', 'auto', '-o', folder + '/rows.jsonl',
                    '--force', path)
    timer = threading.Timer(LONGEST_SEARCH, process.send_signal, [signal.SIGINT])
    timer.start()
    sentence = ''
    for line in process.stderr:
        if ' at a time' in line and 'trying' not in line:
            sentence = line.strip()
            break
    timer.cancel()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=LONGEST_SEARCH)
    return sentence


def find(spec, best, words, failures):
    for attempt in range(TRIES):
        began = time.monotonic()
        with Sim() as sim, tempfile.TemporaryDirectory() as folder:
            sentence = search(sim, spec, folder)
        found = re.search(r'(\d+) at a time', sentence)
        note('%s: “%s” after %.1f s' % (spec, sentence, time.monotonic() - began))
        if found and abs(int(found.group(1)) - best) <= 1 and words in sentence:
            return
    failures.append('%s: %r is not about %d' % (spec, sentence, best))


def find_all(specs):
    """All at the same time: what takes long is the servers' pace, not the machine's."""
    failures = []
    threads = [threading.Thread(target=find, args=(*spec, failures)) for spec in specs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


@case
def the_peak_of_the_throughput():
    find_all([('peak=%d,%s' % (n, REPLY), n, 'is fastest with') for n in (1, 4, 8, 32)])


@case
def the_slots_of_the_server():
    find_all([('slots=%d,%s' % (n, REPLY), n, 'answers') for n in (1, 4, 8, 32)])


@case
def a_server_that_says_so_is_believed():
    with Sim('--slots', '6') as sim:
        result = run('-s', sim.url + '/v1,api=openai', '-j', 'auto', '-m', 'sim:' + REPLY,
                     *[part for n in range(40) for part in ('-p', str(n))])
    contains(result.err, 'this server says that it answers 6 at a time')
    equal(result.err.count(' at a time'), 1, result.err)
    equal(result.summary['peak_in_flight'], 6)


@case
def too_few_prompts():
    with Sim() as sim:
        result = run('-s', sim.url, '-j', 'auto', '-m', 'sim', '-p', 'a')
        contains(result.err, 'too few prompts to find out how many at a time are best')
        # Who has said how many is told nothing.
        equal(run('-s', sim.url, '-j', '2', '-m', 'sim', '-p', 'a').err.count('at a time'), 0)


main()
