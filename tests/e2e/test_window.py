#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window as a user has it: the real program, real keys, a simulated server."""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time

from antiphon import ANTIPHON, composer, queue, queued, send, write_file, write_rows
from driver import (Atspi, App, BUTTON, Role, act, actions, answer_of, checked, click, config_home,
                    find, find_all, gone, key, labels, menu_says, name_of, real_click, resize,
                    row_text, run_tests, says, screenshot, select_row, sensitive, set_text, text,
                    type_path, type_text, wait, x_window)
from sim import Sim, free_port

WINDOW = Atspi.CoordType.WINDOW
ENV = {'G_DEBUG': 'fatal-warnings'}


class Antiphon(App):
    """The program; a test that fails leaves a picture of it if E2E_SHOTS names a directory."""

    def __exit__(self, kind, error, trace):
        shots = os.environ.get('E2E_SHOTS')
        if kind is not None and shots:
            with contextlib.suppress(OSError, subprocess.CalledProcessError):
                screenshot(os.path.join(shots, 'window-%d.png' % self.pid))
        super().__exit__(kind, error, trace)


def start(*arguments, env=None, view='table'):
    """Starts the program and looks at the view of that name."""
    app = Antiphon(ANTIPHON, *arguments, env={**ENV, **(env or {})})
    act(app.window('Antiphon'), 'win.show-' + view)
    return app


def row_says(row, words, timeout=None):
    wait(lambda: words in row_text(row), timeout, '%r in a row' % words)


def tokens(row):
    """The number in the column of tokens: the one before the speed."""
    found = re.search(r'(\d+) [\d.]+ tok/s', row_text(row))
    return int(found.group(1)) if found else 0


def tails(wall):
    """The last lines of the answers that are seen side by side."""
    return [name_of(tail) for tail in find_all(wall, Role.LOG)]


def button(node, name):
    """A button that can be pressed; a hidden one has no size."""
    return find(node, BUTTON, name,
                where=lambda n: sensitive(n) and n.get_extents(WINDOW).width > 0)


def type_lines(*lines):
    """Types with real keys; xdotool has none for the end of a line."""
    for number, line in enumerate(lines):
        if number > 0:
            key('Return')
        type_text(line)


def showing(node, name):
    """Nodes of that name that have a size, which what is hidden has not."""
    return find_all(node, None, name, lambda n: n.get_extents(WINDOW).width > 0)


def test_several_at_once():
    """Three prompts are typed and answered at once; one is cancelled, the others finish."""
    with Sim('steady:latest=tokens=480,rate=40') as sim, start('--server', sim.url) as app:
        window = app.window('Antiphon')
        says(window, 'steady:latest')

        real_click(app, composer(window))
        type_lines('first prompt', '---', 'second prompt', 'with two lines', '---', 'third prompt')
        says(window, 'Send 3')
        act(window, 'win.show-table')
        key('ctrl+Return')
        first, second, third = queued(window, 3)
        assert text(composer(window)) == '', 'what was sent stays in the composer'

        for row in (first, second, third):
            row_says(row, 'answering')
        before = wait(lambda: [tokens(row) for row in queued(window, 3)])
        wait(lambda: all(tokens(row) > b for row, b in zip(queued(window, 3), before)), None,
             'three growing answers')
        act(window, 'win.show-wall')
        # A tile tells its text less often than it draws it.
        tiles = find(window, Role.LIST, 'Answers')
        shown = wait(lambda: (lambda found: found if len(found) == 3 and all(found) else None)
                     (tails(tiles)), None, 'three tiles')
        wait(lambda: (lambda now: len(now) == 3 and all(a != b for a, b in zip(now, shown)))
             (tails(tiles)), None, 'growing tiles')

        act(window, 'win.show-table')
        first, second, third = queued(window, 3)
        select_row(queue(window), 1)
        act(window, 'job.cancel-selected')
        row_says(second, 'cancelled')
        for row in (first, third):
            row_says(row, 'done', 30)
            wait(lambda row=row: tokens(row) == 480)
        button(window, '1 cancelled')

        # On the wall there is what the line above it says.
        act(window, 'win.show-wall')
        click(button(window, '2 done'))
        wait(lambda: len(tails(find(window, Role.LIST, 'Answers'))) == 2, None, 'two tiles')
        app.quit()


