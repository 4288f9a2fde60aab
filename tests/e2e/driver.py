# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a GTK 4 application from outside, as a screen reader and a hand do.

Made for GTK 4.8 to 4.24. What differs between them and is dealt with here:

- The names of roles changed ("push button" became "button"): roles are compared as numbers.
- A button with a mnemonic is called "_Run Run" on 4.8: the last word counts.
- Screen coordinates warn on 4.8 and are (0, 0) later: window coordinates plus the place of the X
  window.
- grab_focus fails everywhere, and a list row has no action: real clicks, by xdotool.
- Nodes vanish while a tree is walked: wait() takes that as "not yet".

Type only ASCII with xdotool (a CJK character gets a spare key code that the application may learn
too late); set_text() and insert_text() take everything.

Run inside tests/gt-env.sh with /usr/bin/python3: standard library and gi only.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

warnings.simplefilter('ignore', DeprecationWarning)

Role = Atspi.Role
State = Atspi.StateType
BUTTON = Role.PUSH_BUTTON if hasattr(Role, 'PUSH_BUTTON') else Role.BUTTON

# What is fatal to the program under test: on versions of GTK newer than the floor only what is critical.
STRICT = os.environ.get('STRICT', 'fatal-warnings')
IS_NEWER = STRICT != 'fatal-warnings'

# Generous: a machine that runs several tests at once is slow. A wait ends as soon as it can.
PATIENCE = float(os.environ.get('E2E_PATIENCE', '10'))
START_PATIENCE = 3 * PATIENCE

Atspi.init()
# The first limit is for one call, the second for an application that is just starting (ms).
Atspi.set_timeout(5000, 15000)


class Skip(Exception):
    """Raise it in a test that cannot run here; its text says why."""


def wait(function, timeout=None, what=None):
    """Calls function until what it returns is true, and returns that.

    A node that vanished meanwhile counts as "not yet"."""
    timeout = PATIENCE if timeout is None else timeout
    end = time.monotonic() + timeout
    trouble = None
    while True:
        while GLib.MainContext.default().iteration(False):
            pass  # lets libatspi see what the application said
        try:
            result = function()
            if result:
                return result
            trouble = None
        except (GLib.Error, AttributeError, StopIteration) as error:
            trouble = error
        if time.monotonic() > end:
            message = 'waited %g s in vain for %s' % (timeout, what or function.__name__)
            raise TimeoutError(message + (' (%s)' % trouble if trouble else ''))
        time.sleep(0.02)


# Nodes


def children(node):
    nodes = (node.get_child_at_index(i) for i in range(node.get_child_count()))
    return [child for child in nodes if child]


def walk(node, depth=100):
    """The node and all below it, to that depth, parents first."""
    yield node
    if depth > 0:
        for child in children(node):
            yield from walk(child, depth - 1)


def name_of(node):
    return node.get_name() or ''


def is_role(node, role):
    """Whether it has this role; a group and a button that stays down have others on newer GTK."""
    own = node.get_role()
    return own == role or (role == Role.PANEL and own == Role.GROUPING) or \
        (IS_NEWER and role == BUTTON and own == Role.TOGGLE_BUTTON)


def matches(node, role=None, name=None):
    if role is not None and not is_role(node, role):
        return False
    if name is None:
        return True
    own = name_of(node)
    # On newer versions of GTK a drop-down is called after what is chosen in it.
    if IS_NEWER and role == Role.COMBO_BOX:
        own = node.get_description() or own
    return own == name or own.endswith(' ' + name)


def find_all(root, role=None, name=None, where=None):
    """All nodes that are there now; does not wait. where: a function of the node."""
    return [node for node in walk(root)
            if matches(node, role, name) and (where is None or where(node))]


def find(root, role=None, name=None, where=None, timeout=None):
    """The first node of this role and name, as soon as there is one."""
    what = 'a %s named %r' % (role.value_nick if role is not None else 'node', name)
    return wait(lambda: next(node for node in walk(root)
                             if matches(node, role, name) and (where is None or where(node))),
                timeout, what)


def answer_of(window):
    """What can be read of the answer: its blocks, or all of it where it is shown as it came."""
    page = find(window, Role.PANEL, 'Answer')
    raw = find_all(page, Role.TEXT, 'Answer', lambda node: has_state(node, State.FOCUSABLE))
    reader = find_all(page, Role.PANEL, 'Answer', lambda node: node != page)
    blocks = [name_of(node) for view in reader for node in children(view)]

    return '\n'.join(blocks) or ''.join(text(node) for node in raw)


