#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench-table.py TESTLOG: what the benchmarks of meson's log said, as one page of Markdown.

First the machine, the date, the commit and a table of all, then what each measured, in its own words.
tests/BENCHMARKS.md is what it printed last on a quiet machine."""

import json
import os
import platform
import re
import subprocess
import sys
import time

MISSED = re.compile(r'\bMISSED\b|\bmissed\b|^not ok', re.MULTILINE)


def processor():
    """What the kernel calls the processor."""
    with open('/proc/cpuinfo', encoding='utf-8', errors='replace') as file:
        for line in file:
            if line.startswith('model name'):
                return line.split(':', 1)[1].strip()
    return platform.machine()


def memory():
    """GiB of memory."""
    return os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30


def commit():
    """The commit of the tree that this file is in."""
    top = os.path.dirname(os.path.abspath(__file__))
    command = ['git', '-C', top, 'log', '-1', '--format=%h']
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return 'unknown'


def words(benchmark):
    """What it printed, without what belongs to the protocol."""
    lines = (benchmark.get('stdout') or '').strip().splitlines()
    return [line.removeprefix('# ') for line in lines
            if not re.match(r'(TAP version|1\.\.\d|# random seed|# (Start|End) of )', line)]


def main():
    with open(sys.argv[1], encoding='utf-8', errors='replace') as log:
        benchmarks = [json.loads(line) for line in log]
    load = os.getloadavg()[0]
    print('# Benchmarks\n')
    print('Written by `build-aux/test.sh --bench`, which takes a quiet machine.\n')
    print('- machine: %s, %d cores, %.0f GiB' % (processor(), os.cpu_count(), memory()))
    print('- system: %s, Linux %s' % (platform.freedesktop_os_release()['PRETTY_NAME'],
                                      platform.release()))
    print('- date: %s, commit %s, load %.1f at the end\n' % (time.strftime('%Y-%m-%d'), commit(),
                                                              load))
    print('| benchmark | targets | takes |')
    print('|---|---|---|')
    for benchmark in benchmarks:
        good = benchmark['result'] in ('OK', 'SKIP') and not MISSED.search('\n'.join(words(benchmark)))
        verdict = 'skipped' if benchmark['result'] == 'SKIP' else 'met' if good else 'MISSED'
        print('| %s | %s | %.0f s |' % (benchmark['name'].split(' / ')[-1], verdict,
                                       benchmark['duration']))
    for benchmark in benchmarks:
        print('\n## %s\n' % benchmark['name'].split(' / ')[-1])
        fence = False
        for line in words(benchmark):
            # A table of Markdown is one here too.
            if fence == line.startswith('|'):
                fence = not fence
                print('```' if fence else '```\n')
            print(line)
        if fence:
            print('```')


if __name__ == '__main__':
    main()
