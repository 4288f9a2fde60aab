#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""antiphon-run against the simulated server: what goes in, what comes out, how it ends."""

import http.server
import json
import os
import signal
import socket
import stat
import subprocess
import tempfile
import threading
import time

from harness import (Sim, Skipped, case, contains, environment, equal, finish, main, note, prompts, run,
                     start, TIMEOUT)

RECIPES = ['鱼香肉丝的做法', '菠萝咕咾肉怎么做好吃?', '糖醋排骨的做法']

ROW_KEYS = ['index', 'id', 'state', 'server', 'model', 'prompt', 'response', 'thinking',
            'done_reason', 'marks', 'attempts', 'error', 'metrics', 'time', 'vars', 'params',
            'images', 'rating', 'note']
METRIC_KEYS = ['wait_ms', 'ttft_ms', 'total_ms', 'prompt_tokens', 'answer_tokens', 'tokens_per_s',
               'first_answer_ms', 'load_ms', 'prompt_ms', 'answer_ms', 'server_ms', 'chunks']
SUMMARY_KEYS = ['jobs', 'done', 'failed', 'cancelled', 'wall_s', 'sequential_s', 'speedup',
                'answer_tokens', 'tokens_per_s', 'peak_in_flight', 'ttft_ms']


@case
def three_at_once():
    with Sim() as sim:
        result = run('-s', sim.url, '-m', 'sim:duration=1000', *prompts(*RECIPES))
    equal(result.status, 0, 'status')
    equal(sorted(result.by_index), [0, 1, 2], 'rows')
    equal([result.by_index[i]['prompt'] for i in range(3)], RECIPES, 'prompts')
    summary = result.summary
    note('3 prompts of 1 s each, all at once: %.2f s' % summary['wall_s'])
    equal(list(summary), SUMMARY_KEYS, 'members of the summary')
    equal(summary['peak_in_flight'], 3, 'peak')
    equal((summary['jobs'], summary['done'], summary['failed']), (3, 3, 0), 'counts')
    assert summary['speedup'] > 2, summary
    assert summary['sequential_s'] >= 2.9, summary
    for row in result.rows:
        equal(list(row), ROW_KEYS, 'members of a row')
        equal(list(row['metrics']), METRIC_KEYS, 'metrics')
        equal((row['state'], row['attempts'], row['error']), ('done', 1, None), 'outcome')
        assert row['metrics']['total_ms'] >= 950, row
    equal(summary['answer_tokens'], sum(r['metrics']['answer_tokens'] for r in result.rows))


@case
def one_after_the_other():
    with Sim() as sim:
        result = run('-s', sim.url, '-m', 'sim:duration=1000', '-j', '1', *prompts(*RECIPES))
    note('3 prompts of 1 s each, one by one: %.2f s' % result.summary['wall_s'])
    equal(result.summary['peak_in_flight'], 1, 'peak')
    equal([row['index'] for row in result.rows], [0, 1, 2], 'order')
    assert result.summary['speedup'] < 1.1, result.summary
    assert result.summary['wall_s'] >= 2.9, result.summary


@case
def how_many_at_once():
    ask = prompts(*(str(n) for n in range(12)))
    with Sim() as sim:
        model = ['-m', 'sim:duration=150']
        equal(run('-s', sim.url, *model, *ask).summary['peak_in_flight'], 4, 'default')
        equal(run('-s', sim.url + ',parallel=6', *model, *ask).summary['peak_in_flight'], 6,
              'the server’s own')
        equal(run('-s', sim.url + ',parallel=6', '-j', '2', *model, *ask)
              .summary['peak_in_flight'], 2, '-j')
        equal(run('-s', sim.url, '-j', '12', *model, *ask).summary['peak_in_flight'], 12, '-j 12')
        found_out = run('-s', sim.url, '-j', 'auto', *model, *ask)
        equal(found_out.summary['done'], 12, '-j auto')


@case
def completion_order():
    rows = [{'prompt': 'slow', 'model': 'sim:text=echo,duration=1500'},
            {'prompt': 'fast', 'model': 'sim:text=echo,duration=100'},
            {'prompt': 'middling', 'model': 'sim:text=echo,duration=800'}]
    with Sim() as sim:
        result = run('-s', sim.url, stdin='\n'.join(map(json.dumps, rows)))
    equal([row['prompt'] for row in result.rows], ['fast', 'middling', 'slow'], 'order')
    equal([row['index'] for row in result.rows], [1, 2, 0], 'index')


