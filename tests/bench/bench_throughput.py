#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""antiphon-run beside Python's aiohttp and curl doing the same work.

All send the same prompts to the same simulated server, in turns. The table shows the median of each
and their ratio, how far apart our own runs were, and how busy the server was, which should be far from
what it can do. aiohttp keeps the answers as we do; curl only fetches them, all in one file and none of
them looked at. Needs Debian's python3-aiohttp; takes some three minutes.

    bench_throughput.py [--rounds N] [--quick]
"""

import argparse
import asyncio
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

SIM = os.environ['ANTIPHON_SIM']
RUN = os.environ['ANTIPHON_RUN']


class Sim:
    def __enter__(self):
        self.process = subprocess.Popen([SIM, '--until-eof'], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().split()[-1]
        return self

    def __exit__(self, *exc):
        self.process.stdin.close()
        self.process.wait()

    def cpu(self):
        """Seconds of CPU time so far."""
        with open(f'/proc/{self.process.pid}/stat', encoding='ascii') as file:
            fields = file.read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def describe_machine():
    """On what, and when: without these a figure says nothing."""
    model = platform.processor() or platform.machine()
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        for line in file:
            if line.startswith('model name'):
                model = line.split(':', 1)[1].strip()
                break
    commit = subprocess.run(['git', '-C', os.path.dirname(__file__), 'describe', '--always', '--dirty'],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    print(f'{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the beginning; '
          f'{platform.system()} {platform.release()}; {time.strftime("%Y-%m-%d")}; '
          f'commit {commit.stdout.strip() or "unknown"}\n', flush=True)


def measured(argv, **kwargs):
    """Runs a program; returns its wall time, its CPU time and its largest resident size in MiB."""
    start = time.monotonic()
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, **kwargs)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - start
    if process.returncode != 0:
        raise RuntimeError(f'{argv[0]} ended with {process.returncode}: {output[-500:]}')
    return {'wall': wall, 'cpu': usage.ru_utime + usage.ru_stime, 'rss': usage.ru_maxrss / 1024,
            'output': output}


def run_antiphon(url, prompts, model, in_flight, folder):
    summary = os.path.join(folder, 'summary.json')
    result = measured([RUN, '-s', url, '-m', model, '-j', str(in_flight), '--force',
                       '-o', os.path.join(folder, 'out.jsonl'), '--summary', summary, prompts],
                      stderr=subprocess.DEVNULL)
    with open(summary, encoding='utf-8') as file:
        result['summary'] = json.load(file)
    assert result['summary']['failed'] == 0
    return result


def run_aiohttp(url, prompts, model, in_flight, folder):
    result = measured(['/usr/bin/python3', __file__, '--client', url, prompts, model, str(in_flight)])
    counts = json.loads(result['output'])
    result['summary'] = {'done': counts['done'], 'answer_tokens': counts['tokens']}
    return result


def run_curl(url, count, model, in_flight, folder):
    """It can number its requests only in their address."""
    result = measured(['curl', '--silent', '--parallel', '--parallel-immediate',
                       '--parallel-max', str(min(in_flight, 300)), '--output',
                       os.path.join(folder, 'curl.out'),
                       '--data', json.dumps({'model': model, 'prompt': 'Say something.'}),
                       f'{url}/api/generate?[1-{count}]'], stderr=subprocess.DEVNULL)
    return result


async def aiohttp_client(url, prompts, model, in_flight):
    """What people write: a semaphore, a stream, json.loads() per line, the answers kept."""
    import aiohttp

    semaphore = asyncio.Semaphore(in_flight)
    tokens = 0

    async def ask(session, prompt):
        nonlocal tokens
        async with semaphore:
            parts = []
            body = {'model': model, 'prompt': prompt, 'stream': True}
            async with session.post(url + '/api/generate', json=body) as response:
                response.raise_for_status()
                async for line in response.content:
                    reply = json.loads(line)
                    parts.append(reply['response'])
                    if reply['done']:
                        tokens += reply['eval_count']
                        return ''.join(parts)
            raise RuntimeError('the reply ended before it was done')

    with open(prompts, encoding='utf-8') as file:
        lines = [line.rstrip('\n') for line in file if line.strip()]
    connector = aiohttp.TCPConnector(limit=in_flight)
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        answers = await asyncio.gather(*(ask(session, line) for line in lines))
    print(json.dumps({'done': len(answers), 'tokens': tokens}))


def write_prompts(folder, count):
    path = os.path.join(folder, f'prompts-{count}.txt')
    with open(path, 'w', encoding='utf-8') as file:
        for i in range(count):
            file.write(f'Prompt number {i}: say something.\n')
    return path


def median(results, key):
    return statistics.median(result[key] for result in results)


def compare(sim, folder, count, tokens, in_flight, rounds):
    prompts = write_prompts(folder, count)
    model = f'sim:tokens={tokens}'
    ours, theirs, curls = [], [], []
    server_share = []
    for _ in range(rounds):
        before = sim.cpu()
        ours.append(run_antiphon(sim.url, prompts, model, in_flight, folder))
        server_share.append((sim.cpu() - before) / ours[-1]['wall'])
        if shutil.which('curl'):
            curls.append(run_curl(sim.url, count, model, in_flight, folder))
        theirs.append(run_aiohttp(sim.url, prompts, model, in_flight, folder))
        for result in (ours[-1], theirs[-1]):
            assert result['summary']['done'] == count
            assert result['summary']['answer_tokens'] == count * tokens
    rate, their_rate = (count / median(results, 'wall') for results in (ours, theirs))
    cpu, their_cpu = (median(results, 'cpu') for results in (ours, theirs))
    spread = max(r['wall'] for r in ours) / min(r['wall'] for r in ours)
    curl_rate = f'{count / median(curls, "wall"):.0f}/s' if curls else 'none'
    print(f'| {count} prompts x {tokens} tokens, {in_flight} in flight '
          f'| {rate:.0f}/s | {their_rate:.0f}/s | {rate / their_rate:.2f}x '
          f'| {cpu:.2f} s | {their_cpu:.2f} s | {cpu / their_cpu:.2f}x | {spread:.2f} '
          f'| {curl_rate} | {statistics.median(server_share):.0%} of a core |', flush=True)
    return cpu / count


def long_run(sim, folder, count, tokens, in_flight, rounds):
    prompts = write_prompts(folder, count)
    results = [run_antiphon(sim.url, prompts, f'sim:tokens={tokens}', in_flight, folder)
               for _ in range(rounds)]
    return median(results, 'cpu') / count


def slots(sim, folder, rounds):
    """200 prompts of 200 ms on a server with 8 slots."""
    prompts = write_prompts(folder, 200)
    results = [run_antiphon(sim.url, prompts, 'sim:tokens=10,duration=200,slots=8', 8, folder)
               for _ in range(rounds)]
    ideal = 200 * 0.2 / 8
    wall = statistics.median(result['summary']['wall_s'] for result in results)
    print(f'| 200 prompts of 200 ms, 8 slots, -j 8 | {wall:.3f} s | ideal {ideal:.3f} s '
          f'| {wall / ideal:.3f}x |', flush=True)


def memory(sim, folder, count):
    prompts = write_prompts(folder, count)
    result = run_antiphon(sim.url, prompts, 'sim:tokens=4', 64, folder)
    print(f'| {count} prompts from a file, 64 in flight: largest resident size '
          f'| {result["rss"]:.0f} MiB | {count / result["wall"]:.0f} prompts/s |', flush=True)


def main():
    if len(sys.argv) > 1 and sys.argv[1] == '--client':
        asyncio.run(aiohttp_client(*sys.argv[2:5], int(sys.argv[5])))
        return

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--quick', action='store_true', help='a tenth of the work, one round')
    args = parser.parse_args()
    rounds = 1 if args.quick else args.rounds
    scale = 10 if args.quick else 1

    with Sim() as sim, tempfile.TemporaryDirectory() as folder:
        describe_machine()
        print('| work | antiphon-run | aiohttp | ratio | CPU | CPU aiohttp | ratio | spread (max/min) '
              '| curl | simulator |')
        print('|---|---|---|---|---|---|---|---|---|---|')
        few = compare(sim, folder, 4000 // scale, 64, 64, rounds)
        many = compare(sim, folder, 4000 // scale, 64, 1000, rounds)
        print(f'| CPU per request, 1,000 in flight to 64 | {many * 1e6:.0f} us | {few * 1e6:.0f} us '
              f'| {many / few:.2f}x |', flush=True)
        many = long_run(sim, folder, 20000 // scale, 64, 1000, rounds)
        few = long_run(sim, folder, 20000 // scale, 64, 64, rounds)
        print(f'| the same over 20,000 prompts, so that connecting counts less | {many * 1e6:.0f} us '
              f'| {few * 1e6:.0f} us | {many / few:.2f}x |', flush=True)
        slots(sim, folder, rounds)
        memory(sim, folder, 100000 // scale)


if __name__ == '__main__':
    main()
