#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""antiphon-run -o FILE in every format, read by other programs: csv and json of Python, xmllint."""

import csv
import io
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

from harness import (RUN, Sim, case, contains, environment, equal, finish, main, prompts,
                     run, start, wait_until)

# What breaks tables, pages, fences and spreadsheets; the server answers with the prompt.
HOSTILE = ['<script>alert(1)</script>', '</pre></article><h1>&amp;', '"\'><img src=x onerror=y>',
           '```\n# no heading\n```', 'a,b;c\td', '"quoted"', 'line\nline\r\nline', '=1+1', '+1+1',
           '@SUM(A1)', '-1+1', "'=1", '＝1', '鱼香肉丝的做法', '👩‍👩‍👧‍👦', '\u202eRTL\u202c', 'مرحبا',
           '\x01\x1f\x7f', '\ufeff', '{{column}}', '| a |', ']]>', '<!--', '\\']

ECHO = 'sim:text=echo'

# With these a spreadsheet takes a cell for something to be computed.
FORMULA = re.compile(r'^\s*[=+\-@＝＋－＠\t\r\n]')


def hostile_lines():
    return '\n'.join(json.dumps({'prompt': text, 'custom_id': 'id-%d' % n})
                     for n, text in enumerate(HOSTILE))


def run_into(sim, name, *arguments, stdin=None):
    """What is in the file NAME after a run, as bytes, and what else there is in its folder."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name)
        result = run('-s', sim.url, '-m', ECHO, '-o', path, *arguments,
                     stdin=hostile_lines() if stdin is None else stdin)
        equal(result.status, 0, result.err)
        equal(result.out, '', 'standard output')
        with open(path, 'rb') as file:
            return file.read()


@case
def jsonl():
    with Sim() as sim:
        content = run_into(sim, 'a.jsonl')
    rows = [json.loads(line) for line in content.decode().splitlines()]
    equal(len(rows), len(HOSTILE))
    for row in rows:
        equal((row['prompt'], row['response']), (HOSTILE[row['index']],) * 2)
        equal(row['params'], {})
        assert re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z', row['time']), row['time']


@case
def json_array():
    with Sim() as sim:
        rows = json.loads(run_into(sim, 'a.json'))
    equal([row['index'] for row in rows], list(range(len(HOSTILE))), 'the order of input')
    equal([row['response'] for row in rows], HOSTILE)


def read_table(content, **options):
    text = content.decode('utf-8-sig')
    return list(csv.DictReader(io.StringIO(text, newline=''), **options))


def restore(cell):
    stripped = cell.lstrip("'")
    is_number = re.fullmatch(r'[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?', stripped)
    return cell[1:] if cell.startswith("'") and FORMULA.match(stripped) and not is_number else cell


@case
def tables():
    with Sim() as sim:
        for name, options in (('a.csv', {}), ('a.tsv', {'delimiter': '\t'})):
            content = run_into(sim, name)
            rows = read_table(content, **options)
            equal(len(rows), len(HOSTILE), name)
            for number, row in enumerate(rows):
                assert None not in row and None not in row.values(), row
                equal(row['_index'], str(number), 'the order of input')
                equal(restore(row['_prompt']), HOSTILE[number])
                equal(restore(row['_response']), HOSTILE[number])
                equal((row['_state'], row['_id']), ('done', 'id-%d' % number))
                for cell in row.values():
                    assert not FORMULA.match(cell), cell
            assert not content.startswith(b'\xef\xbb\xbf')
        assert run_into(sim, 'a.csv', '--bom').startswith(b'\xef\xbb\xbf')


@case
def html():
    with Sim() as sim, tempfile.NamedTemporaryFile(suffix='.html') as file:
        content = run_into(sim, 'a.html')
        file.write(content)
        file.flush()
        if shutil.which('xmllint'):
            subprocess.run(['xmllint', '--noout', file.name], check=True)
    root = ElementTree.fromstring(content)
    space = '{http://www.w3.org/1999/xhtml}'
    tags = {element.tag.replace(space, '') for element in root.iter()}
    equal(tags & {'script', 'img', 'iframe', 'object', 'link', 'a', 'form'}, set(), 'tags')
    for element in root.iter():
        for attribute in element.attrib:
            assert not attribute.startswith('on') and attribute not in ('src', 'href'), attribute
    articles = list(root.iter(space + 'article'))
    equal(len(articles), len(HOSTILE))
    for number, article in enumerate(articles):
        answer = next(e for e in article.iter(space + 'pre') if 'answer' in e.get('class'))
        text = ''.join(c if c in '\n\t' or ord(c) >= 0x20 and c != '\x7f'
                       else '\u2421' if c == '\x7f' else chr(0x2400 + ord(c))
                       for c in HOSTILE[number].replace('\r\n', '\n'))
        equal(''.join(answer.itertext()), text)
    assert any(element.tag.endswith('}svg') for element in root.iter()), 'the timeline'
    contains(content.decode(), 'prefers-color-scheme:dark')


@case
def markdown():
    with Sim() as sim:
        text = run_into(sim, 'a.md').decode()
    fences = re.findall(r'^(`{3,})text\n(.*?)\n\1$', text, re.M | re.S)
    blocks = [block.removesuffix('\n') for _, block in fences]
    for prompt in HOSTILE:
        assert blocks.count(prompt.removesuffix('\n')) == 2, prompt
    outside = re.sub(r'^(`{3,})text\n.*?\n\1$', '', text, flags=re.M | re.S)
    mark = '<!-- antiphon report -->'
    assert outside.startswith(mark), outside
    outside = outside[len(mark):]
    assert not re.search(r'(?<!\\)<', outside), outside
    equal(outside.count('\n### '), len(HOSTILE), 'headings')


def check_openai(row):
    """The shape of a line, as OpenAI's API description has it."""
    equal(list(row), ['id', 'custom_id', 'response', 'error'])
    assert isinstance(row['id'], str) and isinstance(row['custom_id'], str)
    if row['response'] is None:
        equal(sorted(row['error']), ['code', 'message'])
        return None
    equal(row['error'], None)
    response = row['response']
    equal(sorted(response), ['body', 'request_id', 'status_code'])
    if response['status_code'] != 200:
        assert isinstance(response['body']['error']['message'], str)
        return None
    body = response['body']
    equal(body['object'], 'chat.completion')
    assert isinstance(body['created'], int) and isinstance(body['model'], str)
    equal(body['usage']['total_tokens'],
          body['usage']['prompt_tokens'] + body['usage']['completion_tokens'])
    choice, = body['choices']
    equal((choice['index'], choice['message']['role'], choice['finish_reason']),
          (0, 'assistant', 'stop'))
    return choice['message']['content']


