#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""antiphon-run --resume: what is answered is not asked again, whatever ended the run before."""

import json
import os
import random
import signal
import tempfile
import threading
import time

from harness import Sim, case, contains, equal, finish, main, note, prompts, run, start, wait_until

ECHO = 'sim:text=echo'


class Folder:
    """A folder with an output file, and a way to run into it."""

    def __init__(self, sim, model=ECHO):
        self.sim, self.model = sim, model

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, 'out.jsonl')
        self.input = os.path.join(self.folder.name, 'in.jsonl')
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def write_input(self, rows):
        with open(self.input, 'w', encoding='utf-8') as file:
            file.write('\n'.join(map(json.dumps, rows)))

    def run(self, *arguments, stdin=''):
        return run('-s', self.sim.url, '-m', self.model, '-o', self.path, *arguments, stdin=stdin)

    def read(self):
        with open(self.path, 'rb') as file:
            return file.read()

    def rows(self):
        return [json.loads(line) for line in self.read().splitlines()]

    def write(self, content):
        with open(self.path, 'wb') as file:
            file.write(content)


def asked(sim):
    return sorted(body['prompt'] for body in sim.bodies() if 'prompt' in body)


@case
def nothing_there_yet():
    with Sim() as sim, Folder(sim) as folder:
        result = folder.run('--resume', *prompts('a', 'b'))
        equal(result.status, 0, result.err)
        equal(sorted(row['index'] for row in folder.rows()), [0, 1])


@case
def input_from_a_named_pipe():
    """It can be read only once: what is checked before must not use it up."""
    with Sim() as sim, Folder(sim) as folder:
        equal(folder.run(*prompts('a')).status, 0)
        os.mkfifo(folder.input)
        writer = threading.Thread(target=folder.write_input,
                                  args=([{'prompt': text} for text in 'abc'],), daemon=True)
        writer.start()
        result = folder.run('--resume', folder.input)
        writer.join(20)
        equal((result.status, result.summary['jobs']), (0, 2), result.err)
        equal(sorted(row['prompt'] for row in folder.rows()), ['a', 'b', 'c'])
        equal(sorted(row['index'] for row in folder.rows()), [0, 1, 2])


@case
def only_what_has_no_answer():
    with Sim() as sim, Folder(sim) as folder:
        equal(folder.run(*prompts('a', 'b', 'c')).status, 0)
        content = folder.read().splitlines(keepends=True)
        folder.write(content[0] + content[2])
        missing = json.loads(content[1])['prompt']
        before = len(asked(sim))
        result = folder.run('--resume', *prompts('a', 'b', 'c'))
        equal(result.status, 0, result.err)
        contains(result.err, '2 answers are there already')
        equal(asked(sim).count(missing), 2)
        equal(len(asked(sim)), before + 1, 'requests')
        equal(sorted(row['prompt'] for row in folder.rows()), ['a', 'b', 'c'])
        assert folder.read().startswith(content[0] + content[2]), 'what was there is as it was'
        again = folder.run('--resume', *prompts('a', 'b', 'c'))
        equal((again.status, again.summary['jobs']), (0, 0))


@case
def without_it_nothing_is_overwritten():
    with Sim() as sim, Folder(sim) as folder:
        folder.run('-p', 'a')
        before = folder.read()
        result = folder.run('-p', 'a')
        equal(result.status, 2)
        contains(result.err, '--resume')
        equal(folder.read(), before)


@case
def what_failed_is_tried_again():
    rows = [{'prompt': 'good'}, {'prompt': 'bad', 'model': 'sim:text=echo,fault=no-done,first=1'}]
    with Sim() as sim, Folder(sim) as folder:
        folder.write_input(rows)
        first = folder.run('--retries', '0', folder.input)
        equal(first.status, 1)
        equal(sorted(row['state'] for row in folder.rows()), ['done', 'failed'])
        second = folder.run('--retries', '0', '--resume', folder.input)
        equal(second.status, 0, second.err)
        equal(sorted((row['index'], row['state']) for row in folder.rows()),
              [(0, 'done'), (1, 'done')])


