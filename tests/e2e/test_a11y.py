#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a screen reader finds: every control of every view and dialog has a name."""

import subprocess
import sys
import tempfile
import time

from antiphon import ANTIPHON, action, send, write_file, write_rows
from driver import (App, Atspi, BUTTON, GLib, IS_NEWER, Role, State, act, actions, children, click,
                    find, find_all, has_state, key, labels, menu_says, name_of, real_click,
                    run_tests, says, tab_to, wait)
from sim import Sim

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
# So is the button that closes a toast.
TOAST = 'AdwToastWidget'


def says_nothing(name):
    name = name.strip()
    return not name or name.startswith(CLASSES) and ' ' not in name


def is_nameless(node):
    return says_nothing(name_of(node))


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


def is_control(node, role):
    """Whether it can be operated. A scrolled window gives the focus on; a row is called after its labels.
    Newer versions of GTK let more take the focus that is their own, without a name."""
    return role in CONTROLS or not IS_NEWER and role != Role.SCROLL_PANE and \
        has_state(node, State.FOCUSABLE) and not any(labels(node))


def nameless(node, inside=None, path=''):
    """The controls below a node that have no name, each with the way to it."""
    found = []
    for child in children(node):
        role, name = child.get_role(), name_of(child)
        if name == TOAST:
            continue
        way = '%s/%s %r' % (path, role.value_nick, name)
        if says_nothing(name) and inside not in OF_LIBADWAITA and is_control(child, role) \
                and is_seen(child) and not speaks_for_itself(child):
            found.append(way)
        found += nameless(child, role if role in OF_LIBADWAITA else inside, way)
    return found


def check(node, what):
    """Everything below the node has a name, as soon as it has settled."""
    last = ['(nothing could be walked)']

    def settled():
        last[:] = nameless(node)
        return not last
    try:
        wait(settled)
    except TimeoutError as trouble:
        raise AssertionError('%s: nameless: %s (%s)' % (what, '\n'.join(last), trouble)) from None


def test_window(app):
    """the window, empty and with answers, in every view"""
    window = app.window('Antiphon')
    says(window, 'steady:latest')
    check(window, 'the empty window')
    send(window, 'one', 'two', 'three')
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
        path = write_file(folder, 'table.csv',
                          'language,text\nFrench,Good morning\nDutch,"Two; please"\n')
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


def test_menus(app):
    """the main menu, and the menu of columns"""
    window = app.window('Antiphon')
    act(window, 'win.show-table')
    key('F10')
    menu_says(window, 'About Antiphon')
    check(window, 'the main menu')
    key('Escape')
    real_click(app, find(window, BUTTON, 'Columns'), 'Antiphon')
    menu_says(window, 'Server')
    check(window, 'the menu of columns')
    key('Escape')


def ask(app, *prompts):
    """Asks them of a model each; prompts are (model, prompt)."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_rows(folder, *({'model': model, 'prompt': prompt} for model, prompt in prompts))
        subprocess.run([ANTIPHON, path], check=True, timeout=30)
        window = app.window('Antiphon')
        says(window, 'Queued %d prompt' % len(prompts))
    return window


def question(app, heading):
    """The dialog that asks it, of which everything has a name; all that it says is read out."""
    dialog = wait(lambda: next(node for node in app.windows() if heading in labels(node)), None, heading)
    check(dialog, heading)
    # The window is called after what it asks, or says it.
    assert not is_nameless(dialog) or heading in labels(dialog), heading
    return dialog


def ended(app, dialog):
    key('Escape')
    wait(lambda: dialog not in app.windows(), None, 'the end of the question')


def test_names(app):
    """the questions for a name: of a batch, and of a preset"""
    window = ask(app, ('steady:latest', 'four'))
    batches = find(window, Role.LIST, 'Batches')
    real_click(app, find(batches, Role.LABEL, 'some.jsonl'), 'Antiphon')
    key('F2')
    dialog = question(app, 'Rename Batch')
    entry = find(dialog, Role.TEXT, 'Name')
    wait(lambda: has_state(entry, State.FOCUSED), None, 'the focus in the question')
    ended(app, dialog)

    with tempfile.TemporaryDirectory() as folder:
        path = write_file(folder, 'table.csv', 'language,text\nFrench,Good morning\n')
        subprocess.run([ANTIPHON, path], check=True, timeout=30)
        importing = app.window('Import Prompts')
        click(find(importing, BUTTON, 'Save as Preset'))
        dialog = question(app, 'Save as Preset')
        entry = find(dialog, Role.TEXT, 'Name of the preset')
        wait(lambda: has_state(entry, State.FOCUSED), None, 'the focus in the question')
        ended(app, dialog)
        act(importing, 'window.close')
        wait(lambda: importing not in app.windows())


def test_link(app):
    """the question before a link is opened"""
    window = ask(app, ('echo:latest', 'see https://example.com/there'))
    act(window, 'win.show-table')
    act(window, 'win.focus-queue')
    key('End')
    act(window, 'win.open-answer')
    page = find(window, Role.PANEL, 'Answer')
    reader = find(page, Role.PANEL, 'Answer', lambda node: node != page)
    block = find(reader, Role.LABEL, where=lambda node: 'https' in name_of(node))
    real_click(app, block, 'Antiphon')
    tab_to(window, block)
    key('Return')
    dialog = question(app, 'Open This Link?')
    says(dialog, 'https://example.com/there')
    ended(app, dialog)


def test_differences(app):
    """the comparison of two answers word by word, in one text and side by side"""
    window = ask(app, ('steady:latest', 'what is new'), ('echo:latest', 'what is new'))
    says(window, '2 done', 30)
    act(window, 'win.show-compare')
    says(window, '1 prompt · 2 ways to ask')
    key('alt+3')
    grid = find(window, Role.TABLE, 'Answers by model')
    wait(lambda: any(has_state(node, State.FOCUSED)
                     for node in find_all(grid, Role.TABLE_CELL)), None, 'a cell with the focus')
    key('space', 'Right', 'space')
    find(window, Role.TEXT, 'Both answers in one text')
    check(window, 'the differences')
    click(find(window, None, 'Side by side'))
    find(window, Role.TEXT, 'First answer')
    find(window, Role.TEXT, 'Second answer')
    check(window, 'the differences side by side')
    click(find(window, BUTTON, 'Close the comparison'))


def test_closing(app):
    """the question before prompts that have not ended are left"""
    window = ask(app, ('slow:latest', 'for long'))
    act(window, 'window.close')
    dialog = question(app, '1 prompt has not ended')
    ended(app, dialog)
    assert window in app.windows()


def main():
    tests = [test_window, test_popovers, test_opened, test_import, test_dialogs, test_menus, test_names,
             test_link, test_differences, test_closing]
    with Sim('steady:latest=tokens=5', 'echo:latest=text=echo', 'slow:latest=tokens=5,rate=0.01') as sim, \
            App(ANTIPHON, '--server', sim.url, env=ENV) as app:
        return run_tests(tests, app)


sys.exit(main() > 0)
