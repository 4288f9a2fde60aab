#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-faults.py SOURCE_ROOT: is every test that tests/README.md names for a fault really there?

A row's last column names suites, programs (in backquotes) and tests: cli one_test, another_test;
`program` a-test; e2e `program` a_test."""

import functools
import pathlib
import re
import sys

from tap import run

TESTS = pathlib.Path(sys.argv[1]) / 'tests'
SUITES = ('engine', 'cli', 'gui', 'e2e', 'fuzz', 'flatpak', 'sim')
NAME = re.compile(r'[a-z0-9]+(?:[-_][a-z0-9]+)*')


def cells_of_tests():
    """The last cells of the tables of faults."""
    chapter = (TESTS / 'README.md').read_text(encoding='utf-8').split('\n## Faults\n')[1]
    for line in chapter.split('\n## ')[0].split('\n'):
        cells = [cell.strip() for cell in line.strip('|').split('|')]
        if line.startswith('|') and cells[-1] != 'test' and not cells[-1].startswith('-'):
            yield cells[0], cells[-1]


def files_of(suite=None, program=None):
    """The sources of a suite, or of the one program of that name."""
    pattern = 'test[-_]%s.*' % program.replace('-', '[-_]') if program else '*.*'
    found = sorted((TESTS / suite).glob(pattern) if suite else TESTS.glob('*/' + pattern))
    return [path for path in found if path.suffix in ('.c', '.py')]


def names_in(path):
    """The tests in a file, and what else it names: the last part of each string of C, each function of
    Python."""
    text = path.read_text(encoding='utf-8')
    if path.suffix == '.py':
        return set(re.findall(r'^ *def (?:test_)?(\w+)', text, re.MULTILINE))
    return set(re.findall(r'"(?:[^"\n]*[/=])?([a-z0-9-]+)"', text))


def is_in(name, files):
    """Whether a test of that name, or what a test takes by that name, is in one of the files, or one of
    them is."""
    plain = name.removeprefix('test_')
    return any(plain in names_in(path) or path.stem in (name, 'test-' + name) for path in files)


def missing_in(cell):
    """What a cell names and is not there."""
    suite, files, missing = None, [], []
    # One after the other: a suite or a program stands for all names after it, up to the next.
    for clause in re.split(r'[;,:(]', cell.replace(')', '')):
        word, _, rest = clause.strip().partition(' ')
        if word in SUITES:
            suite, files = word, files_of(word)
            clause = rest
        program = re.match(r'\s*`([a-z0-9-]+)`', clause)
        if program:
            files = files_of(suite if word in SUITES else None, program[1])
            if not files:
                missing.append(program[1])
            clause = clause[program.end():]
        # More than a name is a remark.
        if files and NAME.fullmatch(clause.strip()) and not is_in(clause.strip(), files):
            missing.append(clause.strip())
    return missing


def check(cell):
    assert cell, 'no test is named'
    missing = missing_in(cell)
    assert not missing, 'not there: ' + ', '.join(missing)


sys.exit(run([(fault, functools.partial(check, cell)) for fault, cell in cells_of_tests()]))
