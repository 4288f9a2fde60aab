#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the pictures of the README: the real window, asking two models of the demo server.

    GT_SCREEN=1700x1100 tests/gt-env.sh /usr/bin/python3 tests/e2e/screenshots.py FOLDER [NAME…]

ANTIPHON in the environment names an installed copy, since only that finds its translations. The
names are those in PICTURES; with "all" before them there are more pictures, of every view and
dialog, to look at before a release.
"""

import json
import os
import re
import sys
import tempfile
import time

from driver import (App, Role, State, act, actions, find_all, has_state, key, name_of, resize,
                    screenshot, set_text, wait, walk, x_window)
from locales import make_locale

PROMPTS = ('鱼香肉丝的做法', '菠萝咕咾肉怎么做好吃?', 'Why is the sky blue?', '糖醋排骨的做法',
           'Explain Rayleigh scattering to a child')
MODELS = ('demo:latest', 'demo-thinking:latest')
TABLE = ('dish,language,servings\n'
         '鱼香肉丝,Chinese,2\n菠萝咕咾肉,Chinese,3\n糖醋排骨,Chinese,4\n'
         'Ratatouille,French,4\nBœuf bourguignon,French,6\n'
         'Caponata,Italian,4\nRisotto alla milanese,Italian,2\n'
         'Sauerbraten,German,6\n')
TEMPLATE = 'A recipe of {{dish}} for {{servings}}, as {{language}} cooks make it'
# What the line above the prompts says at the end, in English and Chinese
DONE_WORDS = r'%d (done|条已完成)' % (len(PROMPTS) * len(MODELS))

# name: language, color scheme, width, height, high contrast
PICTURES = {
    'light': ('', 'prefer-light', 1200, 800, False),
    'dark': ('', 'prefer-dark', 1200, 800, False),
    'chinese': ('zh_CN', 'prefer-light', 1200, 800, False),
    'narrow': ('', 'prefer-light', 360, 720, False),
    'wide': ('', 'prefer-light', 1600, 1000, False),
    'contrast': ('', 'prefer-light', 1200, 800, True),
    'narrow-chinese': ('zh_CN', 'prefer-dark', 360, 720, False),
}
OF_README = ('light', 'dark', 'chinese', 'narrow')


def write(folder, name, content):
    path = os.path.join(folder, name)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(content)
    return path


def is_multi_line(node):
    return has_state(node, State.EDITABLE) and has_state(node, State.MULTI_LINE)


class Studio:
    """One window in one look; what() pictures are taken of it."""

    def __init__(self, folder, name, app, everything):
        self.folder = folder
        self.name = name
        self.app = app
        self.everything = everything
        self.window = app.window()
        time.sleep(1)
        self.fit()

    def fit(self):
        """Gives the window its size. What is too wide for it gives way step by step."""
        width, height = PICTURES[self.name][2:4]
        for _ in range(5):
            resize(self.app, width, height)
            time.sleep(0.4)
            if x_window(self.app)[3] == width:
                break

    def shoot(self, what, window=None, root=False):
        time.sleep(0.7)
        file = os.path.join(self.folder, f'{self.name}-{what}.png' if what else self.name + '.png')
        screenshot(file, None if root else self.app, window)

    def dialog(self, what):
        """The window that was opened last, once it has its name."""
        dialog = wait(lambda: next(node for node in self.app.windows()
                                   if node != self.window and name_of(node)))
        time.sleep(0.7)
        # Not every dialog has the title that it is called by.
        self.shoot(what, name_of(dialog), root=what == 'shortcuts')
        return dialog


def ended(window):
    """Waits until all were answered."""
    wait(lambda: any(re.match(DONE_WORDS, name_of(node)) for node in walk(window)), 120,
         'the end of all answers')


def select_first(window):
    act(window, 'win.focus-queue')
    key('Home', 'Down', 'Home')
    wait(lambda: 'win.open-answer' in actions(window))


def of_readme(studio, narrow):
    window = studio.window
    act(window, 'win.show-wall')
    studio.fit()
    time.sleep(4)
    studio.shoot('wall')
    act(window, 'win.show-table')
    studio.fit()
    ended(window)
    if narrow:
        studio.shoot('')
    else:
        select_first(window)
        studio.shoot('table')
        for view in ('compare', 'timeline'):
            act(window, 'win.show-' + view)
            time.sleep(0.5)
            studio.shoot(view)
        act(window, 'win.show-table')
    select_first(window)
    act(window, 'win.open-answer')
    studio.shoot('answer')


def dialogs(studio):
    window = studio.window
    act(window, 'win.export')
    act(studio.dialog('export'), 'window.close')
    if not studio.everything:
        return
    if 'win.back' in actions(window):
        act(window, 'win.back')
    act(window, 'win.filters')
    studio.shoot('filters')
    act(window, 'win.filters')
    act(window, 'win.choose-server')
    studio.shoot('servers', root=True)
    key('Escape')
    for pressed, what in (('ctrl+comma', 'preferences'), ('ctrl+question', 'shortcuts')):
        act(window, 'win.focus-queue')
        key(pressed)
        act(studio.dialog(what), 'window.close')
        time.sleep(0.3)


def pictures(folder, name, everything):
    language, scheme, width, _, contrast = PICTURES[name]
    env = {'ADW_DEBUG_COLOR_SCHEME': scheme, 'ADW_DEBUG_HIGH_CONTRAST': '1' if contrast else '0'}
    with tempfile.TemporaryDirectory() as files:
        if language:
            env.update(make_locale(files, language) or {'LANGUAGE': language})
        lines = [json.dumps({'prompt': prompt, 'model': model})
                 for prompt in PROMPTS for model in MODELS]
        prompts = write(files, 'recipes.jsonl', '\n'.join(lines) + '\n')
        table = write(files, 'dishes.csv', TABLE)
        if everything:
            with App(os.environ['ANTIPHON'], '--demo', env=env) as app:
                studio = Studio(folder, name, app, everything)
                studio.shoot('start')
        with App(os.environ['ANTIPHON'], '--demo', prompts, env=env) as app:
            studio = Studio(folder, name, app, everything)
            of_readme(studio, width < 600)
            if everything or name == 'light':
                dialogs(studio)
        if everything or name == 'light':
            with App(os.environ['ANTIPHON'], '--demo', table, env=env) as app:
                studio = Studio(folder, name, app, everything)
                dialog = studio.dialog('import')
                act(dialog, 'import.use-template')
                fields = wait(lambda: find_all(dialog, Role.TEXT, where=is_multi_line))
                set_text(fields[0], TEMPLATE)
                studio.shoot('import', name_of(dialog))


def main():
    folder, *names = sys.argv[1:]
    everything = names[:1] == ['all']
    names = names[everything:] or (PICTURES if everything else OF_README)
    os.makedirs(folder, exist_ok=True)
    for name in names:
        pictures(folder, name, everything)


if __name__ == '__main__':
    main()