def gone(root, role=None, name=None, timeout=None):
    """Waits until there is no such node."""
    wait(lambda: not find_all(root, role, name), timeout, 'the end of %r' % name)


def has_state(node, state):
    return node.get_state_set().contains(state)


def sensitive(node):
    return has_state(node, State.SENSITIVE)


def checked(node):
    return has_state(node, State.CHECKED) or has_state(node, State.PRESSED)


def labels(node):
    """The texts of all labels at and below a node."""
    return [name_of(child) for child in walk(node) if child.get_role() == Role.LABEL]


def says(root, words, timeout=None, depth=100):
    """Waits until a label or a text below root contains the words; returns its text."""
    def look():
        for node in walk(root, depth):
            for content in (name_of(node), text(node)):
                if words in content:
                    return content
        return None
    return wait(look, timeout, 'the words %r' % words)


def toast_says(window, words):
    """The same of what is said for five seconds only: it takes longer to look into each row of a table."""
    return says(window, words, depth=10)


def menu_says(root, words, timeout=None):
    """Waits until a menu with an item of these words is open. Newer versions of GTK tell what an item
    is, but not what it is called: there any open menu will do."""
    if IS_NEWER:
        wait(lambda: find_all(root, Role.MENU_ITEM, None, lambda item: has_state(item, State.SHOWING)),
             timeout, 'a menu')
    else:
        says(root, words, timeout)


def dump(root, file=sys.stderr, depth=0):
    """Prints the tree as a diagnosis."""
    try:
        print('# %s%s %r %r' % ('  ' * depth, root.get_role_name(), name_of(root),
                                text(root)[:60]), file=file)
        for child in children(root):
            dump(child, file, depth + 1)
    except GLib.Error as error:
        print('# %s(%s)' % ('  ' * depth, error.message), file=file)


# What can be done to a node


def text(node):
    """The text of an entry or a text view; '' if it has none."""
    if node.get_text_iface() is None:
        return ''
    return Atspi.Text.get_text(node, 0, -1)


def set_text(node, content):
    if not Atspi.EditableText.set_text_contents(node, content):
        raise AssertionError('%r is not editable' % name_of(node))


def insert_text(node, position, content):
    # The length is in bytes: cutting a character in two makes GTK complain.
    length = len(content.encode())
    if not Atspi.EditableText.insert_text(node, position, content, length):
        raise AssertionError('%r is not editable' % name_of(node))


def click(node):
    """Presses a button or a switch by its first action."""
    if not Atspi.Action.do_action(node, 0):
        raise AssertionError('%r cannot be pressed' % name_of(node))


def actions(node):
    """The names of the actions that are enabled now; they may change while they are listed."""
    def names():
        count = Atspi.Action.get_n_actions(node)
        return [Atspi.Action.get_action_name(node, i) for i in range(count)] or ['']
    return wait(names, None, 'the actions of %r' % name_of(node))


def act(node, name):
    """Runs an action by name, as soon as it is enabled. A window lists every enabled action without a
    parameter."""
    def place_in_list():
        # All after one that is enabled meanwhile have another place then: it is looked at once more.
        found = actions(node)
        if name not in found or Atspi.Action.get_action_name(node, found.index(name)) != name:
            return None
        return found.index(name) + 1
    Atspi.Action.do_action(node, wait(place_in_list, None, 'the action %r' % name) - 1)


def rows(node):
    """The rows of a list."""
    return [child for child in children(node)
            if child.get_role() in (Role.LIST_ITEM, Role.TABLE_ROW, Role.TREE_ITEM)]


def select_row(node, index):
    """Selects this row and no other."""
    Atspi.Selection.clear_selection(node)
    if not Atspi.Selection.select_child(node, index):
        raise AssertionError('row %d of %r cannot be selected' % (index, name_of(node)))


def row_text(row):
    """A row has no name of its own on 4.8: what its icons and labels say."""
    return ' '.join(name_of(child) for child in walk(row)
                    if child.get_role() in (Role.IMAGE, Role.ICON, Role.LABEL) and name_of(child))


# The application


def config_home(*settings):
    """A place for what one test sets, in which GTK has the settings of all tests and these as well."""
    path = tempfile.mkdtemp(dir=os.environ['HOME'])
    shutil.copytree(os.path.join(os.environ['XDG_CONFIG_HOME'], 'gtk-4.0'),
                    os.path.join(path, 'gtk-4.0'))
    with open(os.path.join(path, 'gtk-4.0', 'settings.ini'), 'a', encoding='utf-8') as file:
        file.writelines(line + '\n' for line in settings)
    return path