@case
def a_torn_last_line():
    with Sim() as sim, Folder(sim) as folder:
        folder.run(*prompts('a', 'b', '鱼'))
        content = folder.read()
        lines = content.splitlines(keepends=True)
        whole = lines[0] + lines[1]
        # Cut anywhere in the last row: the others stay as they are.
        for length in list(range(1, len(lines[2]), 37)) + [len(lines[2]) - 1]:
            folder.write(whole + lines[2][:length])
            result = folder.run('--resume', *prompts('a', 'b', '鱼'))
            equal(result.status, 0, result.err)
            assert folder.read().startswith(whole), length
            equal(sorted(row['prompt'] for row in folder.rows()), ['a', 'b', '鱼'], length)
        # After a power cut a file may end in zeros.
        folder.write(whole + b'\0' * 500)
        equal(folder.run('--resume', *prompts('a', 'b', '鱼')).status, 0)
        equal(len(folder.rows()), 3)


def refused(folder, part, *arguments, stdin=''):
    before, requests = folder.read(), len(asked(folder.sim))
    result = folder.run('--resume', *arguments, stdin=stdin)
    equal(result.status, 2, result.err)
    contains(result.err, part)
    equal(folder.read(), before, 'the file')
    equal(len(asked(folder.sim)), requests, 'requests')
    return result.err


@case
def another_run_is_refused():
    rows = [{'prompt': 'a', 'custom_id': 'A', 'options': {'seed': 1}}, {'prompt': 'b'}]
    with Sim() as sim, Folder(sim) as folder:
        folder.write_input(rows)
        equal(folder.run('--system', 'Be brief.', folder.input).status, 0)
        ask = ['--system', 'Be brief.', folder.input]

        contains(refused(folder, 'how it is to be answered', folder.input), 'Be brief.')
        refused(folder, 'how it is to be answered', '--option', 'temperature=0', *ask)
        refused(folder, 'how it is to be answered', '--deterministic', *ask)
        folder.model = 'sim'
        contains(refused(folder, 'its model', *ask), 'sim:text=echo')
        folder.model = ECHO

        folder.write_input([rows[0], {'prompt': 'B'}])
        contains(refused(folder, 'prompt 2, its text', *ask), '“b” and is “B” now')
        folder.write_input([{**rows[0], 'custom_id': 'B'}, rows[1]])
        refused(folder, 'prompt 1, its name', *ask)
        folder.write_input([{**rows[0], 'options': {'seed': 2}}, rows[1]])
        refused(folder, 'prompt 1, how it is', *ask)
        folder.write_input(rows[:1])
        refused(folder, 'only 1 prompts', *ask)
        folder.write_input(rows[::-1])
        refused(folder, 'prompt 1', *ask)

        # More of the same is no other run.
        folder.write_input(rows + [{'prompt': 'c'}])
        equal(folder.run('--resume', *ask).status, 0)
        equal(sorted(row['prompt'] for row in folder.rows()), ['a', 'b', 'c'])


@case
def what_comes_from_a_pipe():
    with Sim() as sim, Folder(sim) as folder:
        equal(folder.run(stdin='a\nb\n').status, 0)
        refused(folder, 'prompt 2, its text', stdin='a\nB\n')
        equal(folder.run('--resume', stdin='a\nb\nc\n').status, 0)
        equal(sorted(row['prompt'] for row in folder.rows()), ['a', 'b', 'c'])


@case
def no_file_of_results():
    with Sim() as sim, Folder(sim) as folder:
        for content in (b'a shopping list\n', b'{}\n', b'{"prompt":"a"}\n', b'[1,2]\n',
                        b'\0\0\0\n', b'\xff\xfe\n'):
            folder.write(content)
            refused(folder, 'line 1', '-p', 'a')
        folder.write(b'')
        equal(folder.run('--resume', '-p', 'a').status, 0)
        equal(len(folder.rows()), 1)


@case
def the_file_itself_is_no_input():
    with Sim() as sim, Folder(sim) as folder:
        equal(folder.run(*prompts('a', 'b')).status, 0)
        refused(folder, 'read as input', folder.path)


@case
def wrong_usage():
    for arguments in (['--resume'], ['--resume', '-o', '-'], ['--resume', '--force', '-o', 'x']):
        equal(run(*arguments, '-p', 'a', summary=False).status, 2, arguments)