@case
def a_row_comes_the_moment_its_prompt_ends():
    rows = [{'prompt': 'slow', 'model': 'sim:duration=3000'}, {'prompt': 'fast', 'model': 'sim'}]
    with Sim() as sim, tempfile.NamedTemporaryFile('w', suffix='.jsonl') as file:
        file.write('\n'.join(map(json.dumps, rows)))
        file.flush()
        process = start('-s', sim.url, file.name)
        first = json.loads(process.stdout.readline())
        still_running = process.poll() is None
        process.communicate(timeout=TIMEOUT)
    equal(first['prompt'], 'fast')
    assert still_running


@case
def texts_are_never_mixed():
    asked = ['%d: %s 鱼 \\ " %s' % (n, ('word%d ' % n) * 20, chr(0x4e00 + n)) for n in range(40)]
    lines = [json.dumps({'prompt': text, 'custom_id': 'id-%d' % n})
             for n, text in enumerate(asked)]
    with Sim() as sim:
        result = run('-s', sim.url, '-m', 'sim:text=echo,rate=400,jitter=90', '-j', '16',
                     stdin='\n'.join(lines))
    equal(result.status, 0)
    equal(len(result.rows), 40)
    for row in result.rows:
        equal(row['prompt'], asked[row['index']], 'prompt')
        equal(row['response'], row['prompt'], 'answer')
        equal(row['id'], 'id-%d' % row['index'], 'id')


@case
def options_reach_the_server():
    schema = {'type': 'object', 'properties': {'n': {'type': 'integer'}}}
    with Sim() as sim, tempfile.TemporaryDirectory() as folder:
        for name, content in (('system.txt', 'Be brief.\n'), ('schema.json', json.dumps(schema))):
            with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
                file.write(content)
        lines = [{'prompt': 'a', 'options': {'seed': 7}, 'raw_member': [1], 'stream': False},
                 {'prompt': 'b', 'think': True}]
        result = run('-s', sim.url, '-m', 'sim:thinking=2', '-j', '1',
                     '--system', '@' + os.path.join(folder, 'system.txt'),
                     '--option', 'seed=1', '--option', 'temperature=0.2', '--option', 'stop=X',
                     '--option', 'stop=Y', '--think', 'no', '--keep-alive', '10',
                     '--format', '@' + os.path.join(folder, 'schema.json'),
                     stdin='\n'.join(map(json.dumps, lines)))
        equal(result.status, 0, result.err)
        bodies = sim.bodies()
    # A format and thinking are both to be had from /api/chat only.
    a = next(body for body in bodies if body.get('prompt') == 'a')
    b = next(body for body in bodies if 'messages' in body)
    equal(a['options'], {'seed': 7, 'temperature': 0.2, 'stop': ['X', 'Y']}, 'options of a row')
    equal(b['options'], {'seed': 1, 'temperature': 0.2, 'stop': ['X', 'Y']}, 'options')
    equal(a['raw_member'], [1], 'a member that we do not know')
    equal((a['think'], b['think']), (False, True), 'think')
    equal((a['stream'], b['stream']), (True, True), 'stream')
    equal(a['system'], 'Be brief.\n', 'system')
    equal(b['messages'], [{'role': 'system', 'content': 'Be brief.\n'},
                          {'role': 'user', 'content': 'b'}], 'messages')
    for body in (a, b):
        equal((body['format'], body['keep_alive']), (schema, 10))


@case
def no_stream():
    with Sim() as sim:
        result = run('-s', sim.url, '-m', 'sim:text=echo', '--no-stream', '-p', '一 二 三')
        equal(sim.bodies()[0]['stream'], False)
    equal(result.status, 0)
    equal(result.rows[0]['response'], '一 二 三')


