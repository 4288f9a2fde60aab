#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Models in the preferences: one is downloaded, one is not, one is deleted and called back."""

import os
import re
import sys

from antiphon import ANTIPHON, action
from driver import (App, BUTTON, GLib, IS_NEWER, Role, act, click, find, find_all, gone, key, labels,
                    name_of, real_click, run_tests, says, screenshot, type_text, wait, walk)
from sim import Sim

ENV = {'G_DEBUG': 'fatal-warnings'}
SHOTS = os.environ.get('E2E_SHOTS')
PROGRESS = re.compile(r'([\d.]+)\s(\wB) of 4\.7\sGB downloaded')
UNITS = {'kB': 1e3, 'MB': 1e6, 'GB': 1e9}


def start(sim):
    return App(ANTIPHON, '--server', sim.url, env=ENV)


def models_page(app):
    """The page of models in the preferences."""
    says(app.window('Antiphon'), 'steady:latest')
    action('preferences')
    window = app.window('Preferences')
    page = find(window, None, 'Models', where=lambda n: n.get_role() in
                (Role.TOGGLE_BUTTON, Role.RADIO_BUTTON, Role.PAGE_TAB, BUTTON))
    click(page)
    says(window, 'steady:latest')
    return window


def pull(app, window, name):
    """Enters the name as a hand does, and begins the download by the Return key."""
    real_click(app, find(window, Role.TEXT, 'Name, such as llama3.2 or qwen2.5:7b'), 'Preferences')
    type_text(name)
    key('Return')


def downloaded(window):
    """How many bytes it says are there; -1 if it does not say."""
    try:
        found = [PROGRESS.search(name_of(node)) for node in walk(window)]
    except GLib.Error:  # it was replaced meanwhile
        return -1
    return next((float(match[1]) * UNITS[match[2]] for match in found if match), -1)


def listed(window, words):
    """The rows that say so."""
    return find_all(window, Role.LIST_ITEM, where=lambda node: any(words in label
                                                                   for label in labels(node)))


def row(window, words):
    return wait(lambda: listed(window, words), None, 'a row of ' + words)[0]


def installed(sim):
    return {model['name'] for model in sim.get('/api/tags')['models']}


def disconnects(sim):
    """How often a client has hung up."""
    return sim.get('/sim/stats')['disconnects']['count']


def offered(app):
    """The models that can be chosen for the next prompt."""
    window = app.window('Antiphon')
    choice = find(window, Role.COMBO_BOX, 'Model')
    before = len(labels(choice))
    if IS_NEWER:  # which leaves out the padding in places: a real click would miss it
        click(find(choice, Role.TOGGLE_BUTTON))
    else:
        real_click(app, choice, 'Antiphon')
    wait(lambda: len(labels(choice)) > before, None, 'the choice of a model')
    return labels(choice)


def shoot(app, name):
    if SHOTS:
        screenshot(os.path.join(SHOTS, 'models-%s.png' % name), app, 'Preferences')


def test_pull():
    """a model is downloaded: how far it is can be read, and it is offered when it is there"""
    with Sim('steady:latest=tokens=5', default='pull=4000') as sim, start(sim) as app:
        window = models_page(app)
        pull(app, window, 'fresh:latest')
        first = wait(lambda: max(downloaded(window), 0), None, 'the progress')
        shoot(app, 'progress')
        wait(lambda: downloaded(window) > first, None, 'more than %g bytes' % first)
        assert 'fresh:latest' not in installed(sim)
        says(window, 'fresh:latest · ' + sim.host)
        gone(window, BUTTON, 'Cancel the download', 20)
        says(window, 'fresh:latest')
        assert 'fresh:latest' in installed(sim)
        shoot(app, 'done')
        act(window, 'window.close')
        assert 'fresh:latest' in offered(app)
        app.kill()


def test_cancel():
    """a download that is cancelled leaves nothing: no row, no model, no connection"""
    with Sim('steady:latest=tokens=5', default='pull=600000') as sim, start(sim) as app:
        window = models_page(app)
        before = disconnects(sim)
        pull(app, window, 'fresh:latest')
        wait(lambda: downloaded(window) > 0, None, 'the progress')
        click(find(window, BUTTON, 'Cancel the download'))
        gone(window, BUTTON, 'Cancel the download')
        wait(lambda: not any('fresh' in label for label in labels(window)))
        wait(lambda: disconnects(sim) > before, None, 'the end of the connection')
        assert installed(sim) == {'steady:latest'}
        act(window, 'window.close')
        assert 'fresh:latest' not in offered(app)
        app.kill()


def test_failure():
    """why a model cannot be had is said in the server's words, until it was read"""
    with Sim('steady:latest=tokens=5') as sim, start(sim) as app:
        window = models_page(app)
        pull(app, window, 'missing:latest')
        says(window, 'file does not exist')
        shoot(app, 'failed')
        click(find(row(window, 'missing:latest'), BUTTON, 'Take the download off the list'))
        wait(lambda: not any('missing' in label for label in labels(window)))
        app.kill()


def test_delete():
    """a model is deleted when it was not called back; Undo calls it back"""
    with Sim('steady:latest=tokens=5', 'old:latest=tokens=5') as sim, start(sim) as app:
        window = models_page(app)
        for undo in (True, False):
            click(find(row(window, 'old:latest'), BUTTON, 'Delete the model from the server'))
            says(window, '“old:latest” will be deleted')
            wait(lambda: not listed(window, 'old:latest'))
            if undo:
                click(find(window, BUTTON, 'Undo'))
        assert 'old:latest' in installed(sim)
        wait(lambda: 'old:latest' not in installed(sim), 20, 'the end of the model')
        app.kill()


if __name__ == '__main__':
    sys.exit(run_tests([test_pull, test_cancel, test_failure, test_delete]) > 0)
