#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window remembers: after it was closed, and after it was killed."""

import os
import signal
import sys
import tempfile

from antiphon import ANTIPHON, send, send_at_once, wait_for_rows
from driver import BUTTON, App, act, click, find, resize, run_tests, says, sensitive
from sim import Sim



def start(home, *arguments):
    """The program with that home, large enough for all rows: those out of sight may be old."""
    app = App(ANTIPHON, *arguments, env={'G_DEBUG': 'fatal-warnings', 'XDG_DATA_HOME': home})
    resize(app, 1200, 1000)
    act(app.window('Antiphon'), 'win.show-table')
    return app


def test_killed():
    """SIGKILL while 8 answers stream: what was finished is there, the rest resumes by one click."""
    with tempfile.TemporaryDirectory(dir=os.environ['HOME']) as home:
        with Sim('quick:latest=tokens=5') as sim, start(home, '--server', sim.url) as app:
            window = app.window('Antiphon')
            says(window, 'quick:latest')
            send(window, 'first', 'second')
            wait_for_rows(window, 2, 'done')
            app.quit()

        with Sim('slow:latest=text=echo,rate=20') as sim:
            with start(home, '--server', sim.url) as app:
                window = app.window('Antiphon')
                says(window, 'slow:latest')
                wait_for_rows(window, 2, 'done')
                send(window, 'third', 'fourth')
                # No end of the program writes these.
                wait_for_rows(window, 4, 'done')
                send_at_once(window, 8)
                send(window, *['long %d' % number + ' word' * 400 for number in range(8)])
                says(window, '8 running')
                app.signal(signal.SIGKILL)
                app.process.wait()

            with start(home, '--server', sim.url) as app:
                window = app.window('Antiphon')
                says(window, '8 prompts wait since the last time')
                wait_for_rows(window, 4, 'done')
                # Not all rows may be in sight.
                says(window, '8 waiting')
                wait_for_rows(window, 0, 'answering')
                send_at_once(window, 8)
                click(find(window, BUTTON, 'Resume 8', where=sensitive))
                says(window, '8 running')
                wait_for_rows(window, 4, 'done')
                app.kill()


if __name__ == '__main__':
    sys.exit(run_tests([
        test_killed,
    ]) > 0)
