#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the window takes to show, and what it keeps in memory, beside an empty libadwaita window.

    bench_startup.py ANTIPHON EMPTY [ROUNDS]      run by tests/gt-env.sh; needs xdotool
"""

import os
import signal
import statistics
import subprocess
import sys
import time


def measure(argv, title):
    """(seconds until its window is mapped, MiB resident two seconds later)."""
    begin = time.monotonic()
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', title],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             check=False).returncode != 0:
            if process.poll() is not None or time.monotonic() - begin > 60:
                raise RuntimeError('%s shows no window' % argv[0])
            time.sleep(0.005)
        seconds = time.monotonic() - begin
        time.sleep(2)
        with open('/proc/%d/smaps_rollup' % process.pid, encoding='ascii') as file:
            sizes = {line.split(':')[0]: int(line.split()[1]) for line in file if 'kB' in line}
        return seconds, sizes['Rss'] / 1024, (sizes['Private_Dirty'] + sizes['Private_Clean']) / 1024
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def main():
    antiphon, empty = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    results = {'antiphon': [], 'an empty libadwaita window': []}
    for _ in range(rounds):
        results['antiphon'].append(measure([antiphon], 'Antiphon'))
        results['an empty libadwaita window'].append(measure([empty], 'Empty'))
    print('| program | window after (median) | spread (max/min) | resident | of its own |')
    print('|---|---|---|---|---|')
    for name, measured in results.items():
        times = [m[0] for m in measured]
        print('| %s | %.0f ms | %.2f | %.0f MiB | %.0f MiB |'
              % (name, statistics.median(times) * 1000, max(times) / min(times),
                 statistics.median(m[1] for m in measured), statistics.median(m[2] for m in measured)))
    print('%d cores, load %.1f; %s' % (os.cpu_count(), os.getloadavg()[0], time.strftime('%Y-%m-%d')))


if __name__ == '__main__':
    main()
