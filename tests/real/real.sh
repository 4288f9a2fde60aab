#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# real.sh RUN-PROGRAM: antiphon-run and a real llama-server. Makes a chroot of Debian sid with its
# llama.cpp-tools and python3-gguf (kept in build-real for the next time), writes a tiny model of
# random weights, starts llama-server with four slots, and runs test_real.py against it. Needs root,
# debootstrap and the network the first time; about two minutes.
#
# Ends with 77 where it cannot run, after a line that says why.

set -eu

run_program=$(readlink -f "$1")
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)

skip()
{
  echo "real.sh: SKIPPED: $*"
  exit 77
}

[ "$(id -u)" = 0 ] || skip "this needs root"
command -v debootstrap >/dev/null || skip "debootstrap is not installed"

# In a mount namespace of its own nothing that is mounted here can stay behind.
if [ -z "${REAL_INSIDE:-}" ]; then
  exec env REAL_INSIDE=1 unshare --mount --propagation private "$0" "$@"
fi

root=$top/build-real/sid
mirror=$("$top/build-aux/debian-mirror.sh")

inside()
{
  chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive "$@"
}

if [ ! -e "$root/.ready" ]; then
  echo "Making a Debian sid in $root"
  rm -rf --one-file-system "$root"
  mkdir -p "$root"
  debootstrap --variant=minbase sid "$root" "$mirror" > "$root.log" 2>&1 ||
    { tail -5 "$root.log"; skip "no Debian sid from $mirror"; }
  cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || :
  inside apt-get install -y --no-install-recommends llama.cpp-tools python3-gguf >> "$root.log" 2>&1 ||
    { tail -5 "$root.log"; skip "llama.cpp-tools or python3-gguf could not be installed"; }
  touch "$root/.ready"
fi
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"

mkdir -p "$root/antiphon"
cp "$here/make_gguf.py" "$root/antiphon/"
inside python3 /antiphon/make_gguf.py /antiphon/tiny.gguf

inside llama-server --version 2>&1 | sed -n 's/^version/llama-server version/p'
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
# Not by the function: what is killed in the end has to be the server itself.
chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
  llama-server -m /antiphon/tiny.gguf -np 4 -c 8192 -t 2 --host 127.0.0.1 --port "$port" \
  --alias tiny > "$top/build-real/llama-server.log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null || :' EXIT

for _ in $(seq 200); do
  kill -0 $server 2>/dev/null || { tail -20 "$top/build-real/llama-server.log"; exit 1; }
  curl -sf "http://127.0.0.1:$port/health" >/dev/null && break
  sleep 0.1
done

ANTIPHON_RUN=$run_program ANTIPHON_SIM=/nonexistent LLAMA_URL=http://127.0.0.1:$port \
  PYTHONPATH=$top/tests/cli "$here/test_real.py"
