# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of antiphon-run share: the simulated server, runs of the program, and TAP."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.request

SIM = os.environ['ANTIPHON_SIM']
RUN = os.environ['ANTIPHON_RUN']

# A run that takes this long hangs.
TIMEOUT = 60

cases = []
# What the case that runs has started.
processes = []


class Skipped(Exception):
    """A test that cannot run here; the text says why."""


def case(function):
    cases.append(function)
    return function


def note(text):
    """A remark in the test's output."""
    for line in str(text).splitlines():
        print('#', line, flush=True)


def begun(*command, **options):
    """A process that does not outlive the case, also one that fails while it is stopped."""
    process = subprocess.Popen(command, text=True, **options)
    processes.append(process)
    return process


def end_all():
    while processes:
        process = processes.pop()
        process.kill()
        process.wait()


def main():
    wanted = sys.argv[1:]
    chosen = [c for c in cases if not wanted or c.__name__ in wanted]
    failed = 0
    print('1..%d' % len(chosen), flush=True)
    for number, function in enumerate(chosen, 1):
        try:
            function()
            print('ok %d - %s' % (number, function.__name__), flush=True)
        except Skipped as reason:
            print('ok %d - %s # SKIP %s' % (number, function.__name__, reason), flush=True)
        except Exception:
            failed += 1
            print('not ok %d - %s' % (number, function.__name__), flush=True)
            note(traceback.format_exc())
        finally:
            end_all()
    sys.exit(1 if failed else 0)


def equal(got, expected, what=''):
    assert got == expected, '%s: %r is not %r' % (what, got, expected)


def contains(text, part):
    assert part in text, '%r is not in %r' % (part, text)


def wait_until(condition, what, seconds=TIMEOUT):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


class Sim:
    """The simulated server; ends with the block."""

    def __init__(self, *arguments):
        self.arguments = arguments

    def __enter__(self):
        self.process = begun(SIM, '--until-eof', *self.arguments,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        assert line.startswith('listening on '), line
        self.url = line.split()[-1]
        return self

    def __exit__(self, *_):
        # One that is stopped does not see the end of its input.
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.close()
        self.process.stdout.close()
        equal(self.process.wait(TIMEOUT), 0, 'exit status of the sim')

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=TIMEOUT) as reply:
            return json.load(reply)

    def is_idle(self, seconds):
        """Whether nothing is asked for so long."""
        before = self.get('/sim/stats')['requests']['by_path'].get('/api/generate', 0)
        time.sleep(seconds)
        stats = self.get('/sim/stats')
        return (stats['requests']['by_path'].get('/api/generate', 0) == before
                and stats['generate']['in_flight'] == 0)

    def bodies(self):
        """The bodies of the requests that were made."""
        return [json.loads(r['body']) for r in self.get('/sim/requests')
                if r['path'] in ('/api/generate', '/api/chat')]


def environment(**changes):
    result = {k: v for k, v in os.environ.items() if k not in ('OLLAMA_HOST', 'NO_COLOR')}
    result.update(changes)
    return result


def start(*arguments, **options):
    options.setdefault('stdin', subprocess.DEVNULL)
    options.setdefault('env', environment())
    return begun(RUN, *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def finish(process, timeout=TIMEOUT):
    """The rest of what a program says, to its end; communicate() would lose what readline() has
    read ahead."""
    if process.stdin is not None:
        process.stdin.close()
    timer = threading.Timer(timeout, process.kill)
    timer.start()
    try:
        out, err = process.stdout.read(), process.stderr.read()
        process.wait()
    finally:
        timer.cancel()
    return out, err


class Result:
    def __init__(self, status, out, err, summary=None):
        self.status, self.out, self.err, self.summary = status, out, err, summary

    @property
    def rows(self):
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def by_index(self):
        return {row['index']: row for row in self.rows}


def run(*arguments, stdin='', env=None, summary=True):
    """Runs antiphon-run to its end, by default with --summary."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'summary.json')
        if summary:
            arguments = ('--summary', path, *arguments)
        process = subprocess.run([RUN, *arguments], input=stdin, capture_output=True, text=True,
                                 timeout=TIMEOUT, env=env or environment(), check=False)
        content = None
        if os.path.exists(path):
            with open(path, encoding='utf-8') as file:
                content = json.load(file)
    # By a signal it must not end, nor by one of GLib's criticals.
    assert process.returncode >= 0, '%s: %s' % (signal.Signals(-process.returncode), process.stderr)
    return Result(process.returncode, process.stdout, process.stderr, content)


def prompts(*texts):
    """-p for each text."""
    return [part for text in texts for part in ('-p', text)]
