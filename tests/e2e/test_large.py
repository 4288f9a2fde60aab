#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Large text, and no motion: what some people need to be able to read at all."""

import os
import socket
import subprocess
import sys
import tempfile
import time

from antiphon import ANTIPHON, action, send
from driver import (App, Atspi, BUTTON, IS_NEWER, Role, act, config_home, extents, find, find_all,
                    name_of, resize, run_tests, says, screenshot, set_text, wait, walk, x_window)
from sim import Sim

WINDOW = Atspi.CoordType.WINDOW
# One and a half times the usual 11 points; the smallest phone's width grows as the text. (Dots per
# inch would do the same, but X servers set those themselves.)
FONT = 'Sans 16.5'
WIDTH, HEIGHT = 540, 960
CONTROLS = {BUTTON, Role.TOGGLE_BUTTON, Role.COMBO_BOX, Role.SPIN_BUTTON, Role.TEXT}
# How far at the left of its place something seems to be: newer versions of GTK leave out the padding
# of all that it is in.
PADDING = 24 if IS_NEWER else 0
SHOTS = os.environ.get('E2E_SHOTS')


def large(*arguments):
    """The application with large text."""
    config = config_home('gtk-font-name=' + FONT, 'gtk-decoration-layout=appmenu:close')
    return App(ANTIPHON, *arguments, env={'G_DEBUG': 'fatal-warnings', 'XDG_CONFIG_HOME': config})


def outside(node, width):
    """The controls that the end of the window hides or cuts. A sidebar that is put away waits before
    its beginning."""
    found = []
    for child in walk(node):
        # What is no widget has no place.
        if child.get_role() in CONTROLS:
            got = child.get_extents(WINDOW)
            if got.width > 0 and got.x + got.width > 0 and \
                    not -PADDING <= got.x <= width - got.width:
                found.append((name_of(child), got.x, got.width))
    return found


def fits(app, node, title, shot):
    """Everything in the window is inside of it, as soon as it has settled."""
    resize(app, WIDTH, HEIGHT, title)
    wait(lambda: x_window(app, title)[3] <= WIDTH, None, '%s is wider than %d' % (shot, WIDTH))
    left = []

    def is_inside():
        left[:] = outside(node, WIDTH)
        return not left
    try:
        wait(is_inside, 20)
    except TimeoutError as error:
        raise AssertionError('%s: %s' % (shot, left)) from error
    finally:
        if SHOTS:
            time.sleep(0.5)
            screenshot(os.path.join(SHOTS, 'large-%s.png' % shot), app, title)


def test_window():
    """with text half as large again the window still fits a phone, in every view"""
    with Sim('steady:latest=tokens=60') as sim, large('--server', sim.url) as app:
        window = app.window('Antiphon')
        says(window, 'steady:latest')
        fits(app, window, 'Antiphon', 'empty')
        send(window, 'one', 'two', 'three')
        says(window, '3 done', 30)
        for view in ('table', 'wall', 'compare', 'timeline'):
            act(window, 'win.show-' + view)
            fits(app, window, 'Antiphon', view)
        act(window, 'win.show-table')
        act(window, 'win.open-answer')
        fits(app, window, 'Antiphon', 'answer')
        app.quit()


def test_dialogs():
    """so do the preferences, and the dialog of a server"""
    with large('--demo') as app:
        app.window('Antiphon')
        action('preferences')
        window = app.window('Preferences')
        fits(app, window, 'Preferences', 'preferences')
        act(window, 'preferences.add-server')
        fits(app, app.window('Add Server'), 'Add Server', 'server')
        app.kill()


def moves(app, title=None):
    """Whether two pictures of a window differ."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ('before.png', 'after.png')]
        for path in paths:
            time.sleep(0.7)
            screenshot(path, app, title)
        return subprocess.run(['compare', '-metric', 'AE', *paths, 'null:'], check=False,
                              capture_output=True).returncode != 0


def test_motion():
    """where motion is not wanted, nothing moves in a window in which nothing happens"""
    with Sim('steady:latest=tokens=20') as sim, large('--server', sim.url) as app:
        window = app.window('Antiphon')
        says(window, 'steady:latest')
        send(window, 'one', 'two')
        says(window, '2 done', 30)
        for view in ('wall', 'timeline', 'compare', 'table'):
            act(window, 'win.show-' + view)
            wait(lambda: not moves(app), 15, 'the %s stands still' % view)
        app.quit()


def test_waiting():
    """nor does anything move while the application waits for a server that says nothing"""
    with socket.create_server(('127.0.0.1', 0)) as silent, large('--demo') as app:
        app.window('Antiphon')
        action('preferences')
        act(app.window('Preferences'), 'preferences.add-server')
        dialog = app.window('Add Server')
        set_text(find(dialog, Role.TEXT, 'Address'), '127.0.0.1:%d' % silent.getsockname()[1])
        act(dialog, 'server.test')
        says(dialog, 'Connecting…')
        wait(lambda: not moves(app, 'Add Server'), 15, 'the spinner stands still')
        says(dialog, 'Connecting…')
        app.kill()


def luminance(path, place, which):
    """Of the palest or darkest point of a part of a picture: (x, y, width, height)."""
    x, y, width, height = place
    part = '%dx%d+%d+%d' % (width, height, x, y)
    said = subprocess.run(['convert', path, '-crop', part, '+repage', '-colorspace', 'LinearGray',
                           '-format', '%%[fx:%s]' % which, 'info:'], check=True, capture_output=True,
                          text=True)
    return float(said.stdout)


def contrasts(node, path):
    """The contrast of each label in a picture of its window, as WCAG counts it."""
    found = {}
    for label in find_all(node, Role.LABEL):
        place = extents(label)
        if name_of(label) and place and 10 < place[2] < 900 and place[0] >= 0 and place[1] >= 0:
            pale, dark = (luminance(path, place, which) + 0.05 for which in ('maxima', 'minima'))
            found[name_of(label)] = pale / dark
    return found


def test_contrast():
    """in high contrast every text can be told from what is behind it, and better than usual"""
    seen = []
    for contrast in ('0', '1'):
        with Sim('steady:latest=tokens=20') as sim, tempfile.TemporaryDirectory() as folder, \
                App(ANTIPHON, '--server', sim.url,
                    env={'G_DEBUG': 'fatal-warnings', 'ADW_DEBUG_HIGH_CONTRAST': contrast}) as app:
            window = app.window('Antiphon')
            says(window, 'steady:latest')
            send(window, 'one', 'two')
            says(window, '2 done', 30)
            act(window, 'win.show-wall')
            wait(lambda: not moves(app), 15, 'the wall stands still')
            path = os.path.join(SHOTS or folder, 'contrast-%s.png' % contrast)
            screenshot(path, app)
            parts = (find(window, Role.PANEL, 'Which prompts are listed'),
                     find(window, Role.LIST, 'Answers'))
            seen.append({label: ratio for part in parts
                         for label, ratio in wait(lambda: contrasts(part, path)).items()})
            app.quit()
    usual, high = seen
    assert len(high) >= 4 and min(high.values()) >= 7, high
    assert min(high.values()) > min(usual.values()), seen


if __name__ == '__main__':
    sys.exit(run_tests([
        test_window,
        test_dialogs,
        test_motion,
        test_waiting,
        test_contrast,
    ]) > 0)
