#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Menus that are made when they are opened, by the pointer and by keys; and keys that scroll."""

import os
import sys

from driver import (App, Atspi, BUTTON, IS_NEWER, Role, Skip, State, act, click, find, find_all,
                    has_state, key, labels, name_of, real_click, resize, run_tests, says, screenshot,
                    set_text, wait, walk)
from sim import Sim

ANTIPHON = os.environ['ANTIPHON']
ENV = {'G_DEBUG': 'fatal-warnings'}
SHOTS = os.environ.get('E2E_SHOTS')
WIDE = '```\n' + 'a line of code that is much wider than any window; ' * 20 + '\n```'


def start(sim):
    return App(ANTIPHON, '--server', sim.url, env=ENV)


def asked(app, prompts='one\n---\ntwo'):
    """The window with these prompts answered, in a table."""
    window = app.window('Antiphon')
    says(window, 'echo:latest')
    set_text(find(window, Role.TEXT, 'New prompts'), prompts)
    act(window, 'win.send')
    says(window, '%d done' % (prompts.count('\n---\n') + 1), 30)
    act(window, 'win.show-table')
    return window


def table(window):
    return find(window, Role.TREE_TABLE, 'Prompts')


def need_names():
    """Newer versions of GTK tell a screen reader where the items of a menu are, but not their names."""
    if IS_NEWER:
        raise Skip('this GTK does not tell the names of items')


def item(window, label):
    """An item of a menu that is open."""
    return find(window, Role.MENU_ITEM, label,
                lambda node: node.get_extents(Atspi.CoordType.WINDOW).width > 0)


def items(window):
    """What the menu offers that is open."""
    return [name_of(node) for node in find_all(window, Role.MENU_ITEM)
            if node.get_extents(Atspi.CoordType.WINDOW).width > 0]


def shoot(app, name):
    if SHOTS:
        screenshot(os.path.join(SHOTS, 'menus-%s.png' % name))


def test_columns():
    """the columns of the table are chosen in a menu"""
    need_names()
    with Sim('echo:latest=text=echo') as sim, start(sim) as app:
        window = asked(app)
        assert 'Server' not in labels(table(window))
        real_click(app, find(window, BUTTON, 'Columns'), 'Antiphon')
        shoot(app, 'columns')
        click(item(window, 'Server'))
        wait(lambda: {'Server', sim.host} <= set(labels(table(window))), None, 'the column')
        key('Escape')
        app.quit()


def test_prompt():
    """the menu of a prompt opens at the Menu key, at Shift+F10, and at the other button of the mouse"""
    need_names()
    with Sim('echo:latest=text=echo') as sim, start(sim) as app:
        window = asked(app)
        assert not items(window)
        real_click(app, find(table(window), Role.LABEL, 'two'), 'Antiphon')
        for combination in ('Menu', 'shift+F10'):
            key(combination)
            wait(lambda: {'Open', 'Retry'} <= set(items(window)), None, 'the menu at ' + combination)
            assert 'Cancel' not in items(window), items(window)
            shoot(app, 'prompt')
            key('Escape')
            wait(lambda: not items(window))
        real_click(app, find(table(window), Role.LABEL, 'one'), 'Antiphon', button=3)
        click(item(window, 'Delete'))
        says(window, '1 done')
        assert 'one' not in labels(table(window))
        app.quit()


def test_narrow():
    """where there is no room for buttons the views are chosen in a menu, by keys alone"""
    need_names()
    with Sim('echo:latest=text=echo') as sim, start(sim) as app:
        window = asked(app)
        resize(app, 400, 720)
        real_click(app, find(window, BUTTON, 'View'), 'Antiphon')
        wait(lambda: {'Table', 'Wall', 'Compare', 'Timeline'} <= set(items(window)))
        shoot(app, 'narrow')
        key('Down', 'Return')
        wait(lambda: not items(window))
        find(window, Role.LIST, 'Answers',
             lambda node: node.get_extents(Atspi.CoordType.WINDOW).width > 0)
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
        for _ in range(12):
            if has_state(code, State.FOCUSED):
                break
            key('Tab')
        wait(lambda: has_state(code, State.FOCUSED), None, 'the focus on the code')
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
