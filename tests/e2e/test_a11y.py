#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a screen reader finds: every control of every view and dialog has a name."""

import os
import subprocess
import sys
import tempfile
import time

from driver import (App, Atspi, BUTTON, GLib, IS_NEWER, Role, act, actions, children, find, key,
                    labels, menu_says, name_of, real_click, run_tests, says, set_text, wait)
from sim import Sim

ANTIPHON = os.environ['ANTIPHON']
ID = os.environ['ANTIPHON_ID']
ENV = {'G_DEBUG': 'fatal-warnings'}
WINDOW = Atspi.CoordType.WINDOW
CONTROLS = {BUTTON, Role.TOGGLE_BUTTON, Role.CHECK_BOX, Role.RADIO_BUTTON, Role.COMBO_BOX,
            Role.SPIN_BUTTON, Role.TEXT, Role.ENTRY, Role.LINK, Role.SLIDER, Role.MENU_ITEM,
            Role.PASSWORD_TEXT, Role.LIST, Role.TABLE, Role.TREE_TABLE, Role.PROGRESS_BAR}
if IS_NEWER:
    CONTROLS.remove(Role.MENU_ITEM)  # GTK itself names no item of a menu there
# Where nothing was said GTK tells the name of the class.
CLASSES = ('Gtk', 'Adw', 'Aph', 'Gdk')
# What libadwaita 1.2 itself leaves without a name: the buttons inside its rows.
OF_LIBADWAITA = {Role.TEXT, Role.PASSWORD_TEXT, Role.COMBO_BOX, Role.SPIN_BUTTON}


def is_nameless(node):
    name = name_of(node).strip()
    return not name or name.startswith(CLASSES) and ' ' not in name


def speaks_for_itself(node):
    """A list of rows that all have names, or say what they are, as libadwaita makes it for a group without
    a title; its rows that unfold have no name."""
    rows = children(node)
    return node.get_role() == Role.LIST and rows and \
        all(not is_nameless(row) or any(labels(row)) for row in rows)


def is_seen(node):
    try:
        return node.get_extents(WINDOW).width > 0
    except GLib.Error:  # it has no place
        return False


def nameless(node, inside=None, path=''):
    """The controls below a node that have no name, each with the way to it."""
    found = []
    for child in children(node):
        role = child.get_role()
        way = '%s/%s %r' % (path, child.get_role_name(), name_of(child))
        if role in CONTROLS and is_seen(child) and inside not in OF_LIBADWAITA and is_nameless(child) \
                and not speaks_for_itself(child):
            found.append(way)
        found += nameless(child, role if role in OF_LIBADWAITA else inside, way)
    return found


def check(node, what):
    """Everything below the node has a name, as soon as it has settled."""
    def settled():
        nonlocal last
        last = nameless(node)
        return not last
    last = []
    try:
        wait(settled, 3)
    except TimeoutError:
        raise AssertionError('%s: nameless: %s' % (what, '\n'.join(last))) from None


def action(name):
    subprocess.run(['gapplication', 'action', ID, name], check=True, timeout=20)


def test_window(app):
    """the window, empty and with answers, in every view"""
    window = app.window('Antiphon')
    says(window, 'steady:latest')
    check(window, 'the empty window')
    set_text(find(window, Role.TEXT, 'New prompts'), 'one\n---\ntwo\n---\nthree')
    act(window, 'win.send')
    says(window, '3 done', 30)
    check(window, 'the window with answers')
    views = [name for name in actions(window) if name.startswith('win.show-')
             and name != 'win.show-help-overlay']
    assert views, actions(window)
    for view in views:
        act(window, view)
        time.sleep(0.3)
        check(window, view)


def test_popovers(app):
    """the shortcuts, the choice of a server, and the dialog of an export"""
    window = app.window('Antiphon')
    key('ctrl+question')
    # GTK's own, and nameless in newer versions: what has no name in it is not ours to name.
    shortcuts = wait(lambda: next(node for node in app.windows() if node != window), None,
                     'the window of shortcuts')
    key('Escape')
    wait(lambda: shortcuts not in app.windows())
    act(window, 'win.choose-server')
    says(window, 'Manage Servers')
    check(window, 'the choice of a server')
    key('Escape')
    act(window, 'win.export')
    dialog = wait(lambda: next(node for node in app.windows() if node != window))
    check(dialog, 'the export')
    act(dialog, 'window.close')


def test_opened(app):
    """what is made when it is opened: filters, options, the menu of a prompt, what is behind an answer"""
    window = app.window('Antiphon')
    act(window, 'win.show-table')
    act(window, 'win.filters')
    real_click(app, find(window, BUTTON, 'Filters'), 'Antiphon')
    says(window, 'Second look')
    check(window, 'the filters')
    key('Escape')
    key('Escape')
    real_click(app, find(window, BUTTON, 'Options'), 'Antiphon')
    find(window, None, 'System prompt')
    check(window, 'the options')
    key('Escape')
    real_click(app, find(find(window, Role.TREE_TABLE, 'Prompts'), Role.LABEL, 'one'), 'Antiphon')
    key('Menu')
    menu_says(window, 'Copy Prompt')
    check(window, 'the menu of a prompt')
    key('Escape')
    real_click(app, find(find(window, Role.PANEL, 'Answer'), Role.LABEL,
                         where=lambda node: name_of(node).startswith('Lorem')), 'Antiphon')
    key('ctrl+i')
    says(window, 'Time to first token')
    check(window, 'what is behind an answer')
    key('ctrl+i')


def test_import(app):
    """the dialog that shows a table before it is queued"""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'table.csv')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('language,text\nFrench,Good morning\nDutch,"Two; please"\n')
        subprocess.run([ANTIPHON, path], check=True, timeout=30)
        dialog = app.window('Import Prompts')
        says(dialog, 'Good morning')
        check(dialog, 'the import')
        act(dialog, 'import.use-template')
        check(dialog, 'the import with a template')
        act(dialog, 'window.close')
        wait(lambda: dialog not in app.windows())


def test_dialogs(app):
    """preferences, and the dialog of a server"""
    window = app.window('Antiphon')
    action('preferences')
    preferences = app.window('Preferences')
    check(preferences, 'the servers')
    act(preferences, 'preferences.add-server')
    dialog = app.window('Add Server')
    act(dialog, 'server.add-header')
    check(dialog, 'the server')
    act(dialog, 'window.close')
    page = find(preferences, None, 'Models', where=lambda n: n.get_role() in
                (Role.TOGGLE_BUTTON, Role.RADIO_BUTTON, Role.PAGE_TAB, BUTTON))
    Atspi.Action.do_action(page, 0)
    says(preferences, 'steady:latest')
    check(preferences, 'the models')
    Atspi.Action.do_action(find(preferences, None, 'Long Runs', where=lambda n: n.get_role() in
                                (Role.TOGGLE_BUTTON, Role.RADIO_BUTTON, Role.PAGE_TAB, BUTTON)), 0)
    check(preferences, 'long runs')
    act(preferences, 'window.close')


def main():
    tests = [test_window, test_popovers, test_opened, test_import, test_dialogs]
    with Sim('steady:latest=tokens=5') as sim, App(ANTIPHON, '--server', sim.url, env=ENV) as app:
        return run_tests(tests, app)


sys.exit(main() > 0)
