#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A night's work in minutes: many prompts through antiphon-run, of which one in twenty meets a fault.

All have to end, each exactly once; and from the time it has warmed up to its end the program must not
grow, in memory, in open files or in threads, nor say anything critical.

    soak.py [PROMPTS]      100,000 by default, some two minutes
"""

import json
import os
import subprocess
import sys
import tempfile
import time

SIM = os.environ['ANTIPHON_SIM']
RUN = os.environ['ANTIPHON_RUN']

# What breaks on the way or at the server, of each kind. They are tried again, and succeed.
FAULTS = ['busy', 'rate-limit', 'status-500', 'status-502', 'close-before-headers', 'error-line',
          'error-first-line', 'no-done', 'cut-boundary', 'cut-chunk', 'rst', 'done-false', 'deep',
          'stale-close', 'idle-close']

# Growth per 100,000 prompts that is not told from noise.
LARGEST_SLOPE_KIB = 2048
WARM_UP = 0.25


def look(pid):
    """(KiB resident, open files, threads) of a process, or None when it is gone."""
    try:
        with open('/proc/%d/status' % pid, encoding='ascii') as file:
            status = dict(line.split(':', 1) for line in file)
        return (int(status['VmRSS'].split()[0]), len(os.listdir('/proc/%d/fd' % pid)),
                int(status['Threads']))
    except (OSError, KeyError):
        return None


def slope(points):
    """Of the line that fits best, per unit of x."""
    n = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0


def write_prompts(path, n_prompts):
    """Nineteen good ones, then one for a model at which each twentieth request goes wrong."""
    with open(path, 'w', encoding='utf-8') as file:
        for n in range(n_prompts):
            model = 'sim:text=echo'
            if n % 4 == 3:
                model = 'sim:text=echo,every=5,fault=' + FAULTS[n * len(FAULTS) // n_prompts]
            file.write(json.dumps({'prompt': 'prompt %d' % n, 'model': model}) + '\n')


def count_rows(path, n_prompts):
    """Every prompt has one row, and that says it is done, with the answer to it."""
    seen = bytearray(n_prompts)
    retried = 0
    with open(path, encoding='utf-8') as file:
        for line in file:
            row = json.loads(line)
            index = row['index']
            assert not seen[index], 'prompt %d has two rows' % index
            seen[index] = 1
            assert row['state'] == 'done', row
            assert row['response'].strip() == 'prompt %d' % index, row
            retried += row['attempts'] > 1
    missing = seen.count(0)
    assert missing == 0, '%d prompts have no row' % missing
    return retried


def watch(process, output):
    """(rows written, KiB, files, threads) about ten times a second until it ends."""
    samples = []
    rows = size = 0
    while process.poll() is None:
        seen = look(process.pid)
        try:
            with open(output, 'rb') as file:
                file.seek(size)
                added = file.read()
            size += len(added)
            rows += added.count(b'\n')
        except OSError:
            pass
        if seen:
            samples.append((rows, *seen))
        time.sleep(0.1)
    return samples


def soak(n_prompts, folder):
    prompts, output = folder + '/prompts.jsonl', folder + '/rows.jsonl'
    write_prompts(prompts, n_prompts)
    sim = subprocess.Popen([SIM, '--until-eof'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                           text=True)
    url = sim.stdout.readline().split()[-1]
    errors = open(folder + '/errors', 'w+', encoding='utf-8')
    began = time.monotonic()
    process = subprocess.Popen([RUN, '-s', url, '-j', '64', '-o', output, '--retries', '50', prompts],
                               stderr=errors, env=dict(os.environ, G_DEBUG='fatal-criticals'))
    samples = watch(process, output)
    seconds = time.monotonic() - began
    sim.stdin.close()
    sim.wait()
    errors.seek(0)
    said = errors.read()
    assert process.returncode == 0, 'it ended with %d: %s' % (process.returncode, said[-2000:])
    assert 'CRITICAL' not in said and 'WARNING' not in said, said[-2000:]
    return output, samples, seconds


def main():
    n_prompts = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
    print('1..4', flush=True)
    with tempfile.TemporaryDirectory() as folder:
        output, samples, seconds = soak(n_prompts, folder)
        retried = count_rows(output, n_prompts)
    print('# %d prompts in %.0f s (%.0f/s), %d of them tried again'
          % (n_prompts, seconds, n_prompts / seconds, retried))
    assert retried >= n_prompts // 50, 'there were hardly any faults'
    print('ok 1 - all end, each exactly once')

    warm = [s for s in samples if s[0] >= n_prompts * WARM_UP]
    growth = slope([(s[0], s[1]) for s in warm]) * 100000
    print('# resident: %.1f MiB when warm, %.1f MiB at most, slope %+.0f KiB per 100,000 prompts'
          % (warm[0][1] / 1024, max(s[1] for s in samples) / 1024, growth))
    failed = 0
    for number, (what, good) in enumerate((
            ('memory is flat', growth < LARGEST_SLOPE_KIB),
            ('no file stays open: %d to %d' % (warm[0][2], warm[-1][2]),
             max(s[2] for s in warm) <= 64 * 3 + 40 and warm[-1][2] <= warm[0][2] + 40),
            ('no thread stays: %d to %d' % (warm[0][3], warm[-1][3]),
             max(s[3] for s in warm) <= max(s[3] for s in samples if s not in warm) + 4)), 2):
        failed += not good
        print('%sok %d - %s' % ('' if good else 'not ', number, what))
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