@case
def models_multiply():
    lines = [{'prompt': 'a', 'custom_id': 'A'}, {'prompt': 'b', 'custom_id': 5, 'model': 'other'}]
    text = '\n'.join(map(json.dumps, lines))
    with Sim() as sim:
        both = run('-s', sim.url, '-m', 'sim:tokens=3', '-m', 'sim:tokens=5', stdin=text)
        one = run('-s', sim.url, '-m', 'sim:tokens=3', stdin=text)
    equal({(r['index'], r['id'], r['model'], r['prompt']) for r in both.rows},
          {(0, 'A', 'sim:tokens=3', 'a'), (1, 'A', 'sim:tokens=5', 'a'),
           (2, '5', 'sim:tokens=3', 'b'), (3, '5', 'sim:tokens=5', 'b')})
    for row in both.rows:
        equal(row['metrics']['answer_tokens'], 3 if row['model'] == 'sim:tokens=3' else 5)
    equal([(one.by_index[i]['model'], one.by_index[i]['state']) for i in (0, 1)],
          [('sim:tokens=3', 'done'), ('other', 'failed')], 'one -m only fills in')
    equal(one.status, 1)


@case
def unknown_model():
    lines = [{'prompt': 'a', 'model': 'nope'}, {'prompt': 'b', 'model': 'sim'}]
    with Sim() as sim:
        result = run('-s', sim.url, stdin='\n'.join(map(json.dumps, lines)))
    equal(result.status, 1)
    equal(result.by_index[1]['state'], 'done', 'the other one')
    error = result.by_index[0]['error']
    equal((error['class'], error['status']), ('permanent', 404))
    contains(error['message'], 'nope')
    equal(result.by_index[0]['attempts'], 1, 'attempts')
    contains(result.err, 'ollama pull nope')
    equal((result.summary['done'], result.summary['failed']), (1, 1))


@case
def first_installed_model():
    with Sim('--model', 'embedder=tokens=1', '--model', 'own:7b=text=echo') as sim:
        installed = [m['name'] for m in sim.get('/api/tags')['models']]
        result = run('-s', sim.url, '-p', 'a')
        listed = run('-s', sim.url, '--list-models', summary=False)
    equal(result.status, 0)
    equal(result.rows[0]['model'], installed[0])
    equal(listed.out.splitlines(), installed, '--list-models')


class NoModels(http.server.BaseHTTPRequestHandler):
    body = b'{"models":[]}'

    def do_GET(self):
        self.send_response(200)
        self.send_header('Content-Length', str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_):
        pass


@case
def no_model_at_all():
    server = http.server.HTTPServer(('127.0.0.1', 0), NoModels)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = 'http://127.0.0.1:%d' % server.server_address[1]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'out.jsonl')
        result = run('-s', url, '-o', path, '-p', 'a')
        equal(os.listdir(folder), [], 'files left behind')
    listed = run('-s', url, '--list-models', summary=False)
    server.shutdown()
    server.server_close()
    equal(result.status, 1)
    equal(result.out, '')
    contains(result.err, 'ollama pull')
    equal((listed.status, listed.out), (0, ''), '--list-models')


class Website(NoModels):
    body = b'<html><h1>Welcome</h1></html>'


@case
def what_answers_is_something_else():
    """Nobody is told to start a server where one runs that is another."""
    server = http.server.HTTPServer(('127.0.0.1', 0), Website)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    result = run('-s', '127.0.0.1:%d' % server.server_address[1], '-p', 'a')
    server.shutdown()
    server.server_close()
    equal(result.status, 1)
    contains(result.err, 'is no server of this kind')
    contains(result.err, 'Check the address')
    assert 'ollama serve' not in result.err, result.err


def closed_port():
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        return taken.getsockname()[1]


@case
def server_absent():
    url = 'http://127.0.0.1:%d' % closed_port()
    for retries in (0, 1):
        result = run('-s', url, '-m', 'm', '--retries', str(retries), '-p', 'a', '-p', 'b')
        equal(result.status, 1)
        equal({row['index'] for row in result.rows}, {0, 1}, 'rows')
        for row in result.rows:
            equal((row['state'], row['error']['class']), ('failed', 'refused'))
        contains(result.err, url)
        equal(result.err.count('ollama serve'), 1, 'the remedy is told once')
        contains(result.err, '--demo')
    unnamed = run('-s', url, '-p', 'a')
    equal((unnamed.status, unnamed.out), (1, ''), 'without a model')
    contains(unnamed.err, 'ollama serve')
    listed = run('-s', url, '--list-models', summary=False)
    equal((listed.status, listed.out), (1, ''), '--list-models')


