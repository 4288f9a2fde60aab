#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# test.sh [--bench | --asan] [MESON-TEST-ARGUMENT…]: installs what is missing, builds with every
# warning an error, with GCC and with Clang, and runs every test. Displays are brought along.
#
#   --bench  runs the benchmarks instead, on an optimised build
#   --asan   runs the tests instead under the address, undefined behaviour and leak sanitizers
#
# The last line is "N passed, N failed"; the exit status is 0 only if that is 0 failed.

set -euo pipefail
cd "$(dirname "$0")/.."

mode='test'
case ${1:-} in
  --bench | --asan) mode=${1#--}; shift ;;
  -h | --help) sed -n '4,/^$/s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac

build-aux/deps.sh build window test flatpak

# build DIRECTORY SETUP-ARGUMENT…: says little unless it fails.
build()
{
  local directory=$1
  shift
  if [ ! -e "$directory/build.ninja" ]; then
    echo "Configuring $directory"
    rm -rf "$directory"
    meson setup "$directory" -Dwerror=true "$@" > "$directory.log" 2>&1 ||
      { cat "$directory.log" >&2; rm -rf "$directory" "$directory.log"; return 1; }
    rm -f "$directory.log"
  fi
  echo "Building $directory"
  ninja -C "$directory" --quiet -k 0 | { grep -v '^ninja: no work to do' || :; }
}

# run DIRECTORY MESON-TEST-ARGUMENT…: the tests, however many fail.
status=0
run()
{
  local directory=$1
  shift
  meson test -C "$directory" --no-rebuild --print-errorlogs "$@" || status=1
}

clang_failed=0
case $mode in
  test)
    build build-test
    run build-test "$@"
    # A second opinion on warnings, counted as one more test; what it builds is not run.
    CC=clang build build-clang || clang_failed=1
    build-aux/tally.py "$clang_failed" build-test/meson-logs/testlog.json || status=1
    ;;
  bench)
    build-aux/deps.sh bench
    build build-bench --buildtype=release
    run build-bench --benchmark --verbose --num-processes=1 "$@"
    ;;
  asan)
    build build-asan -Db_sanitize=address,undefined -Db_lundef=false
    rm -f build-asan/meson-logs/testlog*.json
    run build-asan --setup=leaks --suite=engine --suite=fuzz --suite=sim --suite=cli "$@"
    run build-asan --setup=leaks_gui --suite=gui "$@"
    # GTK 4.8 itself leaks when a screen reader asks for actions: no leaks are looked for here.
    run build-asan --setup=memory --suite=e2e "$@"
    build-aux/tally.py 0 build-asan/meson-logs/testlog*.json || status=1
    ;;
esac
exit "$status"