@case
def models_are_asked_again_as_before():
    """Where nobody names a model, going on asks the one that was asked."""
    rows = [{'prompt': text} for text in 'abc']
    with Sim('--model', 'first=text=echo', '--model', 'second=text=echo') as sim, \
            Folder(sim) as folder:
        folder.write_input(rows)
        path = folder.path
        ask = ['-s', sim.url, '-o', path]
        equal(run(*ask, '-m', 'second', folder.input).status, 0)
        lines = folder.read().splitlines(keepends=True)
        folder.write(lines[0])
        result = run(*ask, '--resume', folder.input)
        equal(result.status, 0, result.err)
        equal({row['model'] for row in folder.rows()}, {'second'})


@case
def several_models():
    with Sim() as sim, Folder(sim) as folder:
        ask = ['-s', sim.url, '-o', folder.path, '-m', ECHO, '-m', 'sim:tokens=3',
               *prompts('a', 'b')]
        equal(run(*ask).status, 0)
        lines = folder.read().splitlines(keepends=True)
        folder.write(b''.join(lines[:2]))
        equal(run('--resume', *ask).status, 0)
        equal(sorted(row['index'] for row in folder.rows()), [0, 1, 2, 3])


@case
def one_at_a_time():
    with Sim() as sim, Folder(sim, 'sim:duration=2000') as folder:
        process = start('-s', sim.url, '-m', folder.model, '-o', folder.path, '-p', 'a')
        wait_until(lambda: asked(sim), 'the request')
        other = folder.run('--resume', '-p', 'a')
        equal(other.status, 2)
        contains(other.err, 'another run')
        finish(process)
        equal(len(folder.rows()), 1)


@case
def interrupted():
    with Sim() as sim, Folder(sim, 'sim:text=echo,duration=400') as folder:
        texts = [str(n) for n in range(12)]
        process = start('-s', sim.url, '-m', folder.model, '-j', '3', '-o', folder.path,
                        *prompts(*texts))
        wait_until(lambda: os.path.exists(folder.path) and len(folder.read().splitlines()) >= 3,
                   'some rows')
        process.send_signal(signal.SIGINT)
        finish(process)
        equal(process.returncode, 130)
        equal(folder.run('--resume', *prompts(*texts)).status, 0)
        rows = folder.rows()
        equal(sorted(row['index'] for row in rows), list(range(12)))
        equal({row['state'] for row in rows}, {'done'})


@case
def killed_at_any_moment():
    """No finished answer is lost, none is there twice, and in the end all are there."""
    # ANTIPHON_TEST_KILLS=100 is the full measure.
    n_kills = int(os.environ.get('ANTIPHON_TEST_KILLS', '12'))
    n_prompts = 300
    dice = random.Random(2026)
    kills = rounds = 0
    with Sim() as sim:
        while kills < n_kills:
            rounds += 1
            with Folder(sim, 'sim:text=echo,duration=60') as folder:
                folder.write_input([{'prompt': 'prompt %d' % n, 'custom_id': str(n)}
                                    for n in range(n_prompts)])
                ask = ['-s', sim.url, '-m', folder.model, '-j', '16', '-o', folder.path, '--resume',
                       folder.input]
                done = {}
                while kills < n_kills and len(done) < n_prompts:
                    process = start(*ask)
                    time.sleep(dice.uniform(0, 0.25))
                    process.send_signal(signal.SIGKILL)
                    finish(process)
                    kills += process.returncode == -signal.SIGKILL
                    done = check_rows(folder, done)
                result = folder.run('-j', '16', '--resume', folder.input)
                equal(result.status, 0, result.err)
                equal(len(check_rows(folder, done)), n_prompts, 'answers in the end')
                equal(len(folder.rows()), n_prompts, 'rows in the end')
    note('%d kills in %d runs of %d prompts' % (kills, rounds, n_prompts))


def check_rows(folder, before):
    """The answers that are there; those that were there are, too."""
    done = {}
    content = folder.read() if os.path.exists(folder.path) else b''
    for line in content.splitlines(keepends=True):
        if not line.endswith(b'\n'):
            break
        row = json.loads(line)
        assert row['index'] not in done, 'prompt %d is there twice' % row['index']
        equal((row['state'], row['response']), ('done', 'prompt %d' % row['index']))
        done[row['index']] = line
    for index, line in before.items():
        equal(done.get(index), line, 'the answer of prompt %d' % index)
    return done


if __name__ == '__main__':
    main()