@case
def server_that_comes_back():
    port = closed_port()
    process = start('-s', '127.0.0.1:%d' % port, '-m', 'sim:text=echo', '--retries', '20',
                    '-p', 'patience')
    time.sleep(0.3)
    with Sim('--port', str(port)):
        out, err = process.communicate(timeout=TIMEOUT)
    equal(process.returncode, 0, err)
    equal(json.loads(out)['response'], 'patience')


@case
def ollama_host():
    with Sim() as sim:
        result = run('-m', 'sim', '-p', 'a', env=environment(OLLAMA_HOST=sim.url))
    equal((result.status, result.rows[0]['server']), (0, sim.url))


@case
def a_prompt_goes_where_its_model_is():
    with Sim('--model', 'left:1b=text=echo') as left, Sim('--model', 'right:1b=text=echo') as right:
        lines = [{'prompt': str(n), 'model': 'left:1b' if n % 2 else 'right:1b'}
                 for n in range(20)]
        result = run('-s', left.url, '-s', right.url, stdin='\n'.join(map(json.dumps, lines)))
    equal((result.status, result.summary['done']), (0, 20), result.err)
    for row in result.rows:
        equal(row['server'], left.url if row['model'] == 'left:1b' else right.url)


@case
def several_servers_share_the_work():
    with Sim() as one, Sim() as two:
        result = run('-s', one.url, '-s', two.url, '-j', '3', '-m', 'sim:duration=200',
                     *prompts(*map(str, range(12))))
    equal(result.summary['peak_in_flight'], 6)
    servers = [row['server'] for row in result.rows]
    assert servers.count(one.url) >= 4 and servers.count(two.url) >= 4, servers


@case
def wrong_usage():
    wrong = [
        (['--option', 'temprature=1', '-p', 'a'], 'temperature'),
        (['--option', 'temperature', '-p', 'a'], 'NAME=VALUE'),
        (['--option', 'temperature=hot', '-p', 'a'], 'temperature'),
        (['-j', '0', '-p', 'a'], '-j'),
        (['-j', 'many', '-p', 'a'], 'auto'),
        (['--think', 'hard', '-p', 'a'], 'medium'),
        (['--format', 'xml', '-p', 'a'], 'json'),
        (['--format', '@/nowhere.json', '-p', 'a'], '/nowhere.json'),
        (['--keep-alive', '5 minutes', '-p', 'a'], '5m'),
        (['--timeout', 'soon', '-p', 'a'], 'connect='),
        (['--timeout', '', '-p', 'a'], 'connect='),
        (['--timeout', 'first=-1', '-p', 'a'], 'connect='),
        (['--retries', '-1', '-p', 'a'], '--retries'),
        (['-s', 'http://[', '-p', 'a'], 'http://['),
        (['-m', '', '-p', 'a'], '-m'),
        (['-p', ''], '-p'),
        (['--demo', '-s', 'localhost', '-p', 'a'], '-s'),
        (['--demo', '--list-models'], '--demo'),
        (['--no-such-thing'], '--no-such-thing'),
        (['/nowhere/prompts.txt'], '/nowhere/prompts.txt'),
        (['/'], 'folder'),
        (['-o', '/nowhere/out.jsonl', '-p', 'a'], '/nowhere/out.jsonl'),
        (['--summary', '/nowhere/summary.json', '-p', 'a'], '/nowhere/summary.json'),
        (['--summary', '-', '-p', 'a'], '--summary'),
        (['--summary', '/nowhere/x', '-o', '/nowhere/x', '-p', 'a'], 'same file'),
    ]
    for arguments, hint in wrong:
        result = run(*arguments, summary='--summary' not in arguments)
        equal((result.status, result.out), (2, ''), arguments)
        contains(result.err, hint)
        assert result.err.startswith('antiphon-run: '), result.err


@case
def help_and_version():
    result = run('--help', summary=False)
    equal((result.status, result.err), (0, ''))
    for word in ('--server', '--jobs', '--output', '--watch', '--demo', '--timeout', 'num_ctx',
                 'JSON Lines', '130'):
        contains(result.out, word)
    assert max(map(len, result.out.splitlines())) <= 96, 'lines are too long'
    version = run('--version', summary=False)
    equal(version.status, 0)
    assert version.out.startswith('antiphon-run '), version.out