def test_unknown_model():
    """An answer that fails says why, what to do, and can be retried."""
    with Sim('first:latest=tokens=5', 'second:latest=tokens=5') as sim, \
            start('--server', sim.url) as app:
        window = app.window('Antiphon')
        chosen = says(window, ':latest')
        sim.delete(chosen)
        send(window, 'what is lost?')
        row, = queued(window, 1)
        row_says(row, 'failed')
        row_says(row, 'model not found')
        button(window, '1 failed')

        # What was sent is selected, and so shown.
        says(window, '%s has no model “%s”' % (sim.host, chosen))
        says(window, 'Pull it with “ollama pull %s” and retry, or choose another model.' % chosen)

        # Looking at the server finds out which models are left.
        act(window, 'win.retry-server')
        other = {'first:latest': 'second:latest', 'second:latest': 'first:latest'}[chosen]
        wait(lambda: other in labels(find(window, Role.COMBO_BOX, 'Model')))
        act(window, 'job.retry-selected')
        row_says(row, 'done')
        wait(lambda: tokens(row) == 5)
        row_says(row, other)
        app.quit()


def test_absent_server():
    """Without a server it is said what to do, and prompts wait until there is one."""
    port = free_port()
    with start(env={'OLLAMA_HOST': '127.0.0.1:%d' % port}) as app:
        window = app.window('Antiphon')
        says(window, 'No Ollama answers at 127.0.0.1:%d' % port)
        says(window, 'Start Ollama with “ollama serve”, choose another server, or try the demo.')
        for name in ('Choose Server', 'Try the Demo', 'Retry'):
            button(window, name)

        send(window, 'one', 'two')
        for row in queued(window, 2):
            row_says(row, 'waiting')

        with Sim('late:latest=tokens=3', port=port):
            for row in queued(window, 2):
                row_says(row, 'done')
            says(window, 'late:latest')
        app.quit()


def test_demo():
    """The demo answers, and says that its replies are canned."""
    with start(env={'OLLAMA_HOST': '127.0.0.1:%d' % free_port()}) as app:
        window = app.window('Antiphon')
        click(button(window, 'Try the Demo'))
        says(window, 'Demo: these replies are canned')
        send(window, '鱼香肉丝的做法')
        row, = queued(window, 1)
        row_says(row, '鱼香肉丝的做法')
        row_says(row, 'answering')
        wait(lambda: '演示服务器' in answer_of(window))
        act(window, 'job.cancel-selected')
        row_says(row, 'cancelled')
        app.quit()


def test_file_on_the_command_line():
    """A file that is opened from the command line is queued; a bad row is named."""
    with Sim('m:latest=tokens=4') as sim, tempfile.TemporaryDirectory() as folder:
        path = write_file(folder, 'some.jsonl',
                          '{"prompt":"one"}\nnonsense\n{"prompt":"two","model":"no-such-model"}\n')
        with start('--server', sim.url, path) as app:
            window = app.window('Antiphon')
            says(app.node, 'some.jsonl, line 2: it is not')
            key('Escape')
            one, two = queued(window, 2)
            row_says(one, 'done')
            row_says(two, 'model not found')
            button(window, '1 done')
            button(window, '1 failed')
            app.quit()


