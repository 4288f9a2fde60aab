#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may go wrong around the window: the clock, the fonts, the display, the home, the desktop."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

from antiphon import (ANTIPHON, composer, count_rows, listed, queue, send, send_at_once, wait_for_rows,
                      write_file)
from driver import (BUTTON, App, Role, act, answer_of, click, find, resize, rows, run_tests, says,
                    select_row, sensitive, text, wait)
from sim import Sim
from test_store import start

YEAR = 365 * 24 * 3600


@contextlib.contextmanager
def scratch():
    """A directory of the test's own."""
    with tempfile.TemporaryDirectory(dir=os.environ['HOME']) as path:
        yield path


def start_in(**environment):
    """The program in an environment that makes it warn, which is allowed here."""
    app = App(ANTIPHON, '--server', environment.pop('server'), env={'G_DEBUG': '', **environment})
    resize(app, 1200, 1000)
    act(app.window('Antiphon'), 'win.show-table')
    return app


def answers(app, words='a question'):
    """It is of use: a prompt is answered."""
    window = app.window('Antiphon')
    says(window, 'quick:latest')
    send(window, words)
    wait_for_rows(window, 1, 'done')
    return window


def jumping(path):
    """The environment in which the wall clock is wrong by what the file says, and how to set it."""
    def jump(seconds):
        with open(path + '.new', 'w', encoding='ascii') as file:
            file.write(str(seconds))
        os.replace(path + '.new', path)

    jump(0)
    # A sanitizer wants to be loaded first, unless it is told.
    options = os.environ.get('ASAN_OPTIONS', '') + ':verify_asan_link_order=0'
    return {'LD_PRELOAD': os.environ['CLOCK_JUMP_LIBRARY'], 'CLOCK_JUMP': path,
            'ASAN_OPTIONS': options.lstrip(':')}, jump


def test_clock_jump_run():
    """The clock is set while antiphon-run asks: each time that it tells is one that has passed."""
    with scratch() as home, Sim('slow:latest=tokens=30,rate=15') as sim:
        environment, jump = jumping(os.path.join(home, 'clock'))
        output = os.path.join(home, 'answers.jsonl')
        prompts = write_file(home, 'prompts.txt', 'one\ntwo\nthree\nfour\nfive\nsix\n')
        begin = time.monotonic()
        with subprocess.Popen([os.environ['ANTIPHON_RUN'], '--server', sim.url, '--jobs', '2',
                               '--output', output, prompts], env={**os.environ, **environment},
                              stdout=subprocess.DEVNULL) as run:
            for seconds in (YEAR, -2 * YEAR, 1800, -7200, 0):
                time.sleep(1)
                jump(seconds)
            assert run.wait(60) == 0
        took = (time.monotonic() - begin) * 1000
        with open(output, encoding='utf-8') as file:
            rows = [json.loads(line) for line in file]
        assert len(rows) == 6, rows
        assert len({row['time'][:4] for row in rows}) > 1, 'the clock was not set'
        for row in rows:
            metrics = row['metrics']
            assert row['state'] == 'done', row
            assert 0 < metrics['ttft_ms'] <= metrics['total_ms'] < took, row
            assert 0 <= metrics['wait_ms'] < took, row


def test_clock_jump():
    """The clock is set while the window asks: everything is answered, and no time is absurd."""
    with scratch() as home, Sim('slow:latest=tokens=60,rate=8') as sim:
        environment, jump = jumping(os.path.join(home, 'clock'))
        with start_in(server=sim.url, XDG_DATA_HOME=home, **environment) as app:
            window = app.window('Antiphon')
            says(window, 'slow:latest')
            send_at_once(window, 2)
            send(window, *['number %d' % number for number in range(4)])
            says(window, '2 running')
            jump(-3 * YEAR)
            wait(lambda: count_rows(window, 'done') >= 2, 30, 'two answers')
            says(window, '2 running')
            jump(5 * YEAR)
            wait_for_rows(window, 4, 'done')
            for row in listed(window):
                took = re.search(r'([0-9.]+) tok/s ([0-9.]+) s$', row)
                assert took and float(took[1]) < 1000 and 5 < float(took[2]) < 60, row
            app.quit()