@case
def existing_output_is_never_lost():
    with Sim() as sim, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'out.jsonl')
        source = os.path.join(folder, 'in.txt')
        for name in (path, source):
            with open(name, 'w', encoding='utf-8') as file:
                file.write('precious\n')
        ask = ['-s', sim.url, '-m', 'sim:text=echo']

        result = run(*ask, '-o', path, source)
        equal(result.status, 2)
        contains(result.err, '--force')
        equal(sim.bodies(), [], 'nothing was asked')
        same = run(*ask, '-o', source, '--force', source)
        equal(same.status, 2, 'the input itself')
        for name in (path, source):
            with open(name, encoding='utf-8') as file:
                equal(file.read(), 'precious\n', name)

        result = run(*ask, '-o', path, '--force', source)
        equal((result.status, result.out), (0, ''))
        with open(path, encoding='utf-8') as file:
            equal([json.loads(line)['response'] for line in file], ['precious'])
        equal(run(*ask, '-o', '/dev/null', source).status, 0, 'a device')

        # A file that was only made for a run that cannot begin goes away again.
        new = os.path.join(folder, 'new.jsonl')
        result = run(*ask, '-o', new, '--summary', '/nowhere/summary.json', source, summary=False)
        equal((result.status, os.path.exists(new)), (2, False))


@case
def a_summary_replaces_the_last_one_but_no_device():
    with Sim() as sim, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'summary.json')
        pipe = os.path.join(folder, 'pipe')
        os.mkfifo(pipe)
        with open(path, 'w', encoding='utf-8') as file:
            file.write('of an earlier run ' * 100)
        ask = ['-s', sim.url, '-m', 'sim', '-p', 'a']
        equal(run(*ask, '--summary', path, summary=False).status, 0)
        with open(path, encoding='utf-8') as file:
            equal(json.load(file)['done'], 1)
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        equal(run(*ask, '--summary', pipe, summary=False).status, 0)
        equal(json.loads(os.read(reader, 65536))['done'], 1)
        os.close(reader)
        assert stat.S_ISFIFO(os.stat(pipe).st_mode)


@case
def failed_writing():
    with Sim() as sim:
        if os.path.exists('/dev/full'):
            result = run('-s', sim.url, '-m', 'sim', '-o', '/dev/full', '-p', 'a')
            equal(result.status, 1)
            contains(result.err, '/dev/full')

        process = start('-s', sim.url, '-m', 'sim', '-j', '2', *prompts(*map(str, range(300))))
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
        equal(process.wait(TIMEOUT), 1, err)
        process.stderr.close()
        contains(err, 'Nobody reads')
        assert len(sim.bodies()) < 300, 'it went on'


@case
def bad_rows_are_told_and_stop_nothing():
    with Sim() as sim, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'rows.jsonl')
        with open(path, 'wb') as file:
            file.write(b'{"prompt":"a"}\n\n{"prompt":7}\nplain\n{"prompt":"\xff"}\n{"prompt":"b"}')
        result = run('-s', sim.url, '-m', 'sim', path)
    equal(result.status, 1)
    equal([result.by_index[i]['prompt'] for i in (0, 1)], ['a', 'b'])
    for line in (3, 4, 5):
        contains(result.err, '%s, line %d: ' % (path, line))


@case
def nothing_to_ask():
    result = run(stdin='\n\n')
    equal((result.status, result.out), (0, ''), result.err)
    equal(result.summary['jobs'], 0)


@case
def prompts_then_files_in_their_order():
    with Sim() as sim, tempfile.TemporaryDirectory() as folder:
        for name in ('1.txt', '2.txt'):
            with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
                file.write('first of %s\nsecond of %s\n' % (name, name))
        result = run('-s', sim.url, '-m', 'sim', '-j', '1', os.path.join(folder, '2.txt'), '-',
                     os.path.join(folder, '1.txt'), '-p', 'before', stdin='typed')
    equal([row['prompt'] for row in result.rows],
          ['before', 'first of 2.txt', 'second of 2.txt', 'typed',
           'first of 1.txt', 'second of 1.txt'])


