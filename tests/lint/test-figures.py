#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-figures.py SOURCE_ROOT: does each figure of the README's table come from its command?

The figures of a row whose command is a benchmark are those that tests/BENCHMARKS.md has of that
benchmark, rounded. The tests that another command names are there."""

import functools
import pathlib
import re
import sys

from tap import run

ROOT = pathlib.Path(sys.argv[1])
NUMBER = re.compile(r'\d[\d,]*(?:\.\d+)?')


def rows():
    """(what, measured, command) of each row of the table."""
    table = (ROOT / 'README.md').read_text(encoding='utf-8').split('\n## How fast\n')[1]
    command = ''
    for line in table.split('\n## ')[0].split('\n'):
        cells = [cell.strip() for cell in line.strip('|').split('|')]
        if line.startswith('|') and cells[0] != 'what' and not cells[0].startswith('-'):
            command = cells[2] if cells[2] != 'as above' else command
            yield cells[0], cells[1], command


def figures(benchmark):
    """The numbers that the benchmark's chapter has."""
    page = (ROOT / 'tests' / 'BENCHMARKS.md').read_text(encoding='utf-8')
    chapter = page.split('\n## %s\n' % benchmark)[1].split('\n## ')[0]
    return [float(number.replace(',', '')) for number in NUMBER.findall(chapter)]


def is_rounded(text, figure):
    """Whether the figure, rounded as much as the text is, is the number that the text writes."""
    # 10,700 is rounded to hundreds, but 30 is no other number than 30.
    zeros = len(text) - len(text.rstrip('0')) if ',' in text else 0
    text = text.replace(',', '')
    decimals = len(text.partition('.')[2])
    step = 10.0 ** (zeros or -decimals)
    return abs(figure - float(text)) <= step / 2 * 1.0001


def is_measured(text, measured):
    """Whether the number is one of those measured, be it in thousandths or as a surplus in per cent."""
    return any(is_rounded(text, figure * scale)
               for figure in measured for scale in (1, 0.001)) or \
        any(is_rounded(text, (figure - 1) * 100) for figure in measured if 1 < figure < 2)


def faults_of(measured, command):
    """What is wrong with a row."""
    benchmark = re.fullmatch(r'`build-aux/test\.sh --bench ([a-z-]+)`', command)
    if benchmark:
        known = figures(benchmark[1])
        return ['%s is not in BENCHMARKS.md, %s' % (text, benchmark[1])
                for text in NUMBER.findall(measured) if not is_measured(text, known)]
    test = re.search(r'--suite ([a-z0-9]+) ([a-z-]+)', command)
    if test and (ROOT / 'tests' / test[1] / ('test_%s.py' % test[2].replace('-', '_'))).exists():
        return []
    return ['no such command: %s' % command]


def check(measured, command):
    faults = faults_of(measured, command)
    assert not faults, '\n'.join(faults)


sys.exit(run([(what, functools.partial(check, *row)) for what, *row in rows()]))