@case
def openai_batch():
    lines = [{'prompt': 'a', 'custom_id': 'A'}, {'prompt': 'b', 'model': 'nope'},
             {'prompt': 'c', 'model': 'sim:fault=rst'}]
    with Sim() as sim, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'out.openai.jsonl')
        result = run('-s', sim.url, '-m', ECHO, '--retries', '0', '-o', path,
                     stdin='\n'.join(map(json.dumps, lines)))
        equal(result.status, 1)
        with open(path, encoding='utf-8') as file:
            done = [json.loads(line) for line in file]
        with open(os.path.join(folder, 'out.openai-errors.jsonl'), encoding='utf-8') as file:
            errors = [json.loads(line) for line in file]
        hostile = [json.loads(line) for line in run_into(sim, 'b.openai.jsonl').splitlines()]
    equal([check_openai(row) for row in done], ['a'])
    equal([check_openai(row) for row in errors], [None, None])
    equal([row['custom_id'] for row in done + errors], ['A', 'request-2', 'request-3'])
    equal(errors[0]['response']['status_code'], 404)
    equal(errors[1]['error']['code'], 'transport')
    equal([check_openai(row) for row in hostile], HOSTILE)


@case
def the_second_file_is_no_less_safe():
    """The file of errors replaces nothing unasked, nor what is read, and goes when it is no longer true."""
    with Sim() as sim, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'out.openai.jsonl')
        beside = os.path.join(folder, 'out.openai-errors.jsonl')
        arguments = ['-s', sim.url, '-m', ECHO, '-o', path]
        with open(beside, 'w', encoding='utf-8') as file:
            file.write('{"prompt": "a"}\n')
        result = run(*arguments, '-p', 'a', summary=False)
        equal(result.status, 2)
        contains(result.err, 'out.openai-errors.jsonl” exists')
        result = run(*arguments, '--force', beside, summary=False)
        equal(result.status, 2)
        contains(result.err, 'is read as input')
        equal(os.listdir(folder), ['out.openai-errors.jsonl'])
        equal(run(*arguments, '--force', '-p', 'a').status, 0)
        equal(os.listdir(folder), ['out.openai.jsonl'])


