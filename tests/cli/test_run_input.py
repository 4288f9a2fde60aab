#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""antiphon-run: what files of every kind ask, templates, and what rows are multiplied by."""

import json
import os
import tempfile

from harness import Sim, case, contains, equal, main, run

TABLE = 'id,language,text\n1,French,Good morning\n2,,"Two, please"\n'


def with_file(content, name='table.csv'):
    """A folder with one file of these bytes."""
    folder = tempfile.TemporaryDirectory()
    path = os.path.join(folder.name, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    return folder, path


def ask(content, *arguments, name='table.csv', status=0, model=('-m', 'sim:text=echo')):
    folder, path = with_file(content, name)
    with folder, Sim() as sim:
        result = run('-s', sim.url, *model, *arguments, path)
        equal(result.status, status, 'status: ' + result.err)
        result.bodies = sim.bodies()
    return result


@case
def template():
    result = ask(TABLE, '--template', 'Translate into {{language|German}}: {{text}} {{{{')
    rows = result.by_index
    equal([rows[i]['prompt'] for i in range(2)],
          ['Translate into French: Good morning {{', 'Translate into German: Two, please {{'])
    equal(rows[1]['vars'], {'id': '2', 'language': '', 'text': 'Two, please'}, 'columns')
    equal(rows[1]['id'], '2', 'id')
    equal(rows[1]['response'], 'Translate into German: Two, please {{')


@case
def template_file():
    folder, path = with_file('Say {{text}}', 'template.txt')
    with folder:
        result = ask(TABLE, '-t', '@' + path)
    equal(sorted(r['prompt'] for r in result.rows), ['Say Good morning', 'Say Two, please'])


@case
def column():
    result = ask(TABLE, '--column', 'language', status=1)
    equal([r['prompt'] for r in result.rows], ['French'])
    contains(result.err, 'line 3: its prompt is empty')
    result = ask('a,b\n1,2\n', status=1)
    contains(result.err, 'Say which column is the prompt')
    result = ask('a,b\n1,2\n', '-t', '{{c|x}}', status=1)
    contains(result.err, 'There is no column “c”')


@case
def encodings_and_delimiters():
    text = 'id;prompt\n1;鱼香肉丝的做法\n'
    for encoding in ('utf-8', 'utf-8-sig', 'utf-16', 'gb18030'):
        result = ask(text.encode(encoding))
        equal([r['prompt'] for r in result.rows], ['鱼香肉丝的做法'], encoding)
    result = ask('プロンプト\nこんにちは\n'.encode('shift_jis'), '--encoding', 'shift_jis', '--column',
                 'プロンプト')
    equal([r['prompt'] for r in result.rows], ['こんにちは'])
    result = ask('a:b\nx:y\n', '--delimiter', ':', '--no-header', '--column', 'column2')
    equal(sorted(r['prompt'] for r in result.rows), ['b', 'y'])


@case
def blocks():
    text = 'One\ntwo\n\nThree\n---\nFour\n'
    result = ask(text, name='a.txt')
    equal(sorted(r['prompt'] for r in result.rows), ['Four', 'One\ntwo\n\nThree'])
    result = ask(text, '--split', 'blank-lines', name='a.txt')
    equal(sorted(r['prompt'] for r in result.rows), ['One\ntwo', 'Three\n---\nFour'])
    result = ask(text, '--split', 'lines', name='a.txt')
    equal(len(result.rows), 5)


@case
def grid():
    result = ask('prompt\np\n', '--vary', 'temperature=0,0.5', '--repeat', '2', '--option', 'seed=7',
                 model=('-m', 'sim:text=echo', '-m', 'sim:text=recipe'))
    equal([r['model'] for r in (result.by_index[i] for i in range(8))],
          ['sim:text=echo'] * 4 + ['sim:text=recipe'] * 4)
    options = [json.dumps(b['options'], sort_keys=True) for b in result.bodies
               if b.get('prompt') == 'p']
    equal(sorted(set(options)), ['{"seed": 7, "temperature": 0.5}', '{"seed": 7, "temperature": 0}',
                                 '{"seed": 8, "temperature": 0.5}', '{"seed": 8, "temperature": 0}'])
    equal(len(options), 8)


@case
def pictures():
    folder, _ = with_file(b'GIF89a', 'photos/a.gif')
    with folder, Sim() as sim:
        with open(os.path.join(folder.name, 'photos', 'notes.txt'), 'w', encoding='utf-8') as file:
            file.write('no picture')
        with open(os.path.join(folder.name, 'list.csv'), 'w', encoding='utf-8') as file:
            file.write('prompt,image\nWhat is it?,photos/a.gif\nAnd this?,photos/missing.png\n')
        result = run('-s', sim.url, '-m', 'sim:text=echo', '-t', 'Describe {{name}}',
                     os.path.join(folder.name, 'photos'))
        equal([r['prompt'] for r in result.rows], ['Describe a'])
        equal([b['images'] for b in sim.bodies() if b.get('prompt')], [['R0lGODlh']])
        result = run('-s', sim.url, '-m', 'sim:text=echo', os.path.join(folder.name, 'list.csv'))
        equal(result.status, 1, 'status')
        equal([r['state'] for r in (result.by_index[i] for i in range(2))], ['done', 'failed'])
        contains(result.by_index[1]['error']['message'], 'There is no picture')
        equal(result.by_index[1]['attempts'], 1, 'attempts')
        result = run('-s', sim.url, os.path.join(folder.name, 'photos'))
        equal(result.status, 2, 'status')
        contains(result.err, 'say with --template')


@case
def results_again():
    """What a run has written asks the same again."""
    first = ask(TABLE, '-t', '{{text}}', '--option', 'seed=3', '--system', 'Be brief.')
    again = ask(first.out, name='out.jsonl', model=())
    key = lambda r: json.dumps([r[k] for k in ('id', 'model', 'prompt', 'vars', 'params', 'images')])
    equal(sorted(map(key, again.rows)), sorted(map(key, first.rows)))


@case
def bad_rows():
    result = ask('prompt,n\ngood,1\nbad,2,3\n"open,4\nlast,5\n', status=1)
    equal(sorted(r['prompt'] for r in result.rows), ['good', 'last'])
    contains(result.err, 'line 3: it has 3 cells where there are 2 columns')
    contains(result.err, 'line 4: a quote in it is never closed')


@case
def nothing_in_it():
    for content in ('', '\n\n'):
        result = run('-s', 'http://localhost:1', '-m', 'm', stdin=content)
        equal((result.status, result.summary['jobs']), (0, 0), result.err)
        contains(result.err, 'There are no prompts in the input.')


@case
def wrong_options():
    for arguments, message in [
            (('--template', 'a {{'), 'without “}}”'),
            (('--delimiter', 'xx'), 'what is between two cells'),
            (('--encoding', 'nonsense'), 'there is no encoding “nonsense”'),
            (('--repeat', '0'), 'a number from 1'),
            (('--vary', 'temprature=1'), 'did you mean “temperature”'),
            (('--vary', 'seed=1,2', '--repeat', '2'), 'seed of its own'),
            (('--split', 'words'), 'lines, dashes'),
            (('--column', 'a', '-t', 'b'), 'leave out one')]:
        result = run('-s', 'http://localhost:1', *arguments, '-p', 'x')
        equal(result.status, 2, ' '.join(arguments))
        contains(result.err, message)


main()
