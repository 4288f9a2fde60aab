#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison and the timeline as a user has them: the real program, real keys."""

import sys
import tempfile

from antiphon import ANTIPHON, write_rows
from driver import (Atspi, App, BUTTON, Role, State, act, click, find, find_all, gone, has_state,
                    key, name_of, run_tests, says, sensitive, text, wait, walk)
from sim import Sim

ENV = {'G_DEBUG': 'fatal-warnings'}
PROMPTS = ('Why is the sky blue?', '鱼香肉丝的做法')
MODELS = ('red:latest', 'blue:latest')

# Whoever cannot see a control has to be told what it is.
CONTROLS = {Role.PUSH_BUTTON, Role.TOGGLE_BUTTON, Role.CHECK_BOX, Role.COMBO_BOX, Role.TEXT,
            Role.TABLE, Role.TABLE_CELL, Role.IMAGE}


class Run:
    """Two prompts for each of two models, answered; the window shows the view of that name."""

    def __init__(self, view, spec='tokens=12'):
        self.view = view
        self.spec = spec

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.sim = Sim(*('%s=%s' % (model, self.spec) for model in MODELS))
        # It has not run before.
        env = {**ENV, 'XDG_DATA_HOME': self.folder.name}
        prompts = write_rows(self.folder.name, *({'prompt': prompt, 'model': model}
                                                 for prompt in PROMPTS for model in MODELS))
        self.app = App(ANTIPHON, '--server', self.sim.url, prompts, env=env)
        self.app.__enter__()
        self.window = self.app.window('Antiphon')
        says(self.window, '4 done')
        act(self.window, 'win.show-' + self.view)
        return self

    def __exit__(self, kind, error, trace):
        self.app.__exit__(kind, error, trace)
        self.sim.__exit__()
        self.folder.cleanup()


def nameless(window):
    """Controls in sight that have no name."""
    return [node.get_role_name() for node in walk(window)
            if node.get_role() in CONTROLS and not name_of(node)
            and has_state(node, State.FOCUSABLE)
            and node.get_extents(Atspi.CoordType.WINDOW).width > 0]


def check_names(window):
    # Nodes vanish while a tree is walked.
    found = wait(lambda: [nameless(window)])
    assert found == [[]], found


def cells(window):
    """The four answers of the comparison."""
    grid = find(window, Role.TABLE, 'Answers by model')
    return wait(lambda: (lambda found: found if len(found) == 4 else None)
                (find_all(grid, Role.TABLE_CELL, where=name_of)), None, 'four cells')


def test_compare():
    """Two models side by side; answers are rated and compared with the keyboard."""
    with Run('compare') as run:
        window = run.window
        says(window, '2 prompts · 2 ways to ask')
        for words in PROMPTS + MODELS:
            says(window, words)
        first, *_ = cells(window)
        check_names(window)

        key('alt+3')
        wait(lambda: has_state(first, State.FOCUSED), None, 'a cell with the focus')
        key('4')
        says(window, '★★★★☆')
        key('space', 'Right', 'space')
        says(window, 'the same')
        both = find(window, Role.TEXT, 'Both answers in one text')
        wait(lambda: text(both) != '')
        click(find(window, None, 'Side by side'))
        find(window, Role.TEXT, 'First answer')
        check_names(window)
        click(find(window, BUTTON, 'Close the comparison'))
        run.app.quit()


def test_blind():
    """Names come when all answers to a prompt are rated."""
    with Run('compare') as run:
        window = run.window
        cells(window)
        click(find(window, None, 'Rate blindly'))
        grid = find(window, Role.TABLE, 'Answers by model')
        gone(grid, Role.LABEL, MODELS[0])
        says(grid, 'A')
        key('alt+3')
        wait(lambda: any(has_state(cell, State.FOCUSED) for cell in cells(window)))
        key('5')
        key('Right')
        key('2')
        says(grid, MODELS[0])
        says(grid, MODELS[1])
        run.app.quit()


def test_timeline():
    """A run over time: with the keyboard from answer to answer, and as a table."""
    with Run('timeline', spec='tokens=12,rate=40') as run:
        window = run.window
        says(window, 'Time to First Token')
        says(window, '2 answers')
        chart = find(window, Role.IMAGE, 'Timeline')
        check_names(window)

        key('alt+4')
        wait(lambda: has_state(chart, State.FOCUSED), None, 'the chart with the focus')
        key('Right')
        wait(lambda: any(prompt in name_of(chart) for prompt in PROMPTS))
        assert 'sent at 0:00' in name_of(chart), name_of(chart)
        zoom_out = find(window, BUTTON, 'Zoom out')
        assert not sensitive(zoom_out)
        key('plus')
        wait(lambda: sensitive(zoom_out))
        click(find(window, BUTTON, 'Show the whole run'))
        wait(lambda: not sensitive(zoom_out))

        click(find(window, None, 'Show as a table'))
        find(window, None, 'Timeline as a table')
        says(window, 'Waiting for a slot')
        says(window, PROMPTS[1])
        check_names(window)
        run.app.quit()


if __name__ == '__main__':
    sys.exit(run_tests([test_compare, test_blind, test_timeline]) > 0)
