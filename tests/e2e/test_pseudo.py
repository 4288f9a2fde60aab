#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A language that is written from right to left and says everything in brackets: the window is mirrored,
and nothing in it is said in English only."""

import ast
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from antiphon import ANTIPHON, action
from driver import (App, Atspi, Role, act, children, find, find_all, name_of, run_tests, says, Skip,
                    wait, walk)
from locales import make_locale

LOCALEDIR = os.environ['ANTIPHON_LOCALEDIR']
PO = pathlib.Path(os.environ['G_TEST_SRCDIR']).parent / 'po' / 'zh_CN.po'
WINDOW = Atspi.CoordType.WINDOW
# Arabic, for GTK to mirror, which looks at one or the other; what is in brackets is ours.
LANGUAGE, LOCALE = 'ar', 'ar_EG'
ENTRY = re.compile(r'^(?:msgctxt .*\n(?:".*"\n)*)?msgid ((?:".*"\n)+)(?:msgid_plural ((?:".*"\n)+))?'
                   r'(?:msgstr(?:\[\d\])? (?:".*"\n?)+)+', re.MULTILINE)
# What is no language: names, addresses, figures, what the demo server says, and empty labels.
NO_LANGUAGE = re.compile(r'^[^A-Za-z]*$|^(Antiphon|Ollama|OpenAI|API|demo:latest|[\d.]+(:\d+)?)$'
                         r'|^http://|^\S+:\S+$|^\d+[KMB]\b.*|canned')


def unquote(lines):
    return ''.join(ast.literal_eval(line) for line in lines.strip().split('\n'))


def quote(content):
    return '"%s"' % content.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n')


def pseudo(match):
    """The entry, said in brackets. A line break at an end has to be at the other's end, too."""
    whole, singular = match.group(0), unquote(match.group(1))
    if not singular:
        return whole
    head = whole[:re.search(r'^msgstr', whole, re.MULTILINE).start()]
    begin = '\n' if singular.startswith('\n') else ''
    end = '\n' if singular.endswith('\n') else ''
    said = quote('%s⟦%s⟧%s' % (begin, unquote(match.group(2) or match.group(1)).strip('\n'), end))
    return head + ('msgstr[0] ' if match.group(2) else 'msgstr ') + said + '\n'


def translate(directory):
    """Makes the translation below a directory that takes the place of LOCALEDIR."""
    path = pathlib.Path(directory) / LANGUAGE / 'LC_MESSAGES'
    path.mkdir(parents=True)
    source = path / 'antiphon.po'
    source.write_text(ENTRY.sub(pseudo, PO.read_text()))
    subprocess.run(['msgfmt', '-o', str(path / 'antiphon.mo'), str(source)], check=True)


class Pseudo(App):
    def __init__(self, directory, *arguments):
        share = os.path.dirname(LOCALEDIR)
        if shutil.which('bwrap') is None or share == '/usr/share' or not os.path.isdir(share):
            raise Skip('the translation cannot be put at its place')
        box = ['bwrap', '--dev-bind', '/', '/', '--tmpfs', share, '--bind', directory, LOCALEDIR,
               '--die-with-parent']
        if subprocess.run([*box, 'true'], capture_output=True, check=False).returncode != 0:
            raise Skip('bubblewrap cannot make a sandbox here')
        env = make_locale(directory, LOCALE)
        if not env:
            raise Skip('the locale %s cannot be made here' % LOCALE)
        super().__init__(*box, ANTIPHON, *arguments, env=env)

    def _look_for(self):
        # Its process is not the one that was started.
        return next(app for app in children(Atspi.get_desktop(0)) if app.get_name() == 'antiphon')


def x_of(node):
    def look():
        extents = node.get_extents(WINDOW)
        return extents if extents.width > 0 else None
    return wait(look).x


def is_english(node):
    """Whether it is a label that can be seen and is not in brackets."""
    return (node.get_role() == Role.LABEL and node.get_extents(WINDOW).width > 0
            and '⟦' not in name_of(node) and not NO_LANGUAGE.search(name_of(node)))


def check_brackets(window):
    says(window, '⟦')
    # Nodes vanish while a tree is walked.
    left, = wait(lambda: [{name_of(node) for node in walk(window) if is_english(node)}])
    assert not left, left


def test_brackets(app):
    """every label is translated"""
    check_brackets(app.window('Antiphon'))


def test_dialogs(app):
    """every label of the preferences and of a server is translated"""
    action('preferences')
    preferences = app.window('⟦Preferences⟧')
    act(preferences, 'preferences.add-server')
    dialog = app.window('⟦Add Server⟧')
    for window in preferences, dialog:
        check_brackets(window)
    act(dialog, 'window.close')
    act(preferences, 'window.close')


def test_mirrored(app):
    """the list is on the right, and what is asked on the left of it"""
    if not os.path.exists('/usr/share/locale/%s/LC_MESSAGES/gtk40.mo' % LANGUAGE):
        raise Skip('GTK’s own translations are not installed')
    window = app.window('Antiphon')
    menu = find(window, None, '⟦Main menu⟧')
    composer = find(window, Role.TEXT, '⟦New prompts⟧')
    send = find(window, None, '⟦Send⟧', where=lambda n: n.get_extents(WINDOW).width > 0)
    model = find(window, Role.COMBO_BOX, '⟦Model⟧', where=lambda n: n.get_extents(WINDOW).width > 0)
    assert x_of(send) < x_of(model), 'what is sent is not at the left'
    places, = wait(lambda: [[node.get_extents(WINDOW) for node in find_all(window, Role.LIST)]])
    lists = [place.x for place in places if place.width > 0]
    assert lists and max(lists) > x_of(composer), 'the list is not at the right'
    assert x_of(menu) < 600, 'the menu is not at the left'


def main():
    with tempfile.TemporaryDirectory() as directory:
        translate(directory)
        try:
            app = Pseudo(directory, '--demo')
        except Skip as reason:
            print('1..0 # SKIP %s' % reason)
            return False
        with app:
            return run_tests([test_brackets, test_mirrored, test_dialogs], app)


sys.exit(main() > 0)
