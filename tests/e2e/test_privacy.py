#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is sent anywhere but to the servers that the user named. Runs inside net-env.sh: every packet
of this network can be seen here."""

import json
import os
import socket
import struct
import subprocess
import sys
import time

from antiphon import ANTIPHON, action, send
from driver import App, run_tests, says
from sim import Sim

ANTIPHON_RUN = os.environ['ANTIPHON_RUN']
ETH_P_ALL = 3
TCP = 6


class Packets:
    """What goes over the network from now on."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 << 20)
        self.socket.setblocking(False)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.socket.close()

    def strangers(self, allowed):
        """What was sent, but not to or from these ports of this computer."""
        found = set()
        while True:
            try:
                frame, (interface, kind, *_) = self.socket.recvfrom(65535)
            except BlockingIOError:
                return found
            packet = frame[14:]
            source, destination = 0, 0
            if kind == 0x0800 and packet[9] == TCP:
                header = (packet[0] & 15) * 4
                source, destination = struct.unpack_from('!HH', packet, header)
            if interface != 'lo' or not {source, destination} & allowed:
                found.add('%s: %04x %s' % (interface, kind, packet[:40].hex()))


def port(sim):
    return int(sim.url.rpartition(':')[2])


def test_control():
    """a packet that leaves is seen"""
    with Packets() as packets, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b'hello', ('198.51.100.7', 53))
        time.sleep(0.2)
        seen = packets.strangers(set())
        assert any(line.startswith('nowhere: 0800') for line in seen), seen


def test_command_line():
    """the command line sends nothing but to its server"""
    with Sim('steady:latest=tokens=5') as sim, Packets() as packets:
        done = subprocess.run([ANTIPHON_RUN, '-s', sim.url, '-p', 'one', '-p', 'two'], check=True,
                              capture_output=True, text=True, timeout=60)
        assert len([json.loads(line) for line in done.stdout.splitlines()]) == 2
        time.sleep(0.2)
        strangers = packets.strangers({port(sim)})
        assert not strangers, strangers


def test_demo():
    """the demo sends nothing outside this computer"""
    with Packets() as packets:
        subprocess.run([ANTIPHON_RUN, '--demo', '-p', 'one'], check=True, capture_output=True,
                       timeout=60)
        time.sleep(0.2)
        strangers = [line for line in packets.strangers(set()) if not line.startswith('lo:')]
        assert not strangers, strangers


def test_window():
    """the window sends nothing but to its server, whatever is opened in it"""
    with Sim('steady:latest=tokens=5') as sim, Packets() as packets:
        with App(ANTIPHON, '--server', sim.url) as app:
            window = app.window('Antiphon')
            says(window, 'steady:latest')
            send(window, 'An answer with ![a picture](http://198.51.100.8/p.png)', 'another')
            says(window, '2 done', 30)
            for name in 'preferences', 'about':
                action(name)
            app.window('Preferences')
            time.sleep(1)
            strangers = packets.strangers({port(sim)})
            assert not strangers, strangers


if __name__ == '__main__':
    sys.exit(run_tests([
        test_control,
        test_command_line,
        test_demo,
        test_window,
    ]) > 0)