def test_no_fonts():
    """A system without a single font: GTK would show a window in which nothing can be read."""
    with scratch() as home:
        config = write_file(home, 'fonts.conf', '<?xml version="1.0"?>\n<fontconfig/>\n')
        run = subprocess.run([ANTIPHON, '--server', 'http://127.0.0.1:1'], timeout=60, check=False,
                             env={**os.environ, 'G_DEBUG': 'fatal-warnings', 'XDG_DATA_HOME': home,
                                  'FONTCONFIG_FILE': config}, stderr=subprocess.PIPE, text=True)
        assert run.returncode == 1, run
        assert 'no font' in run.stderr, run.stderr


def test_no_home():
    """Nothing can be written at home: it says so, and what was written stays until it can be sent."""
    with scratch() as top, Sim('quick:latest=tokens=5') as sim:
        home = os.path.join(top, 'home')
        places = {name: os.path.join(home, 'x') for name in
                  ('XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME')}
        # Also root cannot make a directory in a file.
        with open(home, 'w', encoding='ascii'):
            pass
        with start_in(server=sim.url, **places) as app:
            window = app.window('Antiphon')
            says(window, 'The prompts cannot be saved')
            says(window, 'quick:latest')
            send(window, 'not to be lost')
            says(window, 'Not sent, because nothing can be saved now')
            assert text(composer(window)) == 'not to be lost', text(composer(window))
            os.unlink(home)
            os.mkdir(home)

            # The place is looked for once a second.
            def is_sent():
                act(window, 'win.send')
                return text(composer(window)) == ''
            wait(is_sent)
            wait_for_rows(window, 1, 'done')
            app.quit()


def test_no_portal():
    """Told to use portals where there are none."""
    with scratch() as home, Sim('quick:latest=tokens=5') as sim:
        with start_in(server=sim.url, XDG_DATA_HOME=home, GTK_USE_PORTAL='1', GDK_DEBUG='portals',
                      ADW_DISABLE_PORTAL='') as app:
            answers(app)
            app.quit()


def test_stopped():
    """SIGSTOP and SIGCONT in the middle of answers, as when a machine sleeps."""
    with scratch() as home, Sim('slow:latest=tokens=300,rate=30') as sim:
        with start(home, '--server', sim.url) as app:
            window = app.window('Antiphon')
            says(window, 'slow:latest')
            send_at_once(window, 4)
            send(window, 'one', 'two', 'three', 'four')
            says(window, '4 running')
            wait(lambda: sim.stats()['tokens'] > 20, None, 'the middle of the answers')
            app.signal(signal.SIGSTOP)
            assert sim.stats()['generate']['in_flight'] == 4, 'an answer has ended'
            time.sleep(3)
            app.signal(signal.SIGCONT)
            wait_for_rows(window, 4, 'done')
            app.quit()


def test_display_gone():
    """The X server dies while 8 answers stream: the program ends, and the next one has everything."""
    with scratch() as home:
        reader, writer = os.pipe()
        with subprocess.Popen(['Xvfb', '-displayfd', str(writer), '-screen', '0', '1280x1024x24',
                               '-nolisten', 'tcp', '-noreset'], pass_fds=[writer],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            os.close(writer)
            with open(reader, encoding='ascii') as pipe:
                display = ':' + pipe.readline().strip()
            try:
                with Sim('slow:latest=tokens=400,rate=20') as sim:
                    with App(ANTIPHON, '--server', sim.url,
                             env={'XDG_DATA_HOME': home, 'DISPLAY': display}) as app:
                        window = app.window('Antiphon')
                        act(window, 'win.show-table')
                        says(window, 'slow:latest')
                        send_at_once(window, 8)
                        send(window, *['long %d' % number for number in range(8)])
                        says(window, '8 running')
                        select_row(queue(window), 0)
                        seen = wait(lambda: answer_of(window))
                        # What came in the last second may be lost.
                        time.sleep(2)
                        server.kill()
                        app.process.wait(20)
            finally:
                server.kill()

        with Sim('slow:latest=tokens=20,rate=200') as sim, start(home, '--server', sim.url) as app:
            window = app.window('Antiphon')
            says(window, '8 prompts wait since the last time')
            wait_for_rows(window, 8, 'waiting')
            select_row(queue(window), 0)
            partial = find(window, Role.TEXT, 'What an earlier attempt had answered')
            wait(lambda: text(partial).startswith(seen), None, 'what there was of an answer')
            click(find(window, BUTTON, 'Resume 8', where=sensitive))
            wait_for_rows(window, 8, 'done')
            app.quit()


if __name__ == '__main__':
    sys.exit(run_tests([
        test_clock_jump_run,
        test_clock_jump,
        test_no_fonts,
        test_no_home,
        test_no_portal,
        test_stopped,
        test_display_gone,
    ]) > 0)
