#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# net-env.sh COMMAND [ARGUMENT…]: runs a command in a network of its own. It has a loopback, and a
# way out that leads nowhere: what is sent there can be seen on the interface "nowhere", and reaches
# nobody.

set -eu

if [ -z "${NET_ENV_INSIDE:-}" ]; then
  for tool in ip unshare; do
    if ! command -v "$tool" >/dev/null; then
      echo "1..0 # SKIP $tool is not installed; build-aux/deps.sh installs it"
      exit 0
    fi
  done
  as_root=(--map-root-user)
  [ "$(id -u)" != 0 ] || as_root=()
  if ! unshare --net "${as_root[@]}" ip link add nowhere type veth peer name nobody 2>/dev/null; then
    echo "1..0 # SKIP no network namespace can be made here"
    exit 0
  fi
  NET_ENV_INSIDE=1 exec unshare --net "${as_root[@]}" "$0" "$@"
fi

unset NET_ENV_INSIDE
ip link set lo up
# Only what a program sends: no chatter of the kernel's.
echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6 2>/dev/null || :
ip link add nowhere type veth peer name nobody
for device in nowhere nobody; do
  ip link set "$device" arp off
done
ip addr add 192.0.2.1/24 dev nowhere
ip link set nobody up
ip link set nowhere up
ip route add default via 192.0.2.2 dev nowhere
exec "$@"
