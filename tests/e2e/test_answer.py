#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer page as a user has it: read, find, follow a link, rate, look behind it."""

import sys

from antiphon import ANTIPHON, composer
from driver import (App, BUTTON, Role, State, act, answer_of, checked, click, dump, find,
                    find_all, has_state, key, name_of, real_click, run_tests, says, set_text, tab_to,
                    text, type_text, wait, walk)

ENV = {'G_DEBUG': 'fatal-warnings'}


def ask_demo(app, prompt):
    """Sends a prompt to the demo server and waits until its answer is there."""
    window = app.window('Antiphon')
    set_text(composer(window), prompt)
    key('ctrl+Return')
    act(window, 'win.show-table')
    says(window, 'done · ', timeout=60)
    wait(lambda: 'side by side' in answer_of(window))
    return window


def block(window, words):
    """The part of the answer that says so."""
    page = find(window, Role.PANEL, 'Answer')
    return find(page, Role.LABEL, where=lambda node: words in name_of(node))


def assert_named(window):
    """Nothing that can be operated is without a name."""
    page = find(window, Role.PANEL, 'Answer')
    for node in walk(page):
        if (node.get_role() in (BUTTON, Role.TOGGLE_BUTTON, Role.TEXT, Role.ENTRY, Role.LABEL)
                and has_state(node, State.FOCUSABLE) and not name_of(node)):
            dump(page)
            raise AssertionError('a %s without a name' % node.get_role_name())
    assert find_all(page, BUTTON, 'Copy'), 'no button to copy'


def test_read_and_rate():
    """Markdown is set, its marks are gone; digits rate, words are found, and the focus stays."""
    with App(ANTIPHON, '--demo', env=ENV) as app:
        window = ask_demo(app, 'Hello there')
        answer = answer_of(window)
        assert '**' not in answer and '`' not in answer, answer
        assert '1. Install Ollama from https://ollama.com/download' in answer, answer

        real_click(app, block(window, 'If you only want'))
        stars = [find(window, BUTTON, '%d star%s' % (n, '' if n == 1 else 's'))
                 for n in range(1, 6)]
        key('4')
        wait(lambda: [checked(star) for star in stars] == [True] * 4 + [False])
        key('0')
        wait(lambda: not any(checked(star) for star in stars))
        click(stars[1])
        wait(lambda: checked(stars[1]) and not checked(stars[2]))

        # The list rates what it shows, and Return goes there.
        act(window, 'win.focus-queue')
        key('Home', '5')
        wait(lambda: checked(stars[4]))
        key('Return', 'ctrl+u')
        find(window, Role.TEXT, 'Answer')
        key('ctrl+u', '3')
        wait(lambda: checked(stars[2]) and not checked(stars[3]))

        real_click(app, block(window, 'If you only want'))
        key('ctrl+f')
        type_text('ollama')
        first = says(window, ' of 4')
        key('Return')
        wait(lambda: says(window, ' of 4') != first)
        key('Escape')
        key('ctrl+i')
        request = find(window, Role.TEXT, 'Request')
        wait(lambda: '"prompt":"Hello there"' in text(request))
        says(window, 'Time to first token')
        key('ctrl+i')
        app.quit()


def test_link_and_source():
    """A link shows where it leads before anything is opened; the answer as it came is a text."""
    with App(ANTIPHON, '--demo', env=ENV) as app:
        window = ask_demo(app, 'Hello there')
        real_click(app, block(window, 'If you only want'))
        link = block(window, 'Install Ollama from')
        tab_to(window, link)
        key('Return')
        says(app.node, 'Open This Link?')
        says(app.node, 'https://ollama.com/download')
        key('Escape')
        wait(lambda: len(app.windows()) == 1)
        assert_named(window)

        key('ctrl+u')
        raw = find(window, Role.TEXT, 'Answer')
        wait(lambda: '1. **Install Ollama** from <https://ollama.com' in text(raw))
        key('ctrl+u')
        app.quit()


if __name__ == '__main__':
    sys.exit(run_tests([
        test_read_and_rate,
        test_link_and_source,
    ]) > 0)