@case
def promptfoo():
    with Sim() as sim:
        content = json.loads(run_into(sim, 'a.promptfoo.json'))
    equal(sorted(content), ['config', 'evalId', 'metadata', 'results', 'shareableUrl'])
    results = content['results']
    equal(results['version'], 3)
    equal(results['stats']['successes'], len(HOSTILE))
    equal([prompt['provider'] for prompt in results['prompts']], ['ollama:completion:' + ECHO])
    equal([row['response']['output'] for row in results['results']], HOSTILE)
    equal([row['prompt']['raw'] for row in results['results']], HOSTILE)
    for number, row in enumerate(results['results']):
        equal((row['testIdx'], row['promptIdx'], row['success'], row['failureReason']),
              (number, 0, True, 0))


@case
def a_format_by_name():
    with Sim() as sim:
        result = run('-s', sim.url, '-m', ECHO, '--output-format', 'csv', *prompts('a', 'b'))
        equal([row['_response'] for row in read_table(result.out.encode())], ['a', 'b'])
        content = run_into(sim, 'a.csv', '--output-format', 'json')
        equal(len(json.loads(content)), len(HOSTILE))
        wrong = run('--output-format', 'xlsx', '-p', 'a', summary=False)
    equal(wrong.status, 2)
    contains(wrong.err, 'jsonl, json, csv')


@case
def nothing_is_left_behind():
    with Sim() as sim, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'out.csv')
        ask = ['-s', sim.url, '-m', ECHO, '-o', path, *prompts('a')]
        equal(run(*ask).status, 0)
        equal(os.listdir(folder), ['out.csv'])
        again = run(*ask)
        equal(again.status, 2)
        contains(again.err, '--force')
        equal(run('--force', *ask).status, 0)
        equal(os.listdir(folder), ['out.csv'])
        equal(run('-s', sim.url, '-m', ECHO, '-o', '/dev/null', '--output-format', 'html',
                  *prompts('a')).status, 0)


@case
def a_suffix_that_means_nothing_is_refused():
    with Sim() as sim, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'out.xlsx')
        ask = ['-s', sim.url, '-m', ECHO, '-o', path, *prompts('a')]
        result = run(*ask)
        equal((result.status, os.listdir(folder)), (2, []))
        contains(result.err, '“.xlsx”')
        contains(result.err, '.jsonl, .ndjson, .json, .csv')
        equal(run(*ask, '--output-format', 'jsonl').status, 0)
        equal(run('-s', sim.url, '-m', ECHO, '-o', os.path.join(folder, 'rows'),
                  *prompts('a')).status, 0)
        with open(os.path.join(folder, 'rows'), encoding='utf-8') as file:
            equal(json.loads(file.read())['prompt'], 'a')


