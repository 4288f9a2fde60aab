#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Menus that are made when they are opened, by the pointer and by keys; and keys that scroll."""

import json
import os
import sys

from antiphon import ANTIPHON, send
from driver import (App, Atspi, BUTTON, IS_NEWER, Role, act, checked, click, find, find_all, key,
                    labels, name_of, real_click, resize, run_tests, says, screenshot, tab_to, wait,
                    walk)
from sim import Sim

ENV = {'G_DEBUG': 'fatal-warnings'}
SHOTS = os.environ.get('E2E_SHOTS')
WIDE = '```\n' + 'a line of code that is much wider than any window; ' * 20 + '\n```'

# What can be chosen to be seen, in the order of the menu.
COLUMNS = ['State', 'Model', 'Server', 'Answer', 'Tokens', 'Speed', 'First token', 'Time', 'Second look']
# What can be done with a prompt that is answered.
OF_PROMPT = {'Open', 'Retry', 'Ask Again with Changes', 'Copy Prompt', 'Copy Answer', 'Export…', 'Delete'}


def start(sim):
    return App(ANTIPHON, '--server', sim.url, env=ENV)


def asked(app, *prompts):
    """The window with these prompts answered, or with two, in a table."""
    prompts = prompts or ('one', 'two')
    window = app.window('Antiphon')
    says(window, 'echo:latest')
    send(window, *prompts)
    says(window, '%d done' % len(prompts), 30)
    act(window, 'win.show-table')
    return window


def table(window):
    return find(window, Role.TREE_TABLE, 'Prompts')


def asked_for(sim, prompt):
    """How often the server was asked this."""
    return sum(json.dumps(prompt) in request['body'] for request in sim.get('/sim/requests'))


def has_size(node):
    return node.get_extents(Atspi.CoordType.WINDOW).width > 0


def items(window):
    """The items of the menu that is open."""
    return find_all(window, Role.MENU_ITEM, None, has_size)


def offers(window, words):
    """Waits until the menu is open that offers these words, and perhaps more; returns its items.
    Newer versions of GTK do not tell the names of items, only how many there are."""
    return wait(lambda: items(window) if len(items(window)) >= len(words) and
                (IS_NEWER or words <= set(map(name_of, items(window)))) else None,
                None, 'a menu of %s' % ', '.join(words))


def closed(window):
    wait(lambda: not items(window), None, 'the end of the menu')


def shoot(app, name):
    if SHOTS:
        screenshot(os.path.join(SHOTS, 'menus-%s.png' % name))


def test_columns():
    """the columns of the table are chosen in a menu"""
    with Sim('echo:latest=text=echo') as sim, start(sim) as app:
        window = asked(app)
        shown = labels(table(window))
        assert 'Server' not in shown
        real_click(app, find(window, BUTTON, 'Columns'), 'Antiphon')
        choices = offers(window, {*COLUMNS, 'In the Order Queued'})[:-1]
        shoot(app, 'columns')
        # What is checked is what is shown, item by item.
        assert list(map(checked, choices)) == [column in shown for column in COLUMNS]
        click(choices[COLUMNS.index('Server')])
        wait(lambda: {'Server', sim.host} <= set(labels(table(window))), None, 'the column')
        key('Escape')
        app.quit()


def test_prompt():
    """the menu of a prompt opens at the Menu key, at Shift+F10, and at the other button of the mouse"""
    with Sim('echo:latest=text=echo') as sim, start(sim) as app:
        window = asked(app)
        assert not items(window)
        real_click(app, find(table(window), Role.LABEL, 'two'), 'Antiphon')
        for combination in ('Menu', 'shift+F10'):
            key(combination)
            names = list(map(name_of, offers(window, OF_PROMPT)))
            assert len(names) == len(OF_PROMPT), names  # nothing that cannot be done now
            shoot(app, 'prompt')
            key('Escape')
            closed(window)
        key('Menu')
        offers(window, OF_PROMPT)
        key('r')  # _Retry
        closed(window)
        wait(lambda: asked_for(sim, 'two') == 2, None, 'another answer')
        says(window, '2 done')
        assert asked_for(sim, 'one') == 1
        real_click(app, find(table(window), Role.LABEL, 'one'), 'Antiphon', button=3)
        offers(window, OF_PROMPT)
        key('d')  # _Delete
        says(window, '1 done')
        assert 'one' not in labels(table(window))
        app.quit()


def test_narrow():
    """where there is no room for buttons the views are chosen in a menu, by keys alone"""
    with Sim('echo:latest=text=echo') as sim, start(sim) as app:
        window = asked(app)
        resize(app, 400, 720)
        real_click(app, find(window, BUTTON, 'View'), 'Antiphon')
        views = offers(window, {'Table', 'Wall', 'Compare', 'Timeline'})
        assert list(map(checked, views)) == [True, False, False, False]
        shoot(app, 'narrow')
        key('Down', 'Return')
        closed(window)
        find(window, Role.LIST, 'Answers', has_size)
        app.quit()


def test_wide_code():
    """code that is wider than the window is scrolled by keys"""
    with Sim('echo:latest=text=echo') as sim, start(sim) as app:
        window = asked(app, 'look\n' + WIDE)
        act(window, 'win.open-answer')
        code = find(find(window, Role.PANEL, 'Answer'), Role.LABEL,
                    where=lambda node: 'a line of code' in name_of(node)
                    and find_all(node, Role.SCROLL_BAR))
        real_click(app, code, 'Antiphon')
        tab_to(window, code)
        bar = find(code, Role.SCROLL_BAR, 'Scroll sideways')

        def value():
            # That of the range inside of it, on 4.8.
            return next(Atspi.Value.get_current_value(node) for node in walk(bar)
                        if node.get_value_iface() is not None)
        wait(lambda: value() == 0, None, 'the beginning')
        key('Right')
        step = wait(value, None, 'a step to the right')
        key('End')
        last = wait(lambda: value() if value() > 2 * step else 0, None, 'the end')
        shoot(app, 'code')
        key('Left')
        wait(lambda: 0 < value() < last, None, 'a step to the left')
        key('Home')
        wait(lambda: value() == 0, None, 'the beginning')
        app.quit()


if __name__ == '__main__':
    sys.exit(run_tests([
        test_columns,
        test_prompt,
        test_narrow,
        test_wide_code,
    ]) > 0)
