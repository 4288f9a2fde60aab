#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-lines.py SOURCE_ROOT: do the lines and the files of the sources fit where they are read?"""

import pathlib
import sys

from tap import run_functions

ROOT = pathlib.Path(sys.argv[1])
MAX_COLUMNS = 100
MAX_LINES = 800


def sources():
    return sorted(path for path in (ROOT / 'src').rglob('*') if path.suffix in ('.c', '.h'))


def lines(path):
    return path.read_text(encoding='utf-8').split('\n')


def columns():
    """no line of src/ has more than 100 columns"""
    faults = ['%s:%d: %d' % (path.relative_to(ROOT), number, len(line))
              for path in sources() for number, line in enumerate(lines(path), 1)
              if len(line) > MAX_COLUMNS]
    assert not faults, '\n'.join(faults)


def length():
    """no file of src/ has more than 800 lines"""
    faults = ['%s: %d' % (path.relative_to(ROOT), len(lines(path)))
              for path in sources() if len(lines(path)) > MAX_LINES]
    assert not faults, '\n'.join(faults)


def is_found():
    """there are such files"""
    assert len(sources()) > 100


sys.exit(run_functions([is_found, columns, length]))