class App:
    """A running application; as a context manager it never outlives the test."""

    def __init__(self, *command, env=None, stderr=None):
        self.command = [str(word) for word in command]
        # It has not run before, unless the test gives it a home of a former run.
        home = {'XDG_DATA_HOME': tempfile.mkdtemp(dir=os.environ['HOME'])}
        full_env = {**os.environ, **home, **(env or {})}
        # Newer versions of GTK warn of what is their own or libadwaita's affair.
        if 'fatal-warnings' in full_env.get('G_DEBUG', ''):
            full_env['G_DEBUG'] = STRICT
        full_env.pop('GTK_A11Y', None)  # the in-process tests set it, and hide from us with it
        self.process = subprocess.Popen(self.command, env=full_env, stdin=subprocess.DEVNULL,
                                        stdout=stderr or sys.stderr.fileno(), stderr=stderr)
        try:
            self.node = wait(self._look_for, START_PATIENCE,
                             '%s on the accessibility bus' % self.command[0])
            wait(self.windows, START_PATIENCE, 'a window')
        except BaseException:
            self.kill()
            raise

    def _look_for(self):
        status = self.process.poll()
        if status is not None:
            raise RuntimeError('%s ended with %d' % (self.command[0], status))
        desktop = Atspi.get_desktop(0)
        return next(app for app in children(desktop)
                    if app.get_process_id() == self.process.pid)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.kill()

    @property
    def pid(self):
        return self.process.pid

    def windows(self):
        return children(self.node)

    def window(self, name=None, timeout=None):
        """The first window whose title contains the name."""
        return wait(lambda: next(window for window in self.windows()
                                 if name is None or name in name_of(window)),
                    timeout, 'the window %r' % name)

    def quit(self, action='window.close', timeout=None):
        """Closes the first window and expects the application to end well."""
        with contextlib.suppress(GLib.Error):  # it may be gone before it replies
            act(self.windows()[0], action)
        self.ended(timeout)

    def ended(self, timeout=None, status=0):
        got = self.process.wait(PATIENCE if timeout is None else timeout)
        if got != status:
            raise AssertionError('%s ended with %d' % (self.command[0], got))

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()


# A real hand, by xdotool


def xdotool(*words):
    done = subprocess.run(['xdotool', *map(str, words)], capture_output=True, text=True,
                          check=False)
    return done.stdout.strip()


def x_window(app, name=None):
    """The X window of an application's window: (id, x, y, width, height)."""
    def look():
        for number in xdotool('search', '--onlyvisible', '--pid', app.pid).split():
            if name is None or name in xdotool('getwindowname', number):
                lines = xdotool('getwindowgeometry', '--shell', number).split('\n')
                got = {key: int(value) for key, value in (line.split('=') for line in lines)}
                # GTK's own helper windows are one pixel wide.
                if got['WIDTH'] > 1:
                    return int(number), got['X'], got['Y'], got['WIDTH'], got['HEIGHT']
        return None
    return wait(look, None, 'the X window %r' % name)


def own_extents(node):
    """Where it says that it is in its window: (x, y, width, height); None if it has no size (yet)."""
    got = node.get_extents(Atspi.CoordType.WINDOW)
    return (got.x, got.y, got.width, got.height) if 0 < got.width < 10000 and got.height > 0 else None


# More is room that is left, not padding.
MOST_PADDING = 16


def padding(node):
    """The padding of what has children, which it does not tell: half of what they leave of it, unless
    they begin later themselves. (left, top)"""
    outer = own_extents(node)
    inner = [got for got in map(own_extents, children(node)) if got]
    if not outer or not inner:
        return 0, 0

    def half(start, size):
        before = min(got[start] for got in inner) - outer[start]
        after = outer[start] + outer[size] - max(got[start] + got[size] for got in inner)
        return (after - before) // 2 if 0 < after - before <= 2 * MOST_PADDING else 0
    return half(0, 2), half(1, 3)


def extents(node):
    """Where a node is in the X window: (x, y, width, height); None if it has no size (yet). Newer
    versions of GTK count from the inner edge of each parent but take that for the outer one, so that
    the padding of all parents is missing: it is added here, to within a few points."""
    got = own_extents(node)
    if not IS_NEWER or not got:
        return got
    x, y, width, height = got
    parent = node.get_parent()
    while parent and parent.get_role() != Role.APPLICATION:
        left, top = padding(parent)
        x, y = x + left, y + top
        node, parent = parent, parent.get_parent()
    window = own_extents(node)
    return x - window[0], y - window[1], width, height


