#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers as another country writes them, for people; and as ever, for programs."""

import contextlib
import csv
import json
import os
import re
import subprocess
import sys
import tempfile

from antiphon import ANTIPHON, write_file
from driver import App, Role, Skip, act, find, labels, run_tests, says, wait
from locales import make_locale
from sim import Sim

RUN = os.environ['ANTIPHON_RUN']


@contextlib.contextmanager
def german():
    """An environment in which 1,234.5 is 1.234,5, and the language is English all the same."""
    with tempfile.TemporaryDirectory() as folder:
        env = make_locale(folder, 'de_DE', 'en')
        if not env:
            raise Skip('the locale de_DE cannot be made here')
        yield env


def test_window():
    """the window says how many and how long as the country does"""
    with german() as env, Sim('m:latest=tokens=2') as sim, tempfile.TemporaryDirectory() as folder:
        path = write_file(folder, 'many.txt', ''.join('prompt %d\n' % n for n in range(1234)))
        with App(ANTIPHON, '--server', sim.url, path,
                 env={**env, 'G_DEBUG': 'fatal-warnings'}) as app:
            window = app.window('Antiphon')
            says(window, '1.234 done', 60)
            act(window, 'win.show-table')
            table = find(window, Role.TREE_TABLE, 'Prompts')
            wait(lambda: any(re.fullmatch(r'\d+,\d s', label) for label in labels(table)), None,
                 'a time with a comma')
            app.quit()


def results(sim, env, folder, name):
    """What antiphon-run writes about one prompt."""
    path = os.path.join(folder, name)
    subprocess.run([RUN, '-s', sim.url, '-m', 'm:latest', '-p', 'one', '--option', 'temperature=0.25',
                    '--vary', 'top_p=0.5', '-o', path], env={**os.environ, **env}, check=True,
                   capture_output=True, timeout=60)
    return path


def test_files():
    """files and requests are the same in every country"""
    with german() as env, Sim('m:latest=tokens=2,duration=300') as sim, \
            tempfile.TemporaryDirectory() as folder:
        with open(results(sim, env, folder, 'out.jsonl'), encoding='utf-8') as file:
            row = json.loads(file.readline())
        assert row['params']['options'] == {'temperature': 0.25, 'top_p': 0.5}, row
        asked = ' '.join(request['body'] for request in sim.get('/sim/requests'))
        assert '0.25' in asked and '0,25' not in asked, asked
        with open(results(sim, env, folder, 'out.csv'), encoding='utf-8-sig', newline='') as file:
            heading, cells = csv.reader(file)
        assert len(heading) == len(cells), (heading, cells)
        assert any(re.fullmatch(r'\d+\.\d+', cell) for cell in cells), cells
        assert not any(re.fullmatch(r'\d+,\d+', cell) for cell in cells), cells


if __name__ == '__main__':
    sys.exit(run_tests([test_window, test_files]) > 0)