@case
def slow_standard_input():
    with Sim() as sim:
        process = start('-s', sim.url, '-m', 'sim:text=echo', '-', stdin=subprocess.PIPE)
        for prompt in ('one', 'two', 'three'):
            process.stdin.write(prompt + '\n')
            process.stdin.flush()
            equal(json.loads(process.stdout.readline())['response'], prompt)
        process.stdin.close()
        equal(process.wait(TIMEOUT), 0)
        process.stdout.close()
        process.stderr.close()


def interrupt(with_signal):
    with Sim() as sim, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'summary.json')
        # The first of each three ends at once, the others would take a minute.
        lines = [{'prompt': str(n), 'model': 'sim:duration=60000' if n % 3 else 'sim'}
                 for n in range(60)]
        process = start('-s', sim.url, '-j', '8', '--summary', path, '-', stdin=subprocess.PIPE)
        process.stdin.write('\n'.join(map(json.dumps, lines)) + '\n')
        process.stdin.flush()
        done = []
        while sim.get('/sim/stats')['generate']['in_flight'] < 8 or len(done) < 1:
            if len(done) < 1:
                done.append(json.loads(process.stdout.readline()))
            time.sleep(0.02)
        process.send_signal(with_signal)
        rest, err = finish(process)
        rows = done + [json.loads(line) for line in rest.splitlines()]
        with open(path, encoding='utf-8') as file:
            summary = json.load(file)
        end = time.monotonic() + 10
        while sim.get('/sim/stats')['generate']['in_flight'] > 0:
            assert time.monotonic() < end, 'the server was not told'
            time.sleep(0.02)
    equal(process.returncode, 130, err)
    states = [row['state'] for row in rows]
    equal(states.count('cancelled'), 8, 'cancelled')
    equal(states.count('done') + states.count('cancelled'), len(rows), 'states')
    equal((summary['jobs'], summary['cancelled']), (len(rows), 8), 'summary')
    for row in rows:
        equal(row['error'], None)


@case
def interrupted():
    interrupt(signal.SIGINT)


@case
def terminated():
    interrupt(signal.SIGTERM)


@case
def interrupted_while_it_waits_for_input():
    with Sim() as sim:
        process = start('-s', sim.url, '-m', 'sim', '-', stdin=subprocess.PIPE)
        process.stdin.write('a\n')
        process.stdin.flush()
        equal(json.loads(process.stdout.readline())['state'], 'done')
        process.send_signal(signal.SIGINT)
        equal(process.wait(10), 130)
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()


def peak_memory_kib(process):
    with open('/proc/%d/status' % process.pid, encoding='ascii') as file:
        for line in file:
            if line.startswith('VmHWM:'):
                return int(line.split()[1])
    raise Skipped('the system does not tell')


@case
def memory_does_not_grow_with_the_input():
    if 'ANTIPHON_SANITIZED' in os.environ:
        raise Skipped('a sanitizer keeps what is freed')
    # ANTIPHON_TEST_ROWS=100000 is the full measure.
    n_rows = int(os.environ.get('ANTIPHON_TEST_ROWS', '20000'))
    with Sim() as sim, tempfile.NamedTemporaryFile('w', suffix='.jsonl') as file:
        for n in range(n_rows):
            file.write('{"prompt":"prompt %d %s","custom_id":"r-%d","options":{"seed":1}}\n'
                       % (n, 'x' * 200, n))
        file.flush()
        process = start('-s', sim.url, '-m', 'sim:tokens=1', '-j', '32', file.name)
        seen = set()
        peak = 0
        for line in process.stdout:
            seen.add(json.loads(line)['index'])
            if len(seen) % 1000 == 0:
                peak = max(peak, peak_memory_kib(process))
        equal(process.wait(TIMEOUT), 0, process.stderr.read())
        process.stdout.close()
        process.stderr.close()
    note('%d rows: %.1f MiB at most' % (n_rows, peak / 1024))
    equal(seen, set(range(n_rows)), 'rows')
    assert 0 < peak <= 60 * 1024, '%d KiB' % peak


@case
def a_locale_that_knows_no_letter():
    with Sim() as sim:
        result = run('-s', sim.url, '-m', 'sim:text=echo', '-p', RECIPES[0],
                     '--system', '你是厨师。', env=environment(LC_ALL='C'))
        equal(sim.bodies()[0]['system'], '你是厨师。')
    equal((result.status, result.rows[0]['response']), (0, RECIPES[0]), result.err)


if __name__ == '__main__':
    main()
