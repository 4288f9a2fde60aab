#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_install.py BUILD_ROOT PREFIX APPLICATION_ID: is everything where a package expects it, and does
what is installed work from there?"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))
from locales import make_locale  # noqa: E402

BUILD, PREFIX, ID = sys.argv[1:4]
FILES = (
    'bin/antiphon',
    'bin/antiphon-run',
    'libexec/antiphon-sim',
    'share/antiphon/samples/recipes.txt',
    'share/applications/%s.desktop' % ID,
    'share/bash-completion/completions/antiphon',
    'share/bash-completion/completions/antiphon-run',
    'share/dbus-1/services/%s.service' % ID,
    'share/fish/vendor_completions.d/antiphon.fish',
    'share/fish/vendor_completions.d/antiphon-run.fish',
    'share/glib-2.0/schemas/%s.gschema.xml' % ID,
    'share/icons/hicolor/scalable/apps/%s.svg' % ID,
    'share/icons/hicolor/symbolic/apps/%s-symbolic.svg' % ID,
    'share/locale/zh_CN/LC_MESSAGES/antiphon.mo',
    'share/man/man1/antiphon.1',
    'share/man/man1/antiphon-run.1',
    'share/metainfo/%s.metainfo.xml' % ID,
    'share/mime/packages/%s.xml' % ID,
    'share/zsh/site-functions/_antiphon',
)


class Skip(Exception):
    """Its text says what is missing."""


class Installed:
    """What `meson install` makes of this build, below a DESTDIR."""

    def __init__(self, directory):
        self.top = pathlib.Path(directory)
        self.prefix = self.top / PREFIX.lstrip('/')
        meson = shutil.which('meson')
        subprocess.run([meson, 'install', '-C', BUILD, '--no-rebuild', '--quiet',
                        '--destdir', directory], check=True, stdout=subprocess.DEVNULL)

    def files(self):
        return {str(path.relative_to(self.prefix)) for path in self.prefix.rglob('*')
                if path.is_file()}

    def run(self, *words, **environment):
        """Runs an installed program with the prefix at its place, and returns what it says."""
        bwrap = shutil.which('bwrap')
        if bwrap is None or PREFIX == '/usr':
            raise Skip('there is no bwrap' if bwrap is None else 'the prefix is the system')
        box = [bwrap, '--dev-bind', '/', '/', '--bind', str(self.prefix), PREFIX, '--unshare-user']
        if subprocess.run([*box, 'true'], capture_output=True, check=False).returncode != 0:
            raise Skip('bubblewrap cannot make a sandbox here')
        for name in ('GSETTINGS_SCHEMA_DIR', 'ANTIPHON_SIM'):
            os.environ.pop(name, None)
        done = subprocess.run([*box, os.path.join(PREFIX, 'bin', words[0]), *words[1:]], check=True,
                              env={**os.environ, **environment}, capture_output=True, text=True,
                              timeout=60)
        return done.stdout


def test_places(installed):
    """every file is at its place, and nothing else"""
    found = installed.files()
    assert not set(FILES) - found, 'missing: %s' % sorted(set(FILES) - found)
    assert not found - set(FILES), 'unexpected: %s' % sorted(found - set(FILES))


def test_outside(installed):
    """nothing is outside the prefix"""
    outside = [path for path in installed.top.rglob('*')
               if path.is_file() and installed.prefix not in path.parents]
    assert not outside, outside


def test_names(installed):
    """the desktop's files name programs that are there"""
    named = []
    for name, pattern in (('share/applications/%s.desktop', r'^Exec=(\S+)'),
                          ('share/dbus-1/services/%s.service', r'^Exec=(\S+)')):
        content = (installed.prefix / (name % ID)).read_text()
        named += [os.path.basename(word) for word in re.findall(pattern, content, re.MULTILINE)]
    assert named and set(named) == {'antiphon'}, named


def test_window(installed):
    """the installed window says its version"""
    assert re.fullmatch(r'antiphon \S+\n', installed.run('antiphon', '--version'))


def test_demo(installed):
    """the installed command line finds the installed demo server"""
    said = installed.run('antiphon-run', '--demo', '-p', 'one', '-p', 'two')
    rows = [json.loads(line) for line in said.splitlines()]
    assert len(rows) == 2 and all(row['response'] for row in rows), said


def test_translation(installed):
    """translations are found"""
    with tempfile.TemporaryDirectory() as folder:
        env = make_locale(folder, 'zh_CN')
        if not env:
            raise Skip('the locale zh_CN cannot be made here')
        assert '提示词' in installed.run('antiphon-run', '--help', **env)


def main():
    tests = [test for name, test in globals().items() if name.startswith('test_')]
    failures = 0
    print('1..%d' % len(tests), flush=True)
    with tempfile.TemporaryDirectory() as directory:
        installed = Installed(directory)
        for number, test in enumerate(tests, 1):
            try:
                test(installed)
                print('ok %d - %s' % (number, test.__doc__))
            except Skip as reason:
                print('ok %d - %s # SKIP %s' % (number, test.__doc__, reason))
            except (AssertionError, OSError, ValueError, subprocess.SubprocessError) as error:
                failures += 1
                print('not ok %d - %s\n# %s' % (number, test.__doc__, error))
    return failures > 0


sys.exit(main())