@case
def a_report_is_not_asked():
    with Sim() as sim, tempfile.TemporaryDirectory() as folder:
        for name in ('out.html', 'out.md'):
            path = os.path.join(folder, name)
            equal(run('-s', sim.url, '-m', ECHO, '-o', path, *prompts('a')).status, 0)
            result = run('-s', sim.url, '-m', ECHO, path)
            equal((result.status, result.out), (1, ''))
            contains(result.err, 'Export as JSON Lines')


@case
def rows_survive_what_kills_the_run():
    """A report is written in the end; until then the rows are there as they come."""
    with Sim() as sim, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'out.html')
        rows = path + '.jsonl'
        ask = ['-s', sim.url, '-m', 'sim:text=echo,duration=300', '-j', '2', '-o', path,
               *prompts(*'abcdefgh')]
        process = start(*ask)
        wait_until(lambda: os.path.exists(rows) and os.path.getsize(rows) > 0, 'a row')
        process.send_signal(signal.SIGKILL)
        finish(process)
        assert not os.path.exists(path)
        equal(run(*ask).status, 2, 'what is there is not overwritten')
        result = run('--resume', *ask)
        equal(result.status, 0, result.err)
        assert result.summary['jobs'] < 8, result.summary
        equal(os.listdir(folder), ['out.html'])
        with open(path, encoding='utf-8') as file:
            equal(file.read().count('<article'), 8)
        done = run('--resume', *ask)
        equal(done.status, 2)
        contains(done.err, 'complete')


def no_room(size):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    return limit


@case
def a_report_that_cannot_be_written():
    """The old one stays, and the rows are kept: nothing is lost."""
    with Sim() as sim, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'out.html')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('old')
        ask = ['-s', sim.url, '-m', ECHO, '-o', path, *prompts('a')]
        # There is room for the row, not for the page.
        process = subprocess.run([RUN, '--force', *ask], capture_output=True, text=True,
                                 env=environment(), preexec_fn=no_room(3000), check=False)
        equal(process.returncode, 1, process.stderr)
        contains(process.stderr, 'out.html')
        contains(process.stderr, '--resume')
        with open(path, encoding='utf-8') as file:
            equal(file.read(), 'old')
        equal(sorted(os.listdir(folder)), ['out.html', 'out.html.jsonl'])
        equal(run('--resume', *ask).status, 0)
        equal(os.listdir(folder), ['out.html'])
        assert os.path.getsize(path) > 3000


@case
def a_full_disk():
    """Rows that cannot be written end the run; those that were are whole."""
    with Sim() as sim, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'out.jsonl')
        ask = ['-s', sim.url, '-m', ECHO, '-o', path, *prompts(*map(str, range(50)))]
        process = subprocess.run([RUN, *ask], capture_output=True, text=True, env=environment(),
                                 preexec_fn=no_room(5000), check=False)
        equal(process.returncode, 1, process.stderr)
        contains(process.stderr, 'out.jsonl')
        equal(run('--resume', *ask).status, 0)
        with open(path, encoding='utf-8') as file:
            equal(sorted(json.loads(line)['index'] for line in file), list(range(50)))


@case
def record():
    ask = ['-m', 'own:7b', '--record', '--option', 'seed=7', '-p', 'a']
    with Sim('--model', 'own:7b=text=echo') as sim, tempfile.TemporaryDirectory() as folder:
        result = run('-s', sim.url, *ask)
        body, = [body for body in sim.bodies() if 'prompt' in body]
        path = os.path.join(folder, 'a.json')
        equal(run('-s', sim.url, '-o', path, *ask).status, 0)
        with open(path, encoding='utf-8') as file:
            converted, = json.load(file)
    record = result.rows[0]['record']
    equal(record['body'], body, 'the request as it went out')
    equal((record['seed'], record['in_flight'], record['api']), (7, 1, 'ollama'))
    assert record['version'] and record['digest'], record
    equal({**converted['record'], 'server': None}, {**record, 'server': None},
          'it survives the way to another format')


if __name__ == '__main__':
    main()
