#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench_import.py PROGRAM: a table of a million rows becomes requests, beside Python's csv.DictReader.

Each is measured three times, in turn, and its best time counts."""

import csv
import os
import random
import subprocess
import sys
import tempfile
import time

ROWS = 1_000_000
WORDS = ('the quick brown fox jumps over a lazy dog near some river while rain falls softly upon '
         'old stone bridges').split()
RUNS = 3

# What is asked of it: the one or the other, and never more memory than that.
LEAST_MB_PER_S = 150
LEAST_RATIO = 3
MOST_MIB = 64


def write_table(path):
    rng = random.Random(1)
    with open(path, 'w', encoding='utf-8', newline='') as file:
        file.write('id,name,city,topic,prompt\n')
        for number in range(ROWS):
            prompt = ' '.join(rng.choice(WORDS) for _ in range(13))
            if number % 10 == 0:
                prompt = '"He said ""%s"", then left"' % prompt
            file.write('%d,name%d,Paris,%s,%s\n' % (number, number % 1000, rng.choice(WORDS), prompt))


def read_with_python(path):
    start = time.monotonic()
    with open(path, encoding='utf-8', newline='') as file:
        count = sum(1 for _ in csv.DictReader(file))
    assert count == ROWS, count
    return time.monotonic() - start


def read_with_us(program, path):
    words = subprocess.run([program, path], check=True, capture_output=True, text=True).stdout.split()
    assert (int(words[0]), int(words[1])) == (ROWS, 0), words
    return float(words[2]), int(words[3]) / 1024


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'table.csv')
        write_table(path)
        megabytes = os.path.getsize(path) / 1e6
        ours, memory, theirs = [], [], []
        for _ in range(RUNS):
            theirs.append(read_with_python(path))
            seconds, mib = read_with_us(sys.argv[1], path)
            ours.append(seconds)
            memory.append(mib)

    speed, ratio = megabytes / min(ours), min(theirs) / min(ours)
    print('%d rows, %.0f MB' % (ROWS, megabytes))
    print('%-22s %8s %8s' % ('', 's', 'MB/s'))
    print('%-22s %8.2f %8.0f' % ('csv.DictReader', min(theirs), megabytes / min(theirs)))
    print('%-22s %8.2f %8.0f   %.1f times as fast, %.1f MiB more memory'
          % ('requests of antiphon', min(ours), speed, ratio, max(memory)))
    good = (speed >= LEAST_MB_PER_S or ratio >= LEAST_RATIO) and max(memory) <= MOST_MIB
    sys.exit(0 if good else 1)


main()
