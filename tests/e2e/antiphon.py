# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests know of the application: how scripts and hands operate it, and how its table looks."""

import json
import os
import subprocess

from driver import Atspi, Role, act, find, find_all, row_text, rows, set_text, wait

ANTIPHON = os.environ['ANTIPHON']
ID = os.environ['ANTIPHON_ID']


def action(name, *parameters):
    """Has the running application do what a script can ask of it."""
    subprocess.run(['gapplication', 'action', ID, name, *parameters], check=True, timeout=20)


def write_file(folder, name, content):
    """Makes a file; returns its path."""
    path = os.path.join(folder, name)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(content)
    return path


def write_rows(folder, *prompts, name='some.jsonl'):
    """Makes a file of prompts, each with what else is said of it; returns its path."""
    return write_file(folder, name, ''.join(json.dumps(row) + '\n' for row in prompts))


def composer(window):
    return find(window, Role.TEXT, 'New prompts')


def send(window, *prompts):
    """Queues prompts."""
    set_text(composer(window), '\n---\n'.join(prompts))
    act(window, 'win.send')


def send_at_once(window, count):
    """Has so many prompts sent at once."""
    spin = find(window, Role.SPIN_BUTTON, where=lambda node: node.get_value_iface() is not None)
    Atspi.Value.set_current_value(spin, count)
    wait(lambda: Atspi.Value.get_current_value(spin) == count, what='%d at once' % count)


def longest(lists):
    return max(lists, key=lambda node: len(rows(node)))


def queue(window):
    """The list of the table, or the list that takes its place where there is no room for one."""
    return longest(wait(lambda: find_all(window, Role.LIST, 'Prompts')))


def queued(window, count):
    """The rows of the queue, as soon as there are so many."""
    return wait(lambda: (lambda found: found if len(found) == count else None)
                (rows(queue(window))), None, '%d rows' % count)


def listed(window):
    """What the rows of the queue say; before the first there is none."""
    lists = find_all(window, Role.LIST, 'Prompts')
    return [row_text(row) for row in rows(longest(lists))] if lists else []


def count_rows(window, words):
    """How many rows say the words."""
    return sum(words in text for text in listed(window))


def wait_for_rows(window, count, words):
    """Until so many rows say the words."""
    try:
        wait(lambda: count_rows(window, words) == count, 30)
    except TimeoutError:
        raise AssertionError('not %d rows with %r: %r' % (count, words, listed(window))) from None
