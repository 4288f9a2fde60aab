#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files are looked at before they are queued: the real program, real keys, a simulated server."""

import contextlib
import os
import sys
import tempfile
import time

from antiphon import ANTIPHON, write_file
from driver import App, BUTTON, Role, act, click, find, find_all, gone, key, labels, name_of, \
    real_click, run_tests, says, screenshot, sensitive, set_text, toast_says, wait
from sim import Sim

ENV = {'G_DEBUG': 'fatal-warnings'}
TABLE = 'id;language;text\n1;French;Good morning\n2;;"Two; please"\n3;German;a;b\n'
DIALOG = 'Import Prompts'


@contextlib.contextmanager
def opened(content, name='table.csv', model='text=echo'):
    """The program with a file of this content."""
    with tempfile.TemporaryDirectory() as folder, Sim('m:latest=' + model) as sim:
        path = write_file(folder, name, content)
        with App(ANTIPHON, '--server', sim.url, path, env=ENV) as app:
            yield app


def counts(window):
    """What the list says of prompts that wait."""
    return [words for words in labels(window) if words.endswith(' waiting')]


def queue_button(dialog):
    return find(dialog, BUTTON, 'Queue', where=sensitive)


def preview_and_queue():
    """A table is shown first; a template makes its prompts, and they are answered"""
    with opened(TABLE) as app:
        dialog = app.window(DIALOG)
        says(dialog, 'First prompt: Good morning')
        says(dialog, '2 prompts')
        says(dialog, '1 row is not queued')
        for cell in ('language', 'French', 'Two; please'):
            says(dialog, cell)
        act(dialog, 'import.use-template')
        template = find(dialog, Role.TEXT, 'Template')
        set_text(template, 'Into {{langauge}}: {{text}}')
        says(dialog, 'did you mean “language”?')
        assert not sensitive(find(dialog, BUTTON, 'Queue'))
        set_text(template, 'Into {{language|Dutch}}: {{text}}')
        says(dialog, 'First prompt: Into French: Good morning')
        shots = os.environ.get('E2E_SHOTS')
        if shots:
            screenshot(os.path.join(shots, 'import-dialog.png'))
        click(queue_button(dialog))
        window = app.window('Antiphon')
        says(window, 'Into French: Good morning')
        says(window, 'Into Dutch: Two; please')
        app.quit()


def closed_without_queueing():
    """What is looked at and not wanted is not queued"""
    with opened(TABLE) as app:
        dialog = app.window(DIALOG)
        says(dialog, '2 prompts')
        key('Escape')
        wait(lambda: not any(name_of(w) == DIALOG for w in app.windows()), None, 'no dialog')
        says(app.window('Antiphon'), 'Open Files')
        app.quit()


def text_needs_no_dialog():
    """A text file has nothing to ask about"""
    with opened('One\nTwo\n', 'prompts.txt') as app:
        window = app.window('Antiphon')
        says(window, 'Two')
        assert not any(name_of(w) == DIALOG for w in app.windows())
        app.quit()


def stopped_on_the_way():
    """A long import that is stopped says how far it was; what is queued is a batch that can be deleted"""
    content = ''.join('Prompt %d\n' % n for n in range(3_000_000))
    # Answers that come meanwhile would change what is read here.
    with opened(content, 'prompts.txt', 'duration=100000') as app:
        window = app.window('Antiphon')
        says(window, 'Reading prompts.txt')
        says(window, 'queued so far')
        bar = find(window, Role.PROGRESS_BAR, 'Reading prompts.txt')
        assert 0 <= bar.get_value_iface().get_current_value() <= 1
        shots = os.environ.get('E2E_SHOTS')
        if shots:
            screenshot(os.path.join(shots, 'import-progress.png'))
        act(window, 'win.stop-import')
        toast_says(window, 'Stopped. What was queued by then stays')

        def final_counts():
            before = counts(window)
            time.sleep(1)
            return before if counts(window) == before else []
        # What is in the window may go while it is read; wait() looks again.
        total = int(''.join(filter(str.isdigit,
                                   wait(final_counts, 30, 'the end of the import')[0])))
        assert 0 < total < 3_000_000, total

        batches = find(window, Role.LIST, 'Batches')
        batch = wait(lambda: find_all(batches, Role.LABEL, 'prompts.txt'))
        assert len(batch) == 1, labels(batches)
        real_click(app, batch[0], 'Antiphon')
        key('Delete')
        toast_says(window, '%d prompts deleted' % (total + 4))
        gone(batches, Role.LABEL, 'prompts.txt')
        wait(lambda: not counts(window), None, 'nothing that waits')
        act(window, 'win.undo')
        find(batches, Role.LABEL, 'prompts.txt')
        wait(lambda: counts(window) == ['%d waiting' % total], 30, 'all that waited')


if __name__ == '__main__':
    sys.exit(run_tests([preview_and_queue, closed_without_queueing, text_needs_no_dialog,
                        stopped_on_the_way]))
