#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""antiphon-run against a real llama-server with a model of random weights: what no simulation of
ours can prove. Started by real.sh."""

import json
import os
import signal
import time
import urllib.request

from harness import case, contains, equal, finish, main, note, prompts, run, start, wait_until

URL = os.environ['LLAMA_URL'] + '/v1,api=openai'
FEW = ['--option', 'num_predict=8']


def get(path):
    with urllib.request.urlopen(os.environ['LLAMA_URL'] + path, timeout=30) as reply:
        return json.load(reply)


def busy_slots():
    return sum(slot['is_processing'] for slot in get('/slots'))


@case
def an_answer():
    # What it makes up may also end before, unless it is always the same.
    result = run('-s', URL, *FEW, '--deterministic', '-p', 'Once upon a time')
    equal(result.status, 0, result.err)
    row, = result.rows
    equal((row['state'], row['model'], row['done_reason'], row['marks']),
          ('done', 'tiny', 'length', ['length']))
    equal(row['metrics']['answer_tokens'], 8)
    assert row['metrics']['prompt_tokens'] > 5, row
    assert row['response'], row


@case
def two_hundred_at_four_slots():
    result = run('-s', URL, *FEW, '-j', '8', *prompts(*('prompt %d' % n for n in range(200))))
    equal(result.status, 0, result.err)
    equal(sorted(row['index'] for row in result.rows), list(range(200)))
    equal(result.summary['done'], 200)
    note('%.1f prompts/s' % (200 / result.summary['wall_s']))


@case
def the_slots_are_found_out():
    result = run('-s', URL, *FEW, '-j', 'auto', *prompts(*(str(n) for n in range(40))))
    contains(result.err, 'this server says that it answers 4 at a time')
    equal(result.summary['peak_in_flight'], 4)


@case
def the_same_seed_gives_the_same_answer():
    texts = set()
    for _ in range(3):
        result = run('-s', URL, *FEW, '--deterministic', '--record', '-p', 'Once upon a time')
        texts.add(result.rows[0]['response'])
        record = result.rows[0]['record']
        equal(record['seed'], 0, record)
        assert record['version'], record
    equal(len(texts), 1, texts)


@case
def a_prompt_longer_than_the_context():
    result = run('-s', URL, *FEW, '--retries', '0', '-p', 'word ' * 5000)
    equal(result.status, 1)
    row, = result.rows
    equal((row['error']['class'], row['error']['status']), ('permanent', 400), row['error'])
    contains(row['error']['message'], 'room for')


@case
def an_answer_in_a_schema():
    schema = {'type': 'object', 'properties': {'a': {'type': 'boolean'}}, 'required': ['a'],
              'additionalProperties': False}
    result = run('-s', URL, '--option', 'num_predict=200', '--format', json.dumps(schema),
                 *prompts('one', 'two'))
    equal(result.status, 0, result.err)
    for row in result.rows:
        if row['done_reason'] == 'stop':
            assert isinstance(json.loads(row['response'])['a'], bool), row['response']
        else:
            contains(row['marks'], 'length')


@case
def raw_prompts():
    with_raw = json.dumps({'prompt': 'Once', 'raw': True, 'options': {'num_predict': 4}})
    result = run('-s', URL, stdin=with_raw)
    equal(result.status, 0, result.err)
    equal(result.rows[0]['metrics']['answer_tokens'], 4)


@case
def what_is_interrupted_frees_its_slots():
    process = start('-s', URL, '--option', 'num_predict=1500', '--option', 'seed=1', '-j', '4',
                    *prompts(*('Once upon a time %d' % n for n in range(50))))
    wait_until(lambda: busy_slots() >= 1, 'it is working')
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, err = finish(process)
    equal(process.returncode, 130, err)
    wait_until(lambda: busy_slots() == 0, 'the slots are free', 20)
    note('free after %.2f s' % (time.monotonic() - began))


@case
def no_such_path_and_no_key():
    result = run('-s', os.environ['LLAMA_URL'] + '/nowhere/v1,api=openai', '--retries', '0',
                 '-m', 'tiny', '-p', 'a')
    equal(result.rows[0]['error']['status'], 404, result.rows)


main()