def place(app, node, window=None):
    """The middle of a node on the screen."""
    _, left, top, _, _ = x_window(app, window)
    x, y, width, height = wait(lambda: extents(node), None, 'the place of %r' % name_of(node))
    return left + x + width // 2, top + y + height // 2


def resting_place(app, node, window=None):
    """The same once it stays, as when what slides in above it is there."""
    seen = []

    def stays():
        seen.append(place(app, node, window))
        return len(seen) > 1 and seen[-1] == seen[-2]
    wait(stays, None, 'a place at which %r stays' % name_of(node))
    return seen[-1]


# Clicks that follow each other sooner are one double click.
DOUBLE_CLICK = 0.5
last_click = 0


def real_click(app, node, window=None, button=1, count=1):
    """Moves the pointer to a node and clicks; this gives the focus as well."""
    global last_click
    x, y = resting_place(app, node, window)
    time.sleep(max(0, last_click + DOUBLE_CLICK - time.monotonic()))
    last_click = time.monotonic()
    # Without --sync, which waits long for a pointer that is there already; the server keeps the order.
    xdotool('mousemove', x, y, 'click', '--repeat', count, '--delay', 50, button)


def key(*combinations):
    """Presses keys, one combination after the other: key('ctrl+Return')."""
    # With newer keyboard layouts xdotool holds Alt down for a function key, unless it is told the code.
    codes = {'F%d' % number: str(66 + number) for number in range(1, 11)}
    xdotool('key', '--clearmodifiers', '--delay', 20,
            *('+'.join(codes.get(word, word) for word in combination.split('+'))
              for combination in combinations))


def tab_to(window, node):
    """Presses Tab until the node has the focus."""
    def focused():
        return next((each for each in walk(window) if has_state(each, State.FOCUSED)), None)
    for _ in range(12):
        before = wait(lambda: (focused(),))
        if has_state(node, State.FOCUSED):
            return
        key('Tab')
        # It is told a moment later; what is passed by then is not found again.
        with contextlib.suppress(TimeoutError):
            wait(lambda: (focused(),) != before, 2)
    raise AssertionError('%r cannot be reached by Tab' % name_of(node))


def type_text(content):
    """Types ASCII."""
    if not content.isascii():
        raise ValueError('xdotool loses what is not ASCII; use set_text()')
    xdotool('type', '--clearmodifiers', '--delay', 10, '--', content)


def type_path(path):
    """Types the name of a file into GTK's own dialog and confirms it."""
    type_text(path)
    # The dialog completes folders, and leaves some of that behind the cursor if one types on meanwhile.
    # No version of GTK tells what is in this entry.
    time.sleep(0.5)
    key('shift+End', 'Delete')
    time.sleep(0.5)
    key('Return')


def resize(app, width, height, window=None):
    number, _, _, *size = x_window(app, window)
    if size != [width, height]:  # --sync waits long for a size that it has already
        xdotool('windowsize', '--sync', number, width, height)


def screenshot(path, app=None, window=None):
    """Writes a PNG of the screen, or of one window of an application."""
    target = 'root' if app is None else str(x_window(app, window)[0])
    subprocess.run(['import', '-silent', '-window', target, path], check=True)


# Test programs


def run_tests(tests, *arguments):
    """Runs functions as a TAP test; the first line of a docstring is the name. Returns the number
    of failures. A test that fails leaves a screenshot if E2E_SHOTS names a directory."""
    failures = 0
    print('1..%d' % len(tests), flush=True)
    for number, test in enumerate(tests, 1):
        title = (test.__doc__ or test.__name__).strip().split('\n')[0].rstrip('.')
        try:
            test(*arguments)
            print('ok %d - %s' % (number, title), flush=True)
        except Skip as reason:
            print('ok %d - %s # SKIP %s' % (number, title, reason), flush=True)
        except Exception:  # a failing test must not hide those after it
            failures += 1
            print('not ok %d - %s' % (number, title), flush=True)
            for line in traceback.format_exc().rstrip().split('\n'):
                print('# ' + line, flush=True)
            shots = os.environ.get('E2E_SHOTS')
            if shots:
                with contextlib.suppress(OSError, subprocess.CalledProcessError):
                    screenshot(os.path.join(shots, test.__name__ + '.png'))
    return failures