def test_open_dialog():
    """Files are chosen in a dialog."""
    with Sim('m:latest=tokens=4') as sim, tempfile.TemporaryDirectory() as folder:
        path = write_file(folder, 'some.txt', 'one\ntwo\n')
        with start('--server', sim.url) as app:
            window = app.window('Antiphon')
            says(window, 'm:latest')
            key('ctrl+o')
            dialog = app.window('Open Files of Prompts')
            wait(lambda: sensitive(dialog))
            # A slash begins to name a place.
            type_path(path)
            # On newer GTK that may only have chosen the file.
            with contextlib.suppress(TimeoutError):
                wait(lambda: len(app.windows()) == 1, 3)
            if len(app.windows()) > 1:
                click(button(dialog, 'Open'))
            for row in queued(window, 2):
                row_says(row, 'done')
            says(window, 'Queued 2 prompts from some.txt')
            # Who opens a file wants to go through it; on newer GTK the first row is to be chosen first.
            key('Down', 'Down')
            says(find(window, Role.PANEL, 'Answer'), 'two')
            app.quit()


def test_compose():
    """Prompts can be put into the composer, ready to be sent."""
    with Sim('m:latest=tokens=4') as sim, tempfile.TemporaryDirectory() as folder:
        path = write_file(folder, 'recipes.txt', '鱼香肉丝的做法\n菠萝咕咾肉怎么做好吃?\n')
        with start('--server', sim.url, '--compose', path) as app:
            window = app.window('Antiphon')
            wait(lambda: text(composer(window)) == '鱼香肉丝的做法\n---\n菠萝咕咾肉怎么做好吃?')
            says(window, 'm:latest')
            assert showing(window, 'Ask Several Things at Once')
            key('ctrl+Return')
            for row in queued(window, 2):
                row_says(row, 'done')
            app.quit()


def test_narrow():
    """On a phone the list and the answer are pages of their own."""
    # As GNOME has it; GTK's own default is three buttons.
    env = {'XDG_CONFIG_HOME': config_home('gtk-decoration-layout=appmenu:close')}
    with Sim('m:latest=tokens=3000,rate=50') as sim, start('--server', sim.url, env=env) as app:
        window = app.window('Antiphon')
        says(window, 'm:latest')
        resize(app, 360, 720)
        set_text(composer(window), 'one\n---\ntwo')
        click(button(window, 'Send 2'))
        one, two = queued(window, 2)
        row_says(two, 'answering')
        assert 'win.back' not in actions(window)
        real_click(app, find(two, Role.LABEL, 'two'))
        wait(lambda: answer_of(window) != '')
        says(window, 'first token after')
        for name in ('Back', 'Main menu', 'Copy', 'Options', 'Send'):
            extents = showing(window, name)[0].get_extents(WINDOW)
            assert extents.x + extents.width <= 360, (name, extents.x, extents.width)

        key('Escape')
        one, two = queued(window, 2)
        act(window, 'queue.stop')
        row_says(two, 'waiting')
        app.kill()


def test_keyboard_only():
    """Everything that matters can be done without a mouse."""
    with Sim('m:latest=tokens=6000,rate=60') as sim, start('--server', sim.url) as app:
        window = app.window('Antiphon')
        says(window, 'm:latest')
        key('ctrl+l')
        type_lines('one', '---', 'two')
        key('ctrl+Return')
        one, two = queued(window, 2)
        row_says(one, 'answering')

        key('ctrl+period')
        row_says(one, 'cancelled')
        key('ctrl+r')
        row_says(one, 'answering')

        # In the list: the next row is selected and so shown; its menu can cancel it.
        key('F6', 'Down')
        says(find(window, Role.PANEL, 'Answer'), 'two')
        key('shift+F10')
        menu_says(window, 'Copy Prompt')
        key('c')
        row_says(two, 'cancelled')
        key('Delete')
        queued(window, 1)
        says(window, '1 prompt deleted')
        act(window, 'win.focus-composer')
        type_text('two')
        key('ctrl+Return')
        one, two = queued(window, 2)
        row_says(two, 'answering')

        key('ctrl+p')
        button(window, 'Start')
        key('ctrl+p')
        button(window, 'Pause')

        key('alt+2')
        wait(lambda: showing(window, 'Answers'))
        key('alt+1')
        wait(lambda: answer_of(window) != '')
        key('ctrl+shift+p')
        row_says(two, 'waiting')
        wait(lambda: 'queue.start' in actions(window))

        sidebar = button(window, 'Batches')
        was_shown = checked(sidebar)
        key('F9')
        wait(lambda: checked(sidebar) != was_shown)
        key('F9')
        wait(lambda: checked(sidebar) == was_shown)
        pane = button(window, 'Show the answer')
        key('F8')
        wait(lambda: not checked(pane))
        key('F8')
        wait(lambda: checked(pane))
        key('F10')
        menu_says(window, 'About Antiphon')
        key('Escape')

        # Quitting would lose something, so it is asked first.
        key('ctrl+q')
        says(app.node, '2 prompts have not ended')
        key('Escape')
        wait(lambda: len(app.windows()) == 1)
        key('ctrl+q')
        says(app.node, '2 prompts have not ended')
        key('alt+q')
        app.ended()


