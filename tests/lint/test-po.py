#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-po.py SOURCE_ROOT: is everything that is said listed, and translated?"""

import pathlib
import re
import subprocess
import sys
import tempfile

from tap import run_functions

ROOT = pathlib.Path(sys.argv[1])
PO = ROOT / 'po'

MARKED = {
    '.c': re.compile(r'\b(_|N_|C_|ngettext)\s*\(\s*"'),
    '.h': re.compile(r'\b(_|N_|C_|ngettext)\s*\(\s*"'),
    '.ui': re.compile(r'translatable="yes"'),
}
# As the preset of Meson has them.
KEYWORDS = ['_', 'N_', 'C_:1c,2', 'NC_:1c,2', 'g_dcgettext:2', 'g_dngettext:2,3', 'g_dpgettext2:2c,3',
            'ngettext:1,2']


def listed():
    lines = (PO / 'POTFILES.in').read_text().splitlines()
    return [line for line in lines if line and not line.startswith('#')]


def tool(*command):
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def sorted_once():
    """POTFILES.in is sorted, and names each file once"""
    assert listed() == sorted(set(listed())), 'sort it: LC_ALL=C sort -u'


def exist():
    """POTFILES.in names no file that is gone"""
    gone = [name for name in listed() if not (ROOT / name).is_file()]
    assert not gone, gone


def complete():
    """POTFILES.in names every source with something to translate"""
    found = {str(path.relative_to(ROOT)) for path in (ROOT / 'src').rglob('*')
             if path.suffix in MARKED and MARKED[path.suffix].search(path.read_text())}
    found |= {str(path.relative_to(ROOT)) for path in (ROOT / 'data').glob('*.in')
              if path.suffixes[-2] in ('.desktop', '.xml') and '.service' not in path.name}
    assert not found - set(listed()), sorted(found - set(listed()))


def translated(language):
    with tempfile.TemporaryDirectory() as folder:
        template, merged = folder + '/a.pot', folder + '/a.po'
        tool('xgettext', '--files-from=po/POTFILES.in', '--from-code=UTF-8', '--output=' + template,
             *('--keyword=' + word for word in KEYWORDS))
        tool('msgmerge', '--quiet', '--output-file=' + merged, 'po/%s.po' % language, template)
        lacking = tool('msgattrib', '--untranslated', '--no-obsolete', merged) \
            + tool('msgattrib', '--only-fuzzy', '--no-obsolete', merged)
        tool('msgfmt', '--check', '--output-file=/dev/null', merged)
    texts = re.findall(r'^msgid (".+"(?:\n".*")*)', lacking, re.M)
    texts += re.findall(r'^msgid ""\n(".*")', lacking, re.M)[1:]
    lacks = [text for text in texts if 'Project-Id-Version' not in text]
    assert not lacks, '%d texts, the first: %s' % (len(lacks), lacks[0])


def main():
    cases = [sorted_once, exist, complete]
    for language in (PO / 'LINGUAS').read_text().split():
        def case(language=language):
            translated(language)
        case.__doc__ = '%s has everything translated' % language
        cases.append(case)

    return run_functions(cases)


sys.exit(main())
