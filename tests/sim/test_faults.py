#!/usr/bin/python3
# test_faults.py
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""antiphon-sim: everything that can go wrong on purpose."""

import json
import sys
import time
from email.utils import parsedate_to_datetime

from simlib import Server, collect, run

server = Server('--default', 'tokens=8,text=count')
WHOLE = '1 2 3 4 5 6 7 8 '
BUSY = 'server busy, please try again.  maximum pending requests exceeded'
RUNNER = 'an error was encountered while running the model: unexpected EOF'


def generate(fault, **members):
    return server.generate('sim:fault=' + fault, **members)


def openai(fault, **members):
    return server.openai('sim:fault=' + fault, **members)


# Which requests it strikes.

def test_every():
    statuses = [generate('busy,every=3').status for _ in range(7)]
    assert statuses == [200, 200, 503, 200, 200, 503, 200], statuses


def test_first():
    statuses = [generate('busy,first=2').status for _ in range(4)]
    assert statuses == [503, 503, 200, 200], statuses
    assert server.stats()['models']['sim:fault=busy,first=2']['faults'] == 2
    server.reset()
    assert generate('busy,first=2').status == 503


def test_load_requests_are_spared():
    assert server.post('/api/generate', {'model': 'sim:fault=busy'}).status == 200


# Instead of an answer.

def test_busy():
    for reply in (generate('busy'), generate('busy', stream=False), server.chat('sim:fault=busy')):
        assert (reply.status, reply.json()) == (503, {'error': BUSY})
        assert 'retry-after' not in reply.headers
    error = openai('busy').json()['error']
    assert error == {'message': BUSY, 'type': 'api_error', 'param': None, 'code': 503}


def test_retry_after():
    for fault, status in (('busy-retry-after', 503), ('rate-limit', 429)):
        reply = generate(fault + ',retry=7')
        assert (reply.status, reply.headers['retry-after']) == (status, '7')
        reply = openai(fault + '-date,retry=7')
        assert reply.status == status
        wait = parsedate_to_datetime(reply.headers['retry-after']).timestamp() - time.time()
        assert 4 < wait <= 7, wait


def test_quota():
    reply = generate('quota')
    assert reply.status == 429 and 'session usage limit' in reply.json()['error']


def test_status_json():
    for status in (400, 401, 403, 404, 413, 429, 500, 502, 503, 504):
        reply = generate('status-%d' % status)
        assert reply.status == status and isinstance(reply.json()['error'], str)
        reply = openai('status-%d' % status)
        assert reply.status == status and isinstance(reply.json()['error']['message'], str)
    assert generate('status-401').json()['signin_url'].startswith('https://ollama.com/connect')
    assert generate('status-418').json() == {'error': 'simulated failure'}


def test_status_bodies():
    reply = generate('status-500-text')
    assert reply.headers['content-type'].startswith('text/plain') and b'runner' in reply.body
    reply = generate('status-413-html')
    assert reply.headers['content-type'] == 'text/html' and b'<h1>413 Request' in reply.body
    reply = generate('status-403-empty')
    assert (reply.status, reply.body) == (403, b'')
    inner = json.loads(generate('status-400-nested').json()['error'])
    assert inner['error']['code'] == 400 and inner['error']['message']
    assert isinstance(openai('status-401-string').json()['error'], str)
    flat = openai('status-400-flat').json()
    assert flat['object'] == 'error' and flat['code'] == 400 and flat['message']
    assert isinstance(openai('status-422-detail').json()['detail'], str)
    assert openai('status-429-string-code').json()['error']['code'] == '429'
    legacy = generate('status-429-legacy').json()
    assert legacy['StatusCode'] == 429 and legacy['Status'] == '429 Too Many Requests'


def test_redirect():
    for status in (301, 302, 307, 308):
        reply = generate('redirect-%d' % status)
        assert reply.status == status
        assert reply.headers['location'] == 'http://127.0.0.1:%d/' % server.port


def test_stall_headers():
    connection = server.connect()
    connection.send('POST', '/api/generate', {'model': 'sim:fault=stall-headers', 'prompt': 'x'})
    reply = connection.read(timeout=0.3)
    assert (reply.end, reply.status, reply.rest) == ('timeout', 0, b'')
    assert server.stats()['generate']['in_flight'] == 1
    connection.close()
    server.wait(lambda stats: stats['generate']['in_flight'] == 0)


def test_close_before_headers():
    reply = generate('close-before-headers')
    assert (reply.end, reply.status, reply.rest) == ('eof', 0, b'')


# At a token.

def test_error_line():
    reply = generate('error-line@3')
    assert (reply.status, reply.end, reply.text()) == (200, 'ok', '1 2 3 ')
    assert reply.lines()[-1] == {'error': RUNNER} and len(reply.lines()) == 4
    assert server.chat('sim:fault=error-line').lines()[-1] == {'error': RUNNER}
    reply = generate('error-line', stream=False)
    assert (reply.status, reply.json()) == (500, {'error': RUNNER})


def test_error_first_line():
    reply = generate('error-first-line')
    assert (reply.status, reply.lines()) == (200, [{'error': RUNNER}])
    reply = generate('error-first-line', stream=False)
    assert (reply.status, reply.json()) == (200, {'error': RUNNER})


def test_no_done():
    reply = generate('no-done@5')
    assert (reply.end, reply.text()) == ('ok', '1 2 3 4 5 ')
    assert not any(line['done'] for line in reply.lines())
    assert generate('no-done', stream=False).json()['done'] is False
    reply = openai('no-done@2')
    assert reply.end == 'ok' and reply.deltas() == '1 2 '
    assert all(event['choices'][0]['finish_reason'] is None for event in reply.events())


def test_done_false():
    lines = generate('done-false').lines()
    assert len(lines) == 9 and lines[-1]['done'] is False and 'eval_count' not in lines[-1]
    body = generate('done-false', stream=False).json()
    assert body['done'] is False and body['response'] == WHOLE
    body = openai('done-false', stream=False).json()
    assert body['choices'][0]['finish_reason'] is None


def test_cut_boundary():
    reply = generate('cut-boundary,at=2')
    assert (reply.end, reply.rest, len(reply.chunks)) == ('eof', b'', 2)
    assert generate('cut-boundary@0').status == 200
    reply = generate('cut-boundary', stream=False)
    assert reply.end == 'eof' and 0 < len(reply.rest) < int(reply.headers['content-length'])


def test_cut_chunk():
    reply = generate('cut-chunk@2')
    assert reply.end == 'eof' and len(reply.chunks) == 2 and reply.rest.startswith(b'{"model"')
    reply = openai('cut-chunk@2')
    assert reply.end == 'eof' and reply.rest.startswith(b'data: {')


def test_rst():
    reply = generate('rst@3')
    assert reply.end == 'reset' and len(reply.chunks) == 3
    assert generate('rst', stream=False).end == 'reset'


def test_stall():
    for members in ({}, {'stream': False}):
        connection = server.connect()
        connection.send('POST', '/api/generate',
                        {'model': 'sim:fault=stall@3', 'prompt': 'x', **members})
        reply = connection.read(timeout=0.3)
        assert reply.end == 'timeout' and len(reply.chunks) == (0 if members else 3)
        server.reset()
        connection.close()
        server.wait(lambda stats: stats['disconnects']['count'] == 1)


def test_stall_keeps_its_slot():
    model = 'sim:fault=stall@1,first=1,slots=1'
    stalled = server.connect()
    stalled.send('POST', '/api/generate', {'model': model, 'prompt': 'x'})
    assert stalled.read(timeout=0.2).end == 'timeout'
    waiting = server.connect()
    waiting.send('POST', '/api/generate', {'model': model, 'prompt': 'x'})
    assert waiting.read(timeout=0.2).end == 'timeout'
    stalled.close()
    assert waiting.read().text() == WHOLE


def test_huge_line():
    reply = generate('huge-line@2')
    sizes = [len(chunk) for chunk in reply.chunks]
    assert sizes[2] > 5 << 20 and max(sizes[:2] + sizes[3:]) < 1000
    assert reply.lines()[-1]['done']
    assert len(generate('huge-line', stream=False).json()['response']) > 5 << 20


def test_bad_utf8():
    for reply in (generate('bad-utf8'), generate('bad-utf8', stream=False), openai('bad-utf8')):
        assert b'"\xff\xfe\xc3("' in reply.body or b'\xff\xfe\xc3(' in reply.body
        assert reply.end == 'ok'


def test_deep():
    reply = generate('deep@2')
    assert reply.chunks[2].count(b'[') == reply.chunks[2].count(b']') == 100000
    assert reply.chunks[1].count(b'[') == 0
    assert generate('deep', stream=False).body.count(b'[') > 100000


def test_null_response():
    lines = generate('null-response@2').lines()
    assert lines[2]['response'] is None and lines[3]['response'] == '4 '
    assert openai('null-response@0').events()[1]['choices'][0]['delta'] == {'content': None}


def test_wrong_types():
    lines = generate('wrong-types@1').lines()
    assert lines[1]['response'] == 42 and lines[1]['done'] == 'no' and len(lines) == 10
    assert generate('wrong-types', stream=False).json()['response'] == 42


# Framing.

def test_early_headers():
    connection = server.connect()
    start = time.monotonic()
    connection.send('POST', '/api/generate',
                    {'model': 'sim:fault=early-headers,ttft=300', 'prompt': 'x'})
    reply = connection.read()
    assert reply.end_time - start > 0.29 and reply.end_time - reply.header_time > 0.1
    assert reply.text() == WHOLE


def test_two_lines():
    reply = generate('two-lines')
    assert [chunk.count(b'\n') for chunk in reply.chunks] == [2, 2, 2, 2, 1]
    assert reply.text() == WHOLE and reply.lines()[-1]['done']
    assert openai('two-lines').deltas() == WHOLE


def test_split():
    reply = server.generate('sim:fault=split,text=echo,tokens=auto', '中文 <b>\U0001f600')
    assert max(len(chunk) for chunk in reply.chunks) <= 3
    assert reply.text() == '中文 <b>\U0001f600' and reply.lines()[-1]['done']
    assert any(chunk.startswith(b'u0') for chunk in reply.chunks) or (
        any(chunk.endswith(b'\\') for chunk in reply.chunks))

    def is_cut(chunk):
        try:
            chunk.decode()
        except UnicodeDecodeError:
            return True
        return False
    assert any(is_cut(chunk) for chunk in reply.chunks)
    assert openai('split').deltas() == WHOLE


def test_crlf():
    reply = generate('crlf')
    assert reply.body.count(b'\r\n') == reply.body.count(b'\n') == 9 and reply.text() == WHOLE
    reply = openai('crlf')
    assert b'\r\n\r\n' in reply.body and reply.deltas() == WHOLE


def test_no_newline():
    reply = generate('no-newline')
    assert reply.body.endswith(b'}') and reply.text() == WHOLE and reply.lines()[-1]['done']
    assert openai('no-newline').body.endswith(b'data: [DONE]')


def test_blank_lines():
    reply = generate('blank-lines')
    assert reply.body.startswith(b'\n\r\n{') and reply.text() == WHOLE


def test_unknown_fields():
    for reply in (generate('unknown-fields'), generate('unknown-fields', stream=False)):
        assert reply.lines()[0]['unknown']['none'] is None and reply.text() == WHOLE
    assert openai('unknown-fields').deltas() == WHOLE


# Server-sent events.

def test_sse_ping():
    reply = openai('sse-ping')
    assert b': ping\n\ndata: ' in reply.body and reply.deltas() == WHOLE


def test_sse_no_space():
    reply = openai('sse-no-space')
    assert b'data: ' not in reply.body and b'data:[DONE]' in reply.body
    assert reply.deltas() == WHOLE


def test_sse_no_done():
    reply = openai('sse-no-done')
    assert b'[DONE]' not in reply.body and reply.deltas() == WHOLE
    assert reply.events()[-1]['choices'][0]['finish_reason'] == 'stop'


def test_sse_null_content():
    delta = openai('sse-null-content').events()[0]['choices'][0]['delta']
    assert delta == {'role': 'assistant', 'content': None}


def test_sse_empty_choices():
    reply = openai('sse-empty-choices')
    assert [event['choices'] for event in reply.events()[:-1]].count([]) == 1
    assert reply.deltas() == WHOLE


def test_sse_errors():
    for fault in ('sse-error', 'error-line'):
        events = openai(fault + '@2').events()
        assert events[-1]['error']['message'] == RUNNER and len(events) == 4
        assert events[-1]['error']['code'] == 500
    events = openai('sse-error-done@2').events()
    assert 'error' in events[-2] and events[-1] == '[DONE]'
    reply = openai('sse-error-old@2')
    assert reply.body.split(b'\n\n')[-2].startswith(b'error: {"error":')
    assert b'[DONE]' not in reply.body
    assert openai('sse-error', stream=False).status == 500
    assert generate('sse-error').lines()[-1] == {'error': RUNNER}


# After the reply.

def test_idle_close():
    connection = server.connect()
    body = {'model': 'sim:fault=idle-close', 'prompt': 'x'}
    for _ in range(2):
        connection.send('POST', '/api/generate', body)
        assert connection.read().text() == WHOLE
    start = time.monotonic()
    assert connection.at_end() and 0.05 < time.monotonic() - start < 2


def test_stale_close():
    connection = server.connect()
    body = {'model': 'sim:fault=stale-close', 'prompt': 'x'}
    connection.send('POST', '/api/generate', body)
    assert connection.read().text() == WHOLE
    assert not connection.at_end(0.3)
    connection.send('POST', '/api/generate', body)
    assert connection.read().end in ('eof', 'reset')
    assert server.generate('sim:fault=stale-close').text() == WHOLE


def test_slow_accept():
    assert generate('slow-accept').text() == WHOLE
    start = time.monotonic()
    assert server.get('/').status == 200
    assert 1 < time.monotonic() - start < 10


def test_server_is_unharmed():
    assert server.generate('sim').text() == WHOLE
    server.stop()


if __name__ == '__main__':
    sys.exit(run(collect(__name__)))
