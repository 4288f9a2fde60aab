#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""antiphon-run for people: --watch, the progress line, and the demo."""

import json
import os
import pty
import re
import signal
import subprocess
import tempfile
import unicodedata

from harness import (RUN, Sim, TIMEOUT, begun, case, contains, environment, equal, finish, main, prompts,
                     run, start, wait_until)

NUMBERED = re.compile(r'\[(\d+)\] (.*)')


def columns(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in 'WF'
               else 1 for c in text)


def answers(out):
    """The lines of each answer by its number, and the lines about it."""
    texts, remarks = {}, {}
    for line in out.splitlines():
        match = NUMBERED.fullmatch(line)
        if match:
            where = remarks if match[2][:1] in '»—…' else texts
            where.setdefault(int(match[1]), []).append(match[2])
    return texts, remarks


@case
def lines_of_all_answers():
    asked = ['%s %s' % (word, ' '.join('%s%d' % (word, n) for n in range(60)))
             for word in ('alpha', 'beta', 'gamma')]
    with Sim() as sim:
        result = run('-s', sim.url, '-m', 'sim:text=echo,duration=600', '--watch', *prompts(*asked))
    equal((result.status, result.err), (0, ''))
    texts, remarks = answers(result.out)
    for number, prompt in enumerate(asked, 1):
        equal(' '.join(texts[number]), prompt, 'text %d' % number)
        assert len(texts[number]) > 3
        assert all(columns(line) <= 70 for line in texts[number]), texts[number]
        assert remarks[number][0].startswith('» %s' % prompt[:20]), remarks
        assert remarks[number][-1].startswith('— done · '), remarks

    # They came side by side: the first line of each before the last line of any.
    order = [int(m[1]) for m in map(NUMBERED.fullmatch, result.out.splitlines())
             if m and m[2][:1] not in '»—…']
    firsts = [order.index(n) for n in (1, 2, 3)]
    lasts = [len(order) - 1 - order[::-1].index(n) for n in (1, 2, 3)]
    assert max(firsts) < min(lasts), order

    contains(result.out, '\n\n3 prompts: 3 done.\nWall time: ')
    contains(result.out, 'times as fast')


@case
def chinese_is_broken_by_width():
    with Sim() as sim:
        result = run('-s', sim.url, '-m', 'sim:text=zh,tokens=150', '--watch', '-p', '问')
        rows = run('-s', sim.url, '-m', 'sim:text=zh,tokens=150', '-p', '问').rows
    texts, _ = answers(result.out)
    equal(''.join(''.join(texts[1]).split()), ''.join(rows[0]['response'].split()))
    widths = [columns(line) for line in texts[1]]
    assert max(widths) <= 70 and max(widths) >= 66, widths
    assert not any(line[0] in '，。、；：！？”）》' for line in texts[1]), texts


@case
def text_comes_while_it_is_written():
    with Sim() as sim:
        process = start('-s', sim.url, '-m', 'sim:duration=4000,tokens=200', '--watch', '-p', 'q')
        process.stdout.readline()
        first = process.stdout.readline()
        assert process.poll() is None, 'it came with the end'
        rest, _ = finish(process)
    assert NUMBERED.match(first), first
    assert rest.count('\n[1] ') > 5, rest


@case
def rows_only_with_an_output_file():
    with Sim() as sim, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'out.jsonl')
        result = run('-s', sim.url, '-m', 'sim:text=echo', '--watch', '-o', path, '-p', 'a b c')
        with open(path, encoding='utf-8') as file:
            equal([json.loads(line)['response'] for line in file], ['a b c'])
    contains(result.out, '[1] a b c\n')
    assert '{' not in result.out, result.out


@case
def what_fails_is_seen():
    with Sim() as sim:
        result = run('-s', sim.url, '-m', 'nope', '--watch', '-p', 'a')
    equal(result.status, 1)
    _, remarks = answers(result.out)
    assert remarks[1][-1].startswith('— failed · '), remarks
    contains(result.out, '1 prompt: 1 failed.')
    contains(result.err, 'ollama pull nope')


