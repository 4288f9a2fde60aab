#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers out of the window into a file: by keys and through the dialogs."""

import os
import sys
import tempfile
import time

from antiphon import ANTIPHON, composer
from driver import (App, BUTTON, act, find, key, run_tests, says, sensitive, set_text, type_path,
                    wait)
from sim import Sim

ENV = {'G_DEBUG': 'fatal-warnings'}


def start(sim):
    return App(ANTIPHON, '--server', sim.url, env=ENV)


def ask(app, *prompts):
    window = app.window('Antiphon')
    says(window, 'm:latest')
    set_text(composer(window), '\n---\n'.join(prompts))
    key('ctrl+Return')
    says(window, '%d done' % len(prompts), 30)
    return window


def open_dialog(app):
    key('ctrl+shift+e')
    dialog = app.window('Export Answers')
    wait(lambda: sensitive(find(dialog, BUTTON, 'Export…')))
    return dialog


def save_as(app, path):
    """Names the file in GTK's own dialog, which proposes a name."""
    wait(lambda: len(app.windows()) == 3, None, 'the file dialog')
    time.sleep(0.5)
    key('ctrl+a')
    type_path(path)


def test_report():
    """a report of all that was asked, by keys alone"""
    with Sim('m:latest=text=echo') as sim, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'report.html')
        with start(sim) as app:
            window = ask(app, '<b>one</b>', '鱼香肉丝', 'three')
            open_dialog(app)
            # What is proposed is what most want.
            key('Return')
            save_as(app, path)
            says(window, 'Exported 3 prompts')
            find(window, BUTTON, 'Open')
            wait(lambda: len(app.windows()) == 1, None, 'the end of the dialogs')
            app.quit()
        with open(path, encoding='utf-8') as file:
            page = file.read()
        assert page.count('<article') == 3, page
        assert '&lt;b&gt;one&lt;/b&gt;' in page and '<b>' not in page, page
        assert '鱼香肉丝' in page, page
        assert os.listdir(folder) == ['report.html'], os.listdir(folder)


def test_cancel():
    """Escape leaves everything as it is"""
    with Sim('m:latest=text=echo') as sim, start(sim) as app:
        ask(app, 'one')
        open_dialog(app)
        key('Escape')
        wait(lambda: len(app.windows()) == 1, None, 'the end of the dialog')
        # It is there as an action, too.
        act(app.window('Antiphon'), 'win.export')
        app.window('Export Answers')
        key('Escape')
        wait(lambda: len(app.windows()) == 1, None, 'the end of the dialog')
        app.quit()


if __name__ == '__main__':
    sys.exit(run_tests([
        test_report,
        test_cancel,
    ]) > 0)
