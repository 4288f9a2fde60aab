#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-man.py SOURCE_ROOT BUILD_ROOT: do the man pages say what the programs and their actions are, and
do shells complete it?"""

import fcntl
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

ROOT, BUILD = map(pathlib.Path, sys.argv[1:3])
PROGRAMS = {'antiphon': BUILD / 'src/app/antiphon', 'antiphon-run': BUILD / 'src/cli/antiphon-run'}
OPTION = re.compile(r'--[a-z][a-z-]*')


class Skip(Exception):
    """Its text says what is missing."""


def output(*words, **environment):
    done = subprocess.run(words, check=True, capture_output=True, text=True,
                          env={**os.environ, **environment}, timeout=30)
    return done.stdout


def page(program):
    return (BUILD / 'data' / (program + '.1')).read_text()


def plain(program):
    """The source without what is for the eye: "\\-" is "-", and fonts do not matter."""
    return re.sub(r'\\f[A-Z]', '', page(program).replace('\\-', '-'))


def helped(program):
    """The options that --help lists, each at the beginning of a line."""
    lines = output(str(PROGRAMS[program]), '--help-all' if program == 'antiphon' else '--help')
    found = [OPTION.search(line) for line in lines.split('\n') if re.match(r'\s+-', line)]
    return {match.group() for match in found if match}


def documented(program):
    """The options that have a paragraph of their own."""
    heads = re.findall(r'^\.TP\n(.*)$', plain(program), re.MULTILINE)
    return {word for head in heads for word in OPTION.findall(head)}


def test_options():
    """each page has the options that --help lists, and no other"""
    for program in PROGRAMS:
        lacking = helped(program) - documented(program)
        assert not lacking, 'add to data/man/%s.1.in: %s' % (program, sorted(lacking))
        gone = documented(program) - helped(program)
        assert not gone, 'data/man/%s.1.in has what --help has not: %s' % (program, sorted(gone))


def test_actions():
    """the page of antiphon has the actions that can be called over D-Bus"""
    source = (ROOT / 'src/ui/aph-application.c').read_text()
    table = re.search(r'GActionEntry actions\[\] = \{(.*?)^\};', source, re.DOTALL | re.MULTILINE)
    names = set(re.findall(r'\.name = "([a-z-]+)"', table.group(1)))
    section = plain('antiphon').split('.SH D-BUS')[1].split('.SH')[0]
    found = set(re.findall(r'^\.TP\n\.BI? "?([a-z-]+)', section, re.MULTILINE))
    assert names == found, 'differs: %s' % sorted(names ^ found)


def test_format():
    """the pages are formatted without a warning"""
    if not shutil.which('groff'):
        raise Skip('groff is not installed')
    for program in PROGRAMS:
        done = subprocess.run(['groff', '-man', '-ww', '-Tutf8', '-z', '-rLL=100n'],
                              input=page(program), check=True, capture_output=True, text=True)
        assert not done.stderr, done.stderr


def completed(shell, line):
    """What a shell offers for a command line that ends there."""
    words = line.split(' ')
    path = '%s:%s' % (':'.join(str(program.parent) for program in PROGRAMS.values()),
                      os.environ['PATH'])
    if shell == 'bash':
        script = ('source %s; COMP_WORDS=(%s); COMP_CWORD=%d; _antiphon %s "%s" "%s"; '
                  'printf "%%s\\n" "${COMPREPLY[@]}"'
                  % (ROOT / 'data/completions/antiphon.bash', ' '.join('"%s"' % w for w in words),
                     len(words) - 1, words[0], words[-1], words[-2]))
        return output('bash', '-c', script, PATH=path).split()
    script = 'source %s; complete -C "%s"' % (BUILD / 'data' / (words[0] + '.fish'), line)
    return [offer.split('\t')[0] for offer in output('fish', '--no-config', '-c', script,
                                                      PATH=path, HOME='/nonexistent').split('\n')]


def completed_by_zsh(line):
    """What zsh shows at the Tab key; it completes in nothing but a terminal."""
    with tempfile.TemporaryDirectory() as directory:
        home = pathlib.Path(directory)
        shutil.copy(ROOT / 'data/completions/antiphon.zsh', home / '_antiphon')
        (home / '.zshrc').write_text("fpath=(~ $fpath)\nautoload -Uz compinit && compinit -u -D\n"
                                     "LISTMAX=0\nPROMPT='ready> '\n")
        path = '%s:%s' % (':'.join(str(program.parent) for program in PROGRAMS.values()),
                          os.environ['PATH'])
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvpe('zsh', ['zsh', '-d', '-i'],
                       {'HOME': directory, 'PATH': path, 'TERM': 'dumb', 'LINES': '500',
                        'COLUMNS': '160'})
        try:
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 500, 160, 0, 0))
            read_until(terminal, 'ready> ')
            os.write(terminal, (line + '\t').encode())
            # The list, and below it the line again.
            return read_until(terminal, 'ready> ' + line)
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(terminal)


def read_until(terminal, end):
    """What a terminal shows until the text comes; at most half a minute."""
    shown = ''
    deadline = time.monotonic() + 30
    while end not in shown:
        ready, _, _ = select.select([terminal], [], [], max(deadline - time.monotonic(), 0))
        assert ready, 'zsh shows no %r, but %r' % (end, shown)
        shown += os.read(terminal, 65536).decode(errors='replace')
    return shown


def check_shell(shell):
    if not shutil.which(shell):
        raise Skip(shell + ' is not installed')
    for program in PROGRAMS:
        offers = {offer.rstrip('=') for offer in completed(shell, program + ' --')}
        # fish offers no more than the first --help does.
        lacking = helped(program) - offers - {'--help-all', '--gapplication-service'}
        assert not lacking, '%s: %s is not offered, but %s' % (program, lacking, offers)
    line = {'bash': 'antiphon-run --think m', 'fish': 'antiphon-run --think=m'}[shell]
    values = ' '.join(completed(shell, line))
    assert 'medium' in values and 'max' in values, values


def test_bash():
    """bash completes options and values"""
    check_shell('bash')


def test_fish():
    """fish completes options and values"""
    check_shell('fish')


def test_zsh():
    """zsh completes options and values"""
    if not shutil.which('zsh'):
        raise Skip('zsh is not installed')
    for program in PROGRAMS:
        shown = completed_by_zsh(program + ' --')
        # It offers no more than --help does.
        lacking = helped(program) - set(OPTION.findall(shown)) - {'--gapplication-service'}
        assert not lacking, '%s: %s is not offered, but %s' % (program, lacking, shown)
    shown = completed_by_zsh('antiphon-run --think=m')
    assert 'medium' in shown and 'max' in shown, shown


def main():
    tests = [test for name, test in globals().items() if name.startswith('test_')]
    failures = 0
    print('1..%d' % len(tests), flush=True)
    for number, test in enumerate(tests, 1):
        try:
            test()
            print('ok %d - %s' % (number, test.__doc__))
        except Skip as reason:
            print('ok %d - %s # SKIP %s' % (number, test.__doc__, reason))
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            failures += 1
            print('not ok %d - %s\n# %s' % (number, test.__doc__, str(error).replace('\n', '\n# ')))
    return failures > 0


sys.exit(main())
