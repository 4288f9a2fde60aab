#!/usr/bin/python3
# test_sim.py
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""antiphon-sim: endpoints, timing, queueing, control."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time

from simlib import Server, collect, run

server = Server('--model', 'plain=tokens=5', '--model', 'Thinker=tokens=4,thinking=3')


def parallel(n, function):
    """Runs function (i) in n threads. Returns the results in order."""
    results = [None] * n

    def work(i):
        results[i] = function(i)
    threads = [threading.Thread(target=work, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# The process.

def test_version_and_help():
    sim = os.environ['ANTIPHON_SIM']
    out = subprocess.run([sim, '--version'], capture_output=True, text=True, check=True).stdout
    assert out.startswith('antiphon-sim '), out
    out = subprocess.run([sim, '--help'], capture_output=True, text=True, check=True).stdout
    assert '--until-eof' in out and 'sim:SPEC' in out, out


def test_help_names_what_there_is():
    """Each key, text and fault that the help names is understood, and none of README.md is missing."""
    sim = os.environ['ANTIPHON_SIM']
    out = subprocess.run([sim, '--help'], capture_output=True, text=True, check=True).stdout
    out = out[out.index('SPEC is key=value'):]
    assert max(map(len, out.splitlines())) <= 110, out
    lines = re.findall(r'^  (\w+)=(\S+)', out, re.MULTILINE)
    assert len(lines) >= 19, out
    lists = {key: re.search(r'^  %s=.*:\n((?: {19}.*\n)+)' % key, out, re.MULTILINE).group(1)
             for key in ('text', 'fault')}
    examples = {'N': '1', 'N|auto': 'auto', 'NUMBER': '1.5', 'MSEC': '20', 'WORD': 'w',
                'KIND': 'lorem', 'KIND[@N]': 'none@2'}
    specs = ['%s=%s' % (key, examples[value]) for key, value in lines]
    for key, text in lists.items():
        for word in text.replace(',', ' ').split():
            specs.append('%s=%s' % (key, re.sub(r'\[.*', '', word).replace('-N', '-404')
                                    if '-N' in word else word))
    for i in range(0, len(specs), 40):
        arguments = [part for n, spec in enumerate(specs[i:i + 40])
                     for part in ('--model', 'm%d=%s' % (n, spec.replace('redirect-404',
                                                                         'redirect-307')))]
        process = subprocess.run([sim, '--until-eof', *arguments], stdin=subprocess.DEVNULL,
                                 capture_output=True, text=True, timeout=20)
        assert process.returncode == 0, process.stderr
    readme = pathlib.Path(__file__).parents[2] / 'src' / 'sim' / 'README.md'
    table = readme.read_text(encoding='utf-8')
    documented = re.findall(r'^\| `(\w+)` \|.*\|.*\|$', table, re.MULTILINE)
    assert set(documented) <= {key for key, _ in lines}, documented


def test_bad_arguments():
    sim = os.environ['ANTIPHON_SIM']
    for args in (['--model', 'm=nonsense=1'], ['--model', 'm=rate=fast'], ['--port', '70000'],
                 ['--model', 'm=fault=nothing-like-it'], ['stray'], ['--nonsense']):
        done = subprocess.run([sim, *args], capture_output=True, text=True, timeout=10)
        assert done.returncode == 2 and done.stderr.startswith('antiphon-sim: '), (args, done)


def test_signals_end_it_well():
    for number in (signal.SIGTERM, signal.SIGINT):
        other = Server()
        other.process.send_signal(number)
        assert other.process.wait(5) == 0


def test_port_in_use():
    done = subprocess.run([os.environ['ANTIPHON_SIM'], '--port', str(server.port)],
                          capture_output=True, text=True, timeout=10)
    assert done.returncode == 1 and 'Address already in use' in done.stderr, done


# HTTP.

def test_root_and_head():
    reply = server.get('/')
    assert (reply.status, reply.body) == (200, b'Ollama is running')
    connection = server.connect()
    for path in ('/', '/api/version'):
        connection.send('HEAD', path)
        reply = connection.read(head=True)
        assert reply.status == 200 and int(reply.headers['content-length']) > 0
    connection.send('GET', '/api/version')
    assert connection.read().json() == {'version': '0.33.0'}


def test_unknown_paths_and_methods():
    reply = server.get('/api/nothing')
    assert (reply.status, reply.body) == (404, b'404 page not found')
    reply = server.get('/api/generate')
    assert (reply.status, reply.body) == (405, b'405 method not allowed')


def test_keep_alive_and_close():
    connection = server.connect()
    for _ in range(3):
        connection.send('GET', '/api/version')
        assert connection.read().end == 'ok'
    connection.send('GET', '/api/version', headers=['connection: Close'])
    reply = connection.read()
    assert reply.headers['connection'] == 'close' and connection.at_end()


def test_pipelining():
    connection = server.connect()
    body = {'model': 'sim:tokens=2,rate=100,text=count', 'prompt': 'x'}
    for _ in range(3):
        connection.send('POST', '/api/generate', body)
        connection.send('GET', '/api/version')
    for _ in range(3):
        assert connection.read().text() == '1 2 '
        assert connection.read().json()['version']


def test_chunked_and_slow_bodies():
    body = {'model': 'plain', 'prompt': 'x' * 1000}
    assert server.post('/api/generate', body, chunked=True).lines()[-1]['done']
    connection = server.connect()
    text = json.dumps(body)
    data = ('POST /api/generate HTTP/1.1\r\nHost: localhost\r\nEXPECT: 100-continue\r\n'
            'Content-Length: %d\r\n\r\n' % len(text)).encode()
    for i in range(0, len(data), 20):
        connection.socket.sendall(data[i:i + 20])
        time.sleep(0.001)
    assert connection._until(b'\r\n\r\n') == b'HTTP/1.1 100 Continue'
    connection.socket.sendall(text.encode())
    assert connection.read().lines()[-1]['done']


def test_http_1_0():
    connection = server.connect()
    connection.send('POST', '/api/generate', {'model': 'plain', 'prompt': 'x'}, version='1.0')
    reply = connection.read()
    assert 'transfer-encoding' not in reply.headers and reply.lines()[-1]['done']


CHUNKED = b'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n'


def test_bad_http():
    for data in (b'nonsense\r\n\r\n', b'GET / SPDY/3\r\n\r\n',
                 b'POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n',
                 CHUNKED + b'xyz\r\n', CHUNKED + b'1;' + b'x' * 9000, CHUNKED + b'1\r\nab\r\n0\r\n\r\n',
                 CHUNKED + b'1\r\na' + b'b' * 9000, CHUNKED + b'0\r\n' + b'x' * 9000):
        connection = server.connect()
        connection.socket.sendall(data)
        assert connection.read().status == 400 and connection.at_end(), data


def test_foreign_origin_and_host():
    for headers in (['Origin: https://example.org'], ['Origin: app://antiphon']):
        reply = server.ask('GET', '/api/version', headers=headers)
        assert (reply.status, reply.body) == (403, b''), headers
    reply = server.ask('GET', '/api/version', headers=['Origin: http://localhost:3000'])
    assert reply.status == 200
    connection = server.connect()
    connection.socket.sendall(b'GET /api/version HTTP/1.1\r\nHost: ollama.example.org\r\n\r\n')
    assert connection.read().status == 403


# Models.

def test_tags():
    models = {model['name']: model for model in server.get('/api/tags').json()['models']}
    assert set(models) >= {'plain:latest', 'thinker:latest'}, models
    assert models['plain:latest']['capabilities'] == ['completion']
    assert models['thinker:latest']['capabilities'] == ['completion', 'thinking']
    assert len(models['plain:latest']['digest']) == 64
    assert models['plain:latest']['details']['family'] == 'sim'


def test_tags_without_models():
    other = Server()
    assert [m['name'] for m in other.get('/api/tags').json()['models']] == ['sim:latest']
    other.stop()


def test_show():
    shown = server.post('/api/show', {'model': 'THINKER'}).json()
    assert shown['capabilities'] == ['completion', 'thinking']
    info = shown['model_info']
    assert info[info['general.architecture'] + '.context_length'] == 32768
    reply = server.post('/api/show', {'model': 'none'})
    assert (reply.status, reply.json()) == (404, {'error': "model 'none' not found"})


def test_unknown_model():
    for path in ('/api/generate', '/api/chat'):
        reply = server.post(path, {'model': 'none', 'prompt': 'x'})
        assert (reply.status, reply.json()) == (404, {'error': "model 'none' not found"})
    assert server.post('/api/generate', {}).json() == {'error': "model '' not found"}
    assert server.post('/api/chat', {}).json() == {'error': 'model is required'}


def test_spec_in_name():
    for name in ('sim:tokens=3', 'sim/tokens=3', 'SIM:tokens=3,fault=none'):
        assert len(server.generate(name).lines()) == 4, name
    for name in ('sim', 'sim:latest', 'sim:'):
        assert len(server.generate(name).lines()) == 33, name


def test_bad_spec_in_name():
    reply = server.generate('sim:speed=9')
    assert reply.status == 400 and 'unknown key' in reply.json()['error']


def test_pull_and_delete():
    server.post('/sim/config', {'default': 'pull=200'})
    assert server.generate('fresh').status == 404
    lines = server.post('/api/pull', {'model': 'fresh'}).lines()
    assert lines[0] == {'status': 'pulling manifest'} and lines[-1] == {'status': 'success'}
    layer = [line for line in lines if line.get('digest', '').startswith('sha256:2bada8a7450')]
    done = [line.get('completed', 0) for line in layer]
    assert done == sorted(done) and len(done) > 2 and done[-1] == layer[-1]['total']
    assert server.generate('fresh').status == 200
    assert server.ask('DELETE', '/api/delete', {'model': 'fresh'}).status == 200
    assert server.generate('fresh').status == 404
    assert server.ask('DELETE', '/api/delete', {'model': 'fresh'}).status == 404
    # The official client in JavaScript has an older word for it.
    assert server.post('/api/pull', {'name': 'fresh', 'stream': False}).json() == {'status': 'success'}
    assert server.ask('DELETE', '/api/delete', {'name': 'fresh'}).status == 200
    reply = server.post('/api/pull', {'model': 'fresh', 'stream': False})
    assert reply.json() == {'status': 'success'}


def test_pull_fails():
    lines = server.post('/api/pull', {'model': 'missing-model'}).lines()
    assert lines == [{'status': 'pulling manifest'},
                     {'error': 'pull model manifest: file does not exist'}]
    lines = server.post('/api/pull', {'model': 'broken:7b'}).lines()
    assert len(lines) > 2 and lines[-1]['error'].startswith('max retries exceeded')
    assert server.post('/api/pull', {'model': 'missing', 'stream': False}).status == 500


# Generating.

def test_stream():
    reply = server.generate('plain')
    assert reply.headers['content-type'] == 'application/x-ndjson'
    assert reply.headers['transfer-encoding'] == 'chunked'
    assert all(chunk.count(b'\n') == 1 and chunk.endswith(b'\n') for chunk in reply.chunks)
    lines = reply.lines()
    assert len(lines) == len(reply.chunks) == 6
    for line in lines[:-1]:
        assert set(line) == {'model', 'created_at', 'response', 'done'} and not line['done']
        assert line['model'] == 'plain' and line['created_at'].endswith('Z')
    last = lines[-1]
    assert last['done'] and last['done_reason'] == 'stop' and last['response'] == ''
    assert last['eval_count'] == 5 and last['prompt_eval_count'] == 2
    assert len(last['context']) == 7
    parts = sum(last.get(key, 0) for key in ('load_duration', 'prompt_eval_duration',
                                             'eval_duration'))
    assert 0 < parts <= last['total_duration'] < 1e9, last


def test_chat_stream():
    lines = server.chat('Thinker').lines()
    assert [bool(line['message'].get('thinking')) for line in lines] == [True] * 3 + [False] * 5
    assert all(line['message']['content'] == '' for line in lines[:3])
    assert all(line['message']['role'] == 'assistant' for line in lines)
    assert lines[-1]['done'] and lines[-1]['eval_count'] == 7 and 'context' not in lines[-1]


def test_whole():
    streamed = server.generate('thinker')
    reply = server.generate('thinker', stream=False)
    assert reply.headers['content-type'].startswith('application/json')
    body = reply.json()
    assert body['done'] and body['eval_count'] == 7
    assert body['response'] == streamed.text() and body['thinking'] == streamed.text('thinking')
    body = server.chat('thinker', stream=False).json()
    assert body['message']['content'] == streamed.text()
    assert body['message']['thinking'] == streamed.text('thinking')


def test_think():
    assert server.generate('thinker', think=False).text('thinking') == ''
    assert server.generate('thinker', think='high').text('thinking') != ''
    reply = server.generate('plain', think=True)
    assert (reply.status, reply.json()) == (400, {'error': '"plain" does not support thinking'})
    reply = server.generate('thinker', think='much')
    assert reply.status == 400 and reply.json()['error'].startswith('invalid think value: "much"')


def test_num_predict():
    lines = server.generate('plain', options={'num_predict': 3}).lines()
    assert len(lines) == 4
    assert lines[-1]['done_reason'] == 'length' and lines[-1]['eval_count'] == 3
    lines = server.generate('plain', options={'num_predict': -1}).lines()
    assert lines[-1]['done_reason'] == 'stop'


def test_format():
    assert json.loads(server.generate('plain', format='json').text())['complete'] is True
    schema = {'type': 'object', 'properties': {
        'name': {'type': 'string'}, 'age': {'type': 'integer', 'minimum': 18},
        'kind': {'enum': ['cat', 'dog']}, 'tags': {'type': 'array', 'items': {'type': 'boolean'}},
        'inner': {'type': 'object', 'properties': {'x': {'type': 'number'}}}}}
    value = json.loads(server.generate('plain', format=schema).text())
    assert value == {'name': 'simulated', 'age': 18, 'kind': 'cat', 'tags': [True, True],
                     'inner': {'x': 42}}
    reply = server.generate('plain', format='xml')
    assert reply.status == 500 and reply.json()['error'].startswith('invalid format: "xml"')


def test_format_and_thinking():
    reply = server.generate('thinker', format='json')
    assert reply.text() == '' and json.loads(reply.text('thinking'))
    assert json.loads(server.generate('thinker', format='json', think=False).text())
    assert json.loads(server.chat('thinker', format='json').contents())


def test_texts():
    assert server.generate('sim:text=count,tokens=5').text() == '1 2 3 4 5 '
    prompt = 'Wörter, 中文字符 & <tags> "quoted"\n\n\ttab \U0001f600 end\\'
    assert server.generate('sim:text=echo', prompt).text() == prompt
    assert server.generate('sim:text=echo', prompt, stream=False).json()['response'] == prompt
    assert '\n' not in server.generate('sim:text=long-line,tokens=500').text()
    for kind, part in (('lorem', 'Lorem ipsum'), ('zh', '豆腐'), ('recipe', '鱼香肉丝'),
                       ('code', '#include <stdio.h>'), ('markdown', '| fruit |')):
        assert part in server.generate('sim:tokens=300,text=' + kind).text(), kind


def test_go_escapes():
    body = server.generate('sim:text=echo', '<a & b>\u2028').body
    assert b'\\u003ca' in body and b'\\u0026' in body and b'\\u003e' in body, body
    assert b'\\u2028' in body


def test_context():
    def context(spec, **members):
        return server.generate('sim:' + spec, **members).lines()[-1].get('context')
    assert len(context('ctx=4096')) == 4096
    assert context('ctx=0') is None
    assert context('ctx=10', raw=True) is None
    reply = server.generate('plain', raw=True, system='s')
    assert reply.status == 400 and reply.json()['error'].startswith('raw mode does not support')


def test_long_prompt():
    prompt = 'word ' * 1000
    assert server.generate('plain', prompt, options={'num_ctx': 100}).lines()[-1][
        'prompt_eval_count'] == 100
    reply = server.generate('plain', prompt, options={'num_ctx': 100}, truncate=False)
    assert reply.status == 400
    inner = json.loads(reply.json()['error'])['error']
    assert inner['type'] == 'exceed_context_size_error' and inner['n_ctx'] == 100


def test_wrong_requests():
    def error(body, status=400):
        reply = server.post('/api/generate', body)
        assert reply.status == status, reply.body
        return reply.json()['error']
    assert error('') == 'missing request body'
    assert error('{') == 'unexpected EOF'
    assert error("{'model':1}").startswith('invalid character')
    assert error('{"model":"plain",}').startswith('invalid character')
    assert error('/* */{}').startswith('invalid character')
    assert error('[' * 1000) == 'exceeded max depth'
    assert error('[]').startswith('json: cannot unmarshal array into Go value')
    assert error({'model': 'plain', 'prompt': 'x', 'stream': 'no'}) == (
        'json: cannot unmarshal string into Go struct field GenerateRequest.stream of type bool')
    assert error({'model': 'plain', 'prompt': 'x', 'keep_alive': '10'}) == (
        'time: missing unit in duration "10"')
    assert error({'model': 'plain', 'prompt': 'x', 'images': ['data:image/png;base64,AA']}) == (
        'illegal base64 data at input byte 4')
    assert error({'model': 'plain', 'prompt': 'x', 'top_logprobs': 21}) == (
        'top_logprobs must be between 0 and 20')

    def option(value, name='stop'):
        return error({'model': 'plain', 'prompt': 'x', 'options': {name: value}}, 500)
    assert option('a') == 'option "stop" must be of type array'
    assert option([1]) == 'option "stop" must be of type an array of strings'
    assert option('7', 'seed') == 'option "seed" must be of type integer'
    assert option('7', 'temperature') == 'option "temperature" must be of type float32'
    reply = server.generate('plain', options={'mirostat': 'any', 'seed': None, 'num_ctx': 4096.5})
    assert reply.status == 200


def test_text_after_json_is_ignored():
    assert server.post('/api/generate', '{"model":"plain","prompt":"x"} rest').status == 200


def test_load_and_unload():
    server.reset()
    body = server.post('/api/generate', {'model': 'plain'}).json()
    assert body['done'] and body['done_reason'] == 'load' and body['response'] == ''
    loaded = [m['name'] for m in server.get('/api/ps').json()['models']]
    assert loaded == ['plain:latest'], loaded
    body = server.post('/api/generate', {'model': 'plain', 'keep_alive': 0}).json()
    assert body['done_reason'] == 'unload'
    assert server.get('/api/ps').json()['models'] == []
    body = server.post('/api/chat', {'model': 'plain', 'messages': []}).json()
    assert body['message'] == {'role': 'assistant', 'content': ''}
    model = server.stats()['models']['plain:latest']
    assert (model['loads'], model['unloads']) == (2, 1), model


def test_keep_alive():
    def loaded():
        return [m['name'] for m in server.get('/api/ps').json()['models']]
    server.generate('plain', keep_alive='150ms')
    assert 'plain:latest' in loaded()
    server.wait(lambda stats: not stats['models']['plain:latest']['loaded'])
    server.generate('plain', keep_alive=-1)
    expiry = [m['expires_at'] for m in server.get('/api/ps').json()['models']
              if m['name'] == 'plain:latest']
    assert int(expiry[0][:4]) > 2200
    server.generate('plain', keep_alive=0)
    assert 'plain:latest' not in loaded()


# Timing and queueing.

def timed(model, **members):
    start = time.monotonic()
    reply = server.generate(model, **members)
    return reply, reply.header_time - start, reply.end_time - start


def test_rate_and_ttft():
    reply, first, total = timed('sim:tokens=20,rate=100,ttft=200')
    assert 0.19 < first < 1 and 0.39 < total < 2, (first, total)
    last = reply.lines()[-1]
    # What begins late does not end later: it is the same in sum.
    assert 190e6 < last['prompt_eval_duration'] < 1e9 and 0 < last['eval_duration'] < 1e9
    assert last['prompt_eval_duration'] + last['eval_duration'] > 390e6


def test_duration():
    results = parallel(3, lambda i: timed('sim:tokens=50,duration=500,ttft=100', stream=i != 1))
    for reply, _, total in results:
        assert reply.status == 200 and 0.49 < total < 2, total


def test_jitter():
    _, _, total = timed('sim:tokens=40,rate=100,jitter=80')
    assert 0.2 < total < 2, total


def test_slots():
    server.reset()
    model = 'sim:tokens=10,duration=100,slots=2,tag=slots'
    start = time.monotonic()
    replies = parallel(6, lambda i: server.generate(model))
    total = time.monotonic() - start
    assert 0.29 < total < 2, total
    stats = server.stats()
    assert stats['generate']['in_flight_peak'] == 6 and stats['generate']['running_peak'] == 2
    assert stats['models'][model]['running_peak'] == 2
    # The wait for a slot is in none of the parts (wire).
    waits = sorted(last['total_duration'] - last['prompt_eval_duration'] - last['eval_duration']
                   - last.get('load_duration', 0)
                   for last in (reply.lines()[-1] for reply in replies))
    assert waits[0] < 50e6 and waits[-1] > 150e6, waits


def test_slots_are_first_come_first_served():
    model = 'sim:tokens=1,duration=30,slots=1,tag=fifo'
    connections = []
    server.reset()
    for i in range(1, 6):
        connections.append(server.connect())
        connections[-1].send('POST', '/api/generate', {'model': model, 'prompt': 'x'})
        server.wait(lambda stats: stats['requests']['by_path'].get('/api/generate') == i)
    ends = [connection.read().lines()[-1]['created_at'] for connection in connections]
    assert ends == sorted(ends)


def test_cold_load():
    server.reset()
    model = 'sim:tokens=3,load=200,tag=cold'
    start = time.monotonic()
    replies = parallel(4, lambda i: server.generate(model))
    assert all(reply.header_time - start > 0.19 for reply in replies)
    loads = [reply.lines()[-1]['load_duration'] for reply in replies]
    assert 190e6 < max(loads) < 2e9, loads
    assert 'load_duration' not in server.generate(model).lines()[-1]
    assert server.stats()['models'][model]['loads'] == 1


def test_loads_are_serial():
    models = ['sim:tokens=1,load=100,tag=serial-%d' % i for i in range(3)]
    start = time.monotonic()
    parallel(3, lambda i: server.generate(models[i]))
    assert time.monotonic() - start > 0.29


def test_queue_overflow_while_loading():
    model = 'sim:tokens=1,load=300,queue=4,tag=overflow'
    replies = parallel(10, lambda i: server.generate(model))
    busy = [reply for reply in replies if reply.status == 503]
    assert len(busy) == 6
    assert busy[0].json()['error'] == (
        'server busy, please try again.  maximum pending requests exceeded')
    replies = parallel(10, lambda i: server.generate(model))
    assert all(reply.status == 200 for reply in replies)


def test_context_length_reloads():
    server.reset()
    model = 'sim:tokens=4,duration=100,load=50,tag=reload'
    for num_ctx in (2048, 2048, 8192, 2048):
        server.generate(model, options={'num_ctx': num_ctx})
    stats = server.stats()['models'][model]
    assert (stats['loads'], stats['unloads']) == (3, 2), stats


def test_max_loaded():
    other = Server('--max-loaded', '1')
    for _ in range(2):
        other.generate('sim:tokens=1,tag=a')
        other.generate('sim:tokens=1,tag=b')
    models = other.stats()['models']
    assert [models['sim:tokens=1,tag=' + tag]['loads'] for tag in 'ab'] == [2, 2], models
    other.stop()


def test_leaving_kills_the_load():
    server.reset()
    body = {'model': 'sim:tokens=1,load=300,tag=killed', 'prompt': 'x'}
    first, second = server.connect(), server.connect()
    first.send('POST', '/api/generate', body)
    server.wait(lambda stats: stats['generate']['pending'] == 1)
    second.send('POST', '/api/generate', body)
    time.sleep(0.15)
    start = time.monotonic()
    first.close()
    assert second.read().status == 200
    assert time.monotonic() - start > 0.28


def test_peak():
    def total_rate(n):
        model = 'sim:tokens=30,rate=100,peak=4,tag=%d' % n
        replies = parallel(n, lambda i: server.generate(model))
        return sum(30e9 / reply.lines()[-1]['eval_duration'] for reply in replies)
    one, four, twelve = total_rate(1), total_rate(4), total_rate(12)
    assert 3 < four / one < 4.5, (one, four)
    assert 0.6 < twelve / four < 1.05, (four, twelve)


def test_disconnects():
    server.reset()
    connections = []
    for i in range(3):
        connection = server.connect()
        connection.send('POST', '/api/generate',
                        {'model': 'sim:tokens=1000,rate=50,slots=2,tag=leave', 'prompt': 'x'})
        connections.append(connection)
    server.wait(lambda stats: stats['generate']['in_flight'] == 3)
    start = time.time()
    for connection in connections:
        connection.close()
    stats = server.wait(lambda stats: stats['generate']['in_flight'] == 0)
    assert stats['disconnects']['count'] == 3 and stats['generate']['finished'] == 0
    assert all(start - 0.1 <= when <= start + 1 for when in stats['disconnects']['times'])


def test_slow_reader():
    connection = server.connect()
    connection.send('POST', '/api/generate',
                    {'model': 'sim:tokens=200000,text=count,ctx=0', 'prompt': 'x'})
    connection.read_some(1000)
    time.sleep(0.3)
    # Neither swallowed by the server's memory, nor does it keep the server from others.
    assert server.stats()['tokens'] < 190000 + 10000
    assert server.generate('plain').status == 200
    numbers = connection.read(30).text().split()
    assert numbers == [str(i) for i in range(1, 200001)]


def test_many_streams():
    server.reset()
    n = 300
    body = {'model': 'sim:text=count,tokens=20,rate=20,ttft=200', 'prompt': 'x'}
    connections = [server.connect() for _ in range(n)]
    for connection in connections:
        connection.send('POST', '/api/generate', body)
    replies = [connection.read() for connection in connections]
    wanted = ''.join('%d ' % i for i in range(1, 21))
    assert all(reply.text() == wanted for reply in replies)
    assert server.stats()['generate']['running_peak'] == n


# OpenAI.

def test_openai_stream():
    reply = server.openai('plain', stream_options={'include_usage': True})
    assert reply.headers['content-type'] == 'text/event-stream'
    assert all(chunk.startswith(b'data: ') and chunk.endswith(b'\n\n') for chunk in reply.chunks)
    events = reply.events()
    assert events[0]['choices'][0]['delta'] == {'role': 'assistant', 'content': ''}
    assert events[0]['object'] == 'chat.completion.chunk'
    assert len({event['id'] for event in events[:-1]}) == 1
    assert reply.deltas() == server.generate('plain').text()
    assert events[-3]['choices'][0] == {'index': 0, 'delta': {}, 'finish_reason': 'stop'}
    assert events[-2]['choices'] == []
    assert events[-2]['usage'] == {'prompt_tokens': 2, 'completion_tokens': 5, 'total_tokens': 7}
    assert events[-1] == '[DONE]'
    assert all(event['choices'] for event in server.openai('plain').events()[:-1])


def test_openai_whole():
    body = server.openai('plain', stream=False).json()
    assert body['object'] == 'chat.completion' and body['usage']['completion_tokens'] == 5
    assert body['choices'][0]['message']['content'] == server.generate('plain').text()
    assert body['choices'][0]['finish_reason'] == 'stop'
    messages = [{'role': 'system', 'content': 's'},
                {'role': 'user', 'content': [{'type': 'text', 'text': 'one '},
                                             {'type': 'text', 'text': 'two'}]}]
    body = server.post('/v1/chat/completions', {'model': 'sim:text=echo',
                                                'messages': messages}).json()
    assert body['choices'][0]['message']['content'] == 'one two'


def test_openai_reasoning():
    reply = server.openai('thinker')
    assert reply.deltas('reasoning') and reply.deltas() == server.generate('plain').text()[
        :len(reply.deltas())]
    assert server.openai('thinker', reasoning_effort='none').deltas('reasoning') == ''
    assert server.openai('sim:thinking=2,fault=sse-reasoning-content').deltas('reasoning_content')
    assert server.openai('thinker', stream=False).json()['choices'][0]['message']['reasoning']


def test_openai_completions():
    body = {'model': 'sim:tokens=40,text=count', 'prompt': 'x', 'stream': True}
    events = server.post('/v1/completions', body).events()
    text = ''.join(event['choices'][0]['text'] for event in events[:-1])
    assert text == ''.join('%d ' % i for i in range(1, 17)) and events[-1] == '[DONE]'
    assert events[-2]['choices'][0]['finish_reason'] == 'length'
    reply = server.post('/v1/completions', {**body, 'stream': False, 'max_tokens': 100}).json()
    assert reply['object'] == 'text_completion'
    assert reply['choices'][0]['text'].endswith(' 40 ')


def test_openai_options():
    events = server.openai('plain', max_completion_tokens=2).events()
    assert events[-2]['choices'][0]['finish_reason'] == 'length'
    value = json.loads(server.openai('plain', response_format={'type': 'json_object'}).deltas())
    assert value['complete'] is True
    schema = {'name': 's', 'schema': {'type': 'object', 'properties': {'n': {'type': 'integer'}}}}
    reply = server.openai('plain', response_format={'type': 'json_schema', 'json_schema': schema})
    assert json.loads(reply.deltas()) == {'n': 42}


def test_openai_errors():
    reply = server.openai('none')
    assert reply.status == 404
    assert reply.json() == {'error': {'message': "model 'none' not found",
                                      'type': 'not_found_error', 'param': None, 'code': None}}
    reply = server.post('/v1/chat/completions', {'model': 'plain', 'messages': []})
    assert reply.status == 400 and reply.json()['error']['type'] == 'invalid_request_error'
    reply = server.openai('plain', temperature='hot')
    assert reply.status == 400


def test_openai_catalog():
    data = server.get('/v1/models').json()
    assert data['object'] == 'list' and 'plain:latest' in [m['id'] for m in data['data']]
    assert server.get('/health').json() == {'status': 'ok'}
    assert 'total_slots' not in server.get('/props').json()
    assert server.get('/props').json()['build_info'].startswith('sim-')


# Control.

def test_stats():
    server.reset()
    server.generate('plain')
    server.get('/api/version')
    server.get('/nowhere')
    stats = server.stats()
    assert stats['requests']['by_path'] == {'/api/generate': 1, '/api/version': 1, 'other': 1,
                                            '/sim/stats': 1}, stats
    assert stats['generate'] == {'in_flight': 0, 'in_flight_peak': 1, 'running': 0,
                                 'running_peak': 1, 'finished': 1, 'pending': 0}
    assert stats['tokens'] == 5 and stats['connections']['open'] == 1
    assert stats['models']['plain:latest']['requests'] == 1


def test_requests():
    server.reset()
    server.generate('plain', 'what you sent', options={'seed': 7})
    seen = server.get('/sim/requests').json()
    assert [(r['method'], r['path']) for r in seen] == [('POST', '/api/generate')]
    assert json.loads(seen[0]['body'])['options'] == {'seed': 7}
    assert 'Host: 127.0.0.1' in seen[0]['headers']


def test_config():
    reply = server.post('/sim/config', {'models': {'added': 'tokens=3', 'plain': None}})
    assert reply.status == 200
    assert len(server.generate('added').lines()) == 4
    assert server.generate('plain').status == 404
    server.post('/sim/config', {'models': {'added': 'tokens=6', 'plain': 'tokens=5'}})
    assert len(server.generate('added').lines()) == 7
    assert server.generate('plain').status == 200
    assert server.post('/sim/config', {'models': {'added': 'tokens=many'}}).status == 400
    assert len(server.generate('added').lines()) == 7


def test_config_slots():
    other = Server('--default', 'tokens=4', '--slots', '1')
    model = 'sim:duration=300'
    connections = [other.connect() for _ in range(4)]
    for connection in connections:
        connection.send('POST', '/api/generate', {'model': model, 'prompt': 'x'})
    other.wait(lambda stats: stats['generate']['in_flight'] == 4)
    assert other.stats()['generate']['running'] == 1
    other.post('/sim/config', {'slots': 4})
    assert other.stats()['generate']['running'] == 4
    assert all(len(connection.read().lines()) == 5 for connection in connections)
    other.stop()


# The demo.

def test_demo():
    other = Server('--demo')
    names = {model['name'] for model in other.get('/api/tags').json()['models']}
    assert names == {'demo:latest', 'demo-thinking:latest', 'demo-slow:latest'}
    start = time.monotonic()
    reply = other.generate('demo', '鱼香肉丝的做法', options={'num_predict': 30})
    rate = 30 / (time.monotonic() - start - 0.35)
    assert 10 < rate < 70, rate
    pieces = [line['response'] for line in reply.lines()]
    assert all(len(piece) <= 10 for piece in pieces)
    other.stop()


def test_demo_answers():
    # At full speed: the texts matter here.
    for prompt, parts in (('鱼香肉丝的做法', ['预置回答', '## 鱼香肉丝', '泡辣椒', '8. ']),
                          ('菠萝咕咾肉怎么做好吃?', ['预置回答', '## 菠萝咕咾肉', '番茄酱', '8. ']),
                          ('糖醋排骨的做法', ['预置回答', '## 糖醋排骨', '冰糖', '7. ']),
                          ('为什么天是蓝的？', ['预置回答', 'ollama pull']),
                          ('Why is the sky blue?', ['canned reply', 'ollama pull'])):
        reply = server.generate('sim:text=demo,thinking=auto', prompt)
        text = reply.text()
        assert all(part in text for part in parts), (prompt, text)
        assert ('演示' in text.splitlines()[0]) or ('demo' in text.splitlines()[0])
        assert '演示' in reply.text('thinking') or 'demo' in reply.text('thinking')
        assert reply.lines()[-1]['done_reason'] == 'stop'


if __name__ == '__main__':
    status = run(collect(__name__))
    server.stop()
    sys.exit(status)