def test_list_some():
    """What is listed can be chosen by state, and sorted by a column."""
    with Sim('m:latest=tokens=4') as sim, tempfile.TemporaryDirectory() as folder:
        path = write_rows(folder, {'prompt': 'banana'}, {'prompt': 'cherry', 'model': 'none'},
                          {'prompt': 'apple 苹果'})
        with start('--server', sim.url, path) as app:
            window = app.window('Antiphon')
            queued(window, 3)
            click(button(window, '1 failed'))
            row, = queued(window, 1)
            row_says(row, 'cherry')
            click(button(window, '1 failed'))
            queued(window, 3)

            def order():
                return [next(word for word in ('apple', 'banana', 'cherry') if word in row_text(row))
                        for row in queued(window, 3)]
            table = find(window, None, 'Prompts',
                         where=lambda node: node.get_role() == Role.TREE_TABLE)
            real_click(app, find(table, Role.LABEL, 'Prompt'))
            wait(lambda: order() == ['apple', 'banana', 'cherry'])
            real_click(app, find(table, Role.LABEL, 'Prompt'))
            wait(lambda: order() == ['cherry', 'banana', 'apple'])
            app.quit()


def test_move():
    """Prompts that wait are moved by keys, and are where they were moved to after a crash."""
    env = {'XDG_DATA_HOME': tempfile.mkdtemp(dir=os.environ['HOME'])}
    words = ('alpha', 'beta', 'gamma', 'delta')
    with Sim('m:latest=tokens=4') as sim:
        def order(window):
            return [next(word for word in words if word in row_text(row))
                    for row in queued(window, 4)]

        with start('--server', sim.url, env=env) as app:
            window = app.window('Antiphon')
            act(window, 'win.focus-composer')
            key('ctrl+p')
            button(window, 'Start')
            for word in words:
                type_text(word)
                key('ctrl+Return')
            queued(window, 4)
            key('F6', 'End', 'alt+Up')
            wait(lambda: order(window) == ['alpha', 'beta', 'delta', 'gamma'])
            key('alt+Home')
            wait(lambda: order(window) == ['delta', 'alpha', 'beta', 'gamma'])
            key('alt+Down')
            wait(lambda: order(window) == ['alpha', 'delta', 'beta', 'gamma'])
            key('Home', 'alt+End')
            wait(lambda: order(window) == ['delta', 'beta', 'gamma', 'alpha'])
            time.sleep(0.5)
            app.process.kill()
            app.process.wait()

        with start('--server', sim.url, env=env) as app:
            window = app.window('Antiphon')
            wait(lambda: order(window) == ['delta', 'beta', 'gamma', 'alpha'])
            click(button(window, 'Resume 4'))
            button(window, '4 done')
            assert order(window) == ['delta', 'beta', 'gamma', 'alpha']
            app.quit()


