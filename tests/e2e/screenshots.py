#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the pictures of the README: the real window, asking the demo server the sample prompts.

    GT_SCREEN=1700x1000 tests/gt-env.sh tests/e2e/screenshots.py FOLDER [NAME…]

ANTIPHON in the environment names an installed copy, since only that finds its translations.
"""

import os
import sys
import time

from driver import App, Role, State, act, find_all, has_state, resize, screenshot, set_text

SAMPLES = '鱼香肉丝的做法\n---\n菠萝咕咾肉怎么做好吃?\n---\n糖醋排骨的做法'


def composer(window):
    """The last text that can be written in: its name is another one in each language."""
    return find_all(window, Role.TEXT, where=lambda node: has_state(node, State.EDITABLE))[-1]


def pictures(folder, name, language, scheme, width, height):
    env = {'LANGUAGE': language, 'ADW_DEBUG_COLOR_SCHEME': scheme}
    with App(os.environ['ANTIPHON'], '--demo', env=env) as app:
        def shoot(what):
            time.sleep(0.7)
            screenshot(os.path.join(folder, f'{name}-{what}.png'), app)

        window = app.window()
        time.sleep(1)
        resize(app, width, height)
        shoot('start')
        set_text(composer(window), SAMPLES)
        act(window, 'win.show-wall')
        act(window, 'win.send')
        time.sleep(6)
        shoot('wall')
        act(window, 'win.show-table')
        shoot('table')
        time.sleep(12)
        # Where there is no room for both, the answer is a page of its own.
        act(window, 'win.open-answer')
        shoot('answer')
        if width < 600:
            return
        for view in ('compare', 'timeline'):
            act(window, 'win.show-' + view)
            shoot(view)


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for name, language, scheme, width, height in (
            ('light', '', 'prefer-light', 1200, 800),
            ('dark', '', 'prefer-dark', 1200, 800),
            ('chinese', 'zh_CN', 'prefer-light', 1200, 800),
            ('wide', '', 'prefer-light', 1600, 900),
            ('narrow', '', 'prefer-light', 360, 720)):
        if len(sys.argv) > 2 and name not in sys.argv[2:]:
            continue
        pictures(folder, name, language, scheme, width, height)


if __name__ == '__main__':
    main()
