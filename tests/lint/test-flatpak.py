#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-flatpak.py SOURCE_ROOT: do the Flatpak manifests ask for what they may, and no more?"""

import json
import pathlib
import re
import sys

from tap import run

ROOT = pathlib.Path(sys.argv[1])
ID = 'io.github.antiphon_app.Antiphon'
NAMES = {ID: ID + '.json', ID + '.Devel': ID + '.Devel.json'}

# Each has its reason. Files come through the file chooser portal: no --filesystem.
PERMISSIONS = {
    '--share=network',         # the servers
    '--share=ipc',             # shared memory for the X11 socket
    '--socket=wayland',
    '--socket=fallback-x11',
    '--device=dri',            # GTK draws with the graphics card
}
# Built from source because org.gnome.Platform has none of them; everything else comes from there.
BROUGHT = ['md4c', 'libcsv']
MEMBERS = {'id', 'runtime', 'runtime-version', 'sdk', 'command', 'separate-locales', 'finish-args',
           'cleanup', 'modules'}


def no_duplicates(pairs):
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), 'a member occurs twice: %s' % names
    return dict(pairs)


def manifest(name):
    return json.loads((ROOT / 'flatpak' / name).read_text(), object_pairs_hook=no_duplicates)


def directories():
    """What the scripts make in the tree; a whole system is in one of them."""
    made = {'.git', 'build', 'build-flatpak'}
    for script in [*ROOT.glob('build-aux/*.sh'), *ROOT.glob('tests/*/*.sh')]:
        made.update(re.findall(r'(?:\bbuild |\bsetup |[/=])(build-[a-z]+)\b', script.read_text()))
    return made - {'build-aux'}


def checks(app_id, name):
    def valid():
        """is valid JSON of known members, named after its id"""
        found = manifest(name)
        assert set(found) == MEMBERS, 'unexpected: %s' % sorted(set(found) ^ MEMBERS)
        assert found['id'] == app_id and found['command'] == 'antiphon'

    def least():
        """asks for exactly the permissions it needs"""
        args = manifest(name)['finish-args']
        assert len(args) == len(set(args)), 'twice: %s' % args
        assert set(args) == PERMISSIONS, 'differs: %s' % sorted(set(args) ^ PERMISSIONS)

    def outputs():
        """copies no build directory into the sandbox"""
        source = manifest(name)['modules'][-1]['sources'][0]
        assert source['type'] == 'dir' and source['path'] == '..'
        lacking = directories() - set(source['skip'])
        assert not lacking, 'lacking: %s' % sorted(lacking)

    def pinned():
        """brings along only what the runtime lacks, each pinned to a commit"""
        modules = manifest(name)['modules']
        assert [module['name'] for module in modules] == BROUGHT + ['antiphon']
        for module in modules[:-1]:
            source, = module['sources']
            assert source['type'] == 'git' and source['url'].startswith('https://')
            assert re.fullmatch('[0-9a-f]{40}', source['commit']), source
            assert module['cleanup'] == ['*'], 'it is linked in, and nothing of it is to stay'

    def same():
        """differs from the other manifest in its id and in how it is configured"""
        first, second = (manifest(other) for other in NAMES.values())
        for other in first, second:
            del other['id'], other['modules'][-1]['config-opts']
        assert first == second

    return [(name + ' ' + check.__doc__, check) for check in (valid, least, outputs, pinned, same)]


sys.exit(run([case for item in NAMES.items() for case in checks(*item)]))