def test_search():
    """Prompts and answers are found by words, in one batch or in all."""
    with Sim('m:latest=tokens=4') as sim, tempfile.TemporaryDirectory() as folder:
        path = write_rows(folder, {'prompt': 'banana'}, {'prompt': 'cherry'},
                          {'prompt': 'apple 苹果'})
        with start('--server', sim.url, path) as app:
            window = app.window('Antiphon')
            queued(window, 3)
            key('ctrl+f')
            type_text('ban')
            row, = queued(window, 1)
            row_says(row, 'banana')
            entry = find(window, None, 'Search prompts and answers')
            set_text(entry, '苹果')
            wait(lambda: 'apple' in row_text(queued(window, 1)[0]))
            set_text(entry, 'nowhere')
            says(window, 'Nothing Found')
            click(button(window, 'List All Prompts'))
            queued(window, 3)

            # The search of the sidebar is for all batches.
            set_text(find(window, None, 'Search all prompts'), 'cherry')
            wait(lambda: 'cherry' in row_text(queued(window, 1)[0]))
            app.quit()


def test_suspects():
    """Answers that were cut are found by one press, and asked again by another."""
    with Sim('m:latest=tokens=8') as sim, tempfile.TemporaryDirectory() as folder:
        path = write_rows(folder, {'prompt': 'whole'},
                          {'prompt': 'cut', 'options': {'num_predict': 4}})
        with start('--server', sim.url, path) as app:
            window = app.window('Antiphon')
            click(button(window, '1 suspect'))
            row, = queued(window, 1)
            row_says(row, 'cut at the token limit')
            wait(lambda: tokens(row) == 4)
            click(button(window, 'Longer Answer'))
            whole, cut = queued(window, 2)
            row_says(cut, 'done')
            wait(lambda: tokens(cut) == 8)
            wait(lambda: 'cut at' not in row_text(cut))
            app.quit()


def test_one_suspect():
    """What is said of a cut answer has the buttons that help."""
    with Sim('m:latest=tokens=8') as sim, tempfile.TemporaryDirectory() as folder:
        path = write_rows(folder, {'prompt': 'cut', 'options': {'num_predict': 4}})
        with start('--server', sim.url, path) as app:
            window = app.window('Antiphon')
            says(window, '1 suspect')
            select_row(queue(window), 0)
            act(window, 'win.open-answer')
            says(window, 'The answer is cut off')
            find(window, BUTTON, 'Double Context')
            click(find(window, BUTTON, 'Longer Answer'))
            row, = queued(window, 1)
            wait(lambda: tokens(row) == 8)
            gone(window, Role.LABEL, 'The answer is cut off')
            app.quit()


def test_restore():
    """The next start looks as the last one did, also what was written but not sent."""
    env = {'GSETTINGS_BACKEND': 'keyfile',
           'XDG_DATA_HOME': tempfile.mkdtemp(dir=os.environ['HOME'])}
    with Sim('m:latest=tokens=4') as sim:
        with start('--server', sim.url, env=env) as app:
            window = app.window('Antiphon')
            says(window, 'm:latest')
            resize(app, 900, 640)
            set_text(composer(window), 'a draft\n---\n草稿')
            key('F9')
            wait(lambda: not checked(button(window, 'Batches')))
            time.sleep(0.5)
            app.quit()
        with Antiphon(ANTIPHON, '--server', sim.url, env={**ENV, **env}) as app:
            window = app.window('Antiphon')
            wait(lambda: text(composer(window)) == 'a draft\n---\n草稿')
            assert not checked(button(window, 'Batches'))
            assert x_window(app)[3:] == (900, 640), x_window(app)
            act(window, 'win.send')
            # It was the table that was looked at.
            queued(window, 2)
            app.quit()


if __name__ == '__main__':
    sys.exit(run_tests([
        test_several_at_once,
        test_unknown_model,
        test_absent_server,
        test_demo,
        test_file_on_the_command_line,
        test_open_dialog,
        test_compose,
        test_narrow,
        test_keyboard_only,
        test_list_some,
        test_move,
        test_search,
        test_suspects,
        test_one_suspect,
        test_restore,
    ]) > 0)
