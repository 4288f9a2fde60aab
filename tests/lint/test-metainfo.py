#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-metainfo.py SOURCE_ROOT VERSION: does what stores will show exist, and is it of this version?"""

import pathlib
import re
import sys
import xml.etree.ElementTree

from tap import run_functions

ROOT, VERSION = pathlib.Path(sys.argv[1]), sys.argv[2]
METAINFO = xml.etree.ElementTree.parse(
    ROOT / 'data/io.github.antiphon_app.Antiphon.metainfo.xml.in').getroot()


def screenshots():
    """every screenshot is a file of this tree"""
    names = [image.text.rpartition('/main/')[2] for image in METAINFO.iter('image')]
    assert names, 'there are none'
    gone = [name for name in names if not (ROOT / name).is_file()]
    assert not gone, 'gone: ' + ' '.join(gone)


def release():
    """the newest release is this version"""
    newest = METAINFO.find('releases/release').get('version')
    assert newest == VERSION, '%s is not %s' % (newest, VERSION)


def news():
    """NEWS begins with this version"""
    first = (ROOT / 'NEWS').read_text().split('\n', 1)[0]
    assert 'in %s' % VERSION in first, first


def text(path):
    return METAINFO.findtext(path) or ''


def words():
    """name, summary and captions are as short as Flathub wants them"""
    assert 0 < len(text('name')) <= 20, text('name')
    assert 0 < len(text('summary')) <= 35 and text('summary')[-1] != '.', text('summary')
    assert 'Antiphon' not in text('summary')
    captions = [shot.findtext('caption') or '' for shot in METAINFO.iter('screenshot')]
    assert all(captions) and not any(caption.endswith('.') for caption in captions), captions


def complete():
    """everything that Flathub asks for is there"""
    for path in ('metadata_license', 'project_license', 'developer/name', 'launchable',
                 'content_rating', 'url[@type="homepage"]', 'url[@type="bugtracker"]',
                 'url[@type="vcs-browser"]', 'screenshots/screenshot[@type="default"]',
                 'branding/color[@scheme_preference="light"]',
                 'branding/color[@scheme_preference="dark"]', 'releases/release/description',
                 'requires/display_length', 'provides/binary'):
        assert METAINFO.find(path) is not None, path
    assert METAINFO.find('developer').get('id'), 'the developer has no id'
    for release_ in METAINFO.iter('release'):
        assert re.fullmatch(r'\d{4}-\d\d-\d\d', release_.get('date') or ''), release_.attrib


def desktop():
    """what the desktop file says is said once, or alike"""
    entry = (ROOT / 'data/io.github.antiphon_app.Antiphon.desktop.in').read_text()
    # Stores take the categories and the keywords from there.
    assert METAINFO.find('categories') is None and METAINFO.find('keywords') is None
    types = re.search('^MimeType=(.*);$', entry, re.MULTILINE).group(1).split(';')
    provided = [element.text for element in METAINFO.iter('mediatype')]
    assert provided == types, '%s are not %s' % (provided, types)


sys.exit(run_functions([screenshots, release, news, words, complete, desktop]))
