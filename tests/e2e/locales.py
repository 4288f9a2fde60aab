# SPDX-License-Identifier: GPL-3.0-or-later
"""Locales that a test makes for itself. A system need not have any but C.UTF-8, in which newer versions
of the GNU C library do not translate, whatever LANGUAGE says."""

import os
import shutil
import subprocess


def make_locale(folder, name, language=''):
    """Makes the locale NAME.UTF-8 in a folder. Returns what has to be in the environment for it, and for a
    language if that is another one; None if this system cannot make it."""
    locale = name + '.UTF-8'
    if not shutil.which('localedef') or subprocess.run(
            ['localedef', '-i', name, '-f', 'UTF-8', os.path.join(folder, locale)],
            check=False, capture_output=True).returncode != 0:
        return None
    return {'LOCPATH': str(folder), 'LC_ALL': locale, 'LANGUAGE': language}
