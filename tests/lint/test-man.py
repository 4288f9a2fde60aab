#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-man.py SOURCE_ROOT BUILD_ROOT: do the man pages say what the programs and their actions are, and
do shells complete it?"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from tap import Skip, run_functions

ROOT, BUILD = map(pathlib.Path, sys.argv[1:3])
PROGRAMS = {'antiphon': BUILD / 'src/app/antiphon', 'antiphon-run': BUILD / 'src/cli/antiphon-run'}
OPTION = re.compile(r'--[a-z][a-z-]*')


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


def split(line):
    """The words of a command line as bash has them: "=" and ":" are words, too."""
    words = re.findall(r'[=:]|[^ =:]+', line)
    return words + [''] if line[-1] in ' =:' else words


def completed(shell, line, **environment):
    """What a shell offers for a command line that ends there."""
    program = line.split(' ')[0]
    path = ':'.join([*(str(path.parent) for path in PROGRAMS.values()), os.environ['PATH']])
    environment = {**environment, 'PATH': path, 'HOME': '/nonexistent', 'TERM': 'vt100'}
    completions = ROOT / 'data/completions'
    if shell == 'bash':
        words = split(line)
        command = ['bash', '-c', 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
                   '_antiphon "$1" "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"; '
                   'printf "%s\\n" "${COMPREPLY[@]}"', 'bash', completions / 'antiphon.bash', *words]
    elif shell == 'fish':
        command = ['fish', '--no-config', '-c', 'source $argv[1]; complete -C $argv[2]',
                   BUILD / 'data' / (program + '.fish'), line]
    else:
        command = ['zsh', '-f', ROOT / 'tests/lint/offers.zsh', completions / 'antiphon.zsh', line]
    offers = output(*map(str, command), **environment).split('\n')
    return sorted(offer.split('\t')[0] for offer in offers if offer)


def check_options(shell, program):
    offers = [offer.rstrip('=') for offer in completed(shell, program + ' --')]
    # --help-all has more, of no use to people at a terminal.
    lacking = helped(program) - set(offers) - {'--help-all', '--gapplication-service'}
    assert not lacking, '%s: %s is not offered, but %s' % (program, lacking, offers)
    assert len(offers) == len(set(offers)), '%s: offered twice: %s' % (program, offers)


def check_values(shell, option, *values):
    """What is offered as the value of an option, if the words for it are those of the shell."""
    offers = [offer.split('=')[-1] for offer in completed(shell, 'antiphon-run %s=' % option)]
    assert offers == sorted(values), '%s: %s' % (option, offers)
    first = sorted(values)[0]
    offers = [offer.split('=')[-1] for offer in
              completed(shell, 'antiphon-run --demo %s=%s' % (option, first[:3]))]
    assert first in offers and all(offer.startswith(first[:3]) for offer in offers), offers


def check_models(shell):
    sim = subprocess.Popen([os.environ['ANTIPHON_SIM'], '--until-eof', '--model', 'small:latest=tokens=1',
                            '--model', 'large:70b=tokens=1'], stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE, text=True)
    with sim:
        host = {'OLLAMA_HOST': sim.stdout.readline().split()[-1]}
        offers = completed(shell, 'antiphon-run -m ', **host)
        assert offers == ['large:70b', 'small:latest'], offers
        offers = completed(shell, 'antiphon-run --model=small:l', **host)
        # What stands before the colon is a word of its own for bash.
        assert [re.split('[:=]', offer)[-1] for offer in offers] == ['latest'], offers
        sim.stdin.close()


def check_files(shell):
    for words in ('antiphon', 'antiphon --compose=', 'antiphon-run', 'antiphon-run --demo',
                  'antiphon-run -o', 'antiphon-run --summary='):
        with tempfile.TemporaryDirectory() as folder:
            for name in ('prompts-1.txt', 'prompts-2.txt', 'other.txt'):
                (pathlib.Path(folder) / name).touch()
            start = words if words.endswith('=') else words + ' '
            offers = completed(shell, '%s%s/prompts' % (start, folder))
            assert [offer.split('/')[-1] for offer in offers] == ['prompts-1.txt', 'prompts-2.txt'], \
                (words, offers)


def check_shell(shell):
    if not shutil.which(shell):
        raise Skip(shell + ' is not installed')
    for program in PROGRAMS:
        check_options(shell, program)
    check_values(shell, '--think', 'yes', 'no', 'low', 'medium', 'high', 'max')
    check_values(shell, '--split', 'lines', 'dashes', 'blank-lines')
    check_values(shell, '--output-format', 'jsonl', 'json', 'csv', 'tsv', 'markdown', 'html', 'openai',
                 'openai-errors', 'promptfoo')
    check_values(shell, '--jobs', 'auto')
    check_models(shell)
    check_files(shell)


def test_bash():
    """bash completes options, values, models and files"""
    check_shell('bash')


def test_fish():
    """fish completes options, values, models and files"""
    check_shell('fish')


def test_zsh():
    """zsh completes options, values, models and files"""
    check_shell('zsh')


sys.exit(run_functions([test for name, test in globals().items() if name.startswith('test_')]))