@case
def a_server_cannot_drive_the_terminal():
    with Sim() as sim:
        result = run('-s', sim.url, '-m', 'sim:text=echo', '--watch', '-p', 'a\033]0;b\ac\rd')
    assert '\033' not in result.out and '\a' not in result.out, result.out
    contains(result.out, '\ufffd')


def on_terminal(*arguments, **changes):
    """Runs with a terminal as output; returns what it showed and the exit status."""
    parent, child = pty.openpty()
    process = begun(RUN, *arguments, stdin=subprocess.DEVNULL, stdout=child, stderr=child,
                    env=environment(TERM='xterm', **changes))
    os.close(child)
    shown = b''
    while True:
        try:
            piece = os.read(parent, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(parent)
    return shown.decode(), process.wait(TIMEOUT)


@case
def colours_on_a_terminal_only():
    with Sim() as sim:
        ask = ['-s', sim.url, '-m', 'sim:text=echo,duration=300', '--watch', *prompts('a', 'b')]
        shown, status = on_terminal(*ask)
        plain, plain_status = on_terminal(*ask, NO_COLOR='1')
        dumb, _ = on_terminal(*ask, NO_COLOR='')
    equal((status, plain_status), (0, 0))
    assert re.search('\033\\[1;3\\dm\\[1\\]\033\\[0m ', shown), shown
    assert not re.search('\033\\[[0-9;]*m', plain), plain
    assert re.search('\033\\[1;3\\dm\\[1\\]', dumb), 'an empty NO_COLOR does not count'


@case
def progress_on_a_terminal():
    with Sim() as sim:
        shown, status = on_terminal('-s', sim.url, '-m', 'sim:duration=700,tokens=60', '-j', '2',
                                    '-o', '/dev/null', *prompts('a', 'b', 'c'))
        piped = run('-s', sim.url, '-m', 'sim:duration=400', '-p', 'a')
    equal(status, 0)
    contains(shown, '2 running')
    contains(shown, '1 waiting')
    contains(shown, 'tok/s')
    # The line is gone before the closing words.
    contains(shown, '\r\033[K3 prompts: 3 done.')
    equal(piped.err, '', 'without a terminal')


def children(pid):
    with open('/proc/%d/task/%d/children' % (pid, pid), encoding='ascii') as file:
        return [int(word) for word in file.read().split()]


def is_alive(pid):
    try:
        with open('/proc/%d/stat' % pid, encoding='ascii') as file:
            return file.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except FileNotFoundError:
        return False


@case
def demo():
    result = run('--demo', '--watch', '-m', 'sim:text=echo', '-p', 'hello demo')
    equal(result.status, 0)
    contains(result.err, 'canned')
    contains(result.out, '[1] hello demo\n')


@case
def demo_ends_with_us():
    for how in (signal.SIGINT, signal.SIGKILL):
        process = start('--demo', '-m', 'sim:duration=60000', '-p', 'a')
        process.stderr.readline()
        wait_until(lambda: children(process.pid), 'no demo server')
        servers = children(process.pid)
        process.send_signal(how)
        process.communicate(timeout=10)
        equal(process.returncode, 130 if how == signal.SIGINT else -how)
        wait_until(lambda: not any(map(is_alive, servers)), 'the demo server lives on')


@case
def demo_that_cannot_start():
    for program, hint in (('/nowhere/sim', '/nowhere/sim'), ('/bin/false', 'ended'),
                          ('/bin/echo', '--demo --until-eof')):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'out.jsonl')
            result = run('--demo', '-o', path, '-p', 'a', env=environment(ANTIPHON_SIM=program))
            equal(os.listdir(folder), [], 'files left behind')
        equal((result.status, result.out), (1, ''), program)
        contains(result.err, hint)


if __name__ == '__main__':
    main()
