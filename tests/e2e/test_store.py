#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window remembers: after it was closed, and after it was killed."""

import os
import signal
import sys
import tempfile

from driver import (BUTTON, App, Role, act, click, find, find_all, row_text, rows, run_tests, says,
                    sensitive, set_text, wait)
from sim import Sim

ANTIPHON = os.environ['ANTIPHON']


def start(home, *arguments):
    """The program with that home; it sends four prompts at once."""
    app = App(ANTIPHON, *arguments, env={'G_DEBUG': 'fatal-warnings', 'XDG_DATA_HOME': home})
    act(app.window('Antiphon'), 'win.show-table')
    return app


def listed(window):
    """What the rows of the table say."""
    lists = find_all(window, Role.LIST, 'Prompts')
    return [row_text(row) for row in rows(max(lists, key=lambda node: len(rows(node))))]


def wait_for_rows(window, count, words):
    """Until so many rows say the words."""
    try:
        wait(lambda: sum(words in text for text in listed(window)) == count, 20)
    except TimeoutError:
        raise AssertionError('not %d rows with %r: %r' % (count, words, listed(window))) from None


def send(window, *prompts):
    """Queues prompts."""
    set_text(find(window, Role.TEXT, 'New prompts'), '\n---\n'.join(prompts))
    act(window, 'win.send')


def test_killed():
    """SIGKILL while 4 answers stream: what was finished is there, the rest resumes by one click."""
    with tempfile.TemporaryDirectory(dir=os.environ['HOME']) as home:
        with Sim('quick:latest=tokens=5') as sim, start(home, '--server', sim.url) as app:
            window = app.window('Antiphon')
            says(window, 'quick:latest')
            send(window, 'first', 'second')
            wait_for_rows(window, 2, 'done')
            app.quit()

        with Sim('slow:latest=tokens=400,rate=20') as sim:
            with start(home, '--server', sim.url) as app:
                window = app.window('Antiphon')
                says(window, 'slow:latest')
                wait_for_rows(window, 2, 'done')
                send(window, *['long %d' % number for number in range(4)])
                wait_for_rows(window, 4, 'answering')
                app.signal(signal.SIGKILL)
                app.process.wait()

            with start(home, '--server', sim.url) as app:
                window = app.window('Antiphon')
                says(window, '4 prompts wait since the last time')
                wait_for_rows(window, 2, 'done')
                assert len(listed(window)) == 6, listed(window)
                wait_for_rows(window, 0, 'answering')
                click(find(window, BUTTON, 'Resume 4', where=sensitive))
                wait_for_rows(window, 4, 'answering')
                wait_for_rows(window, 2, 'done')
                app.kill()


if __name__ == '__main__':
    sys.exit(run_tests([
        test_killed,
    ]) > 0)
