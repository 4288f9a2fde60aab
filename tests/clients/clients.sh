#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# clients.sh SIM-PROGRAM: do clients that nobody here wrote understand antiphon-sim? Installs the
# official "ollama" and "openai" packages from npm into build-clients and has them ask everything.
# Needs node and npm, and the network the first time.
#
# Ends with 77 where it cannot run, after a line that says why.

set -eu

sim=$(readlink -f "$1")
here=$(cd "$(dirname "$0")" && pwd)
build=$here/../../build-clients

skip()
{
  echo "clients.sh: SKIPPED: $*"
  exit 77
}

command -v node >/dev/null || skip "node is not installed"
command -v npm >/dev/null || skip "npm is not installed"

mkdir -p "$build"
if ! cmp -s "$here/package.json" "$build/package.json" || [ ! -d "$build/node_modules" ]; then
  cp "$here/package.json" "$build/"
  (cd "$build" && npm install --no-audit --no-fund --ignore-scripts > npm.log 2>&1) ||
    { tail -5 "$build/npm.log"; rm -f "$build/package.json"; skip "npm could not install the clients"; }
fi
cp "$here/clients.mjs" "$build/"

coproc SIM { exec "$sim" --until-eof --model 'llama:latest=tokens=20,text=count' \
  --model 'thinker:latest=tokens=4,thinking=4' --model 'slow:latest=tokens=200,rate=20' \
  --model 'broken:latest=tokens=20,fault=error-line' --model 'busy:latest=fault=busy'; }
read -r _ _ url <&"${SIM[0]}"
# Not exec: the simulator ends when this shell does.
node "$build/clients.mjs" "$url"
