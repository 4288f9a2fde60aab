#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# fuzz.sh [SECONDS [TARGET…]]: installs what is missing, builds the fuzz targets of tests/fuzz with
# Clang's libFuzzer and sanitizers, and runs each for so many seconds (default 60), as many at a time
# as there are processors.
#
# What is learned is kept in build-fuzz/corpus, so each run goes on where the last one ended, but with
# SEED=NUMBER: then it begins with the seeds of the tree, and tries the same few thousand inputs each
# time. The exit status is 0 if nothing was found, and 1 if something was; how to see it again is said
# then.

set -euo pipefail
cd "$(dirname "$0")/.."

case ${1:-} in
  -h | --help) sed -n '4,/^$/s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
seconds=${1:-60}
case $seconds in
  '' | *[!0-9]*) echo "fuzz.sh: '$seconds' is no number of seconds" >&2; exit 2 ;;
esac
shift $(($# > 0))

top=$PWD
all=()
for file in tests/fuzz/seeds/*/; do
  all+=("$(basename "$file")")
done
targets=("${@:-${all[@]}}")
for target in "${targets[@]}"; do
  [ -d "tests/fuzz/seeds/$target" ] ||
    { echo "fuzz.sh: no target '$target'; there are: ${all[*]}" >&2; exit 2; }
done

build-aux/deps.sh build test

if [ ! -e build-fuzz/build.ninja ]; then
  echo "Configuring build-fuzz"
  rm -rf build-fuzz
  CC=clang meson setup build-fuzz -Dwerror=true -Dfuzz=true -Db_sanitize=address,undefined \
    -Db_lundef=false > build-fuzz.log 2>&1 || { cat build-fuzz.log >&2; rm -f build-fuzz.log; exit 1; }
  rm -f build-fuzz.log
fi
echo "Building build-fuzz"
ninja -C build-fuzz --quiet fuzzers

# A slice would hide from the sanitizer where memory begins and ends.
export G_SLICE=always-malloc
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
# What GIO keeps of each module of the system for as long as it lives would count as lost.
export GIO_MODULE_DIR=/nonexistent
export LSAN_OPTIONS=print_suppressions=0:suppressions=$top/tests/lsan.supp
export LC_ALL=C.UTF-8
# Files of a moment, each of which SQLite would wait for: twice as many fit into the same time.
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm

# The last figure that libFuzzer gave under a name.
figure()
{
  sed -n "s/.*\\b$1: *\\([0-9]*\\).*/\\1/p" "$2" | tail -n 1
}

# fuzz TARGET, as a process of its own: what it says goes into its log.
fuzz()
{
  local target=$1 dictionary=tests/fuzz/$1.dict
  [ -e "$dictionary" ] || dictionary=tests/fuzz/json.dict
  [ -z "${SEED:-}" ] || rm -rf "$(corpus "$target")"
  mkdir -p "$(corpus "$target")" "build-fuzz/findings/$target"
  exec "build-fuzz/tests/fuzz/fuzz-$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 \
    -seed="${SEED:-0}" ${SEED:+-runs=5000} -rss_limit_mb=2048 -print_final_stats=1 \
    -dict="$dictionary" -artifact_prefix="build-fuzz/findings/$target/" \
    "$(corpus "$target")" "tests/fuzz/seeds/$target" > "build-fuzz/$target.log" 2>&1
}

corpus()
{
  echo "build-fuzz/${SEED:+seeded-}corpus/$1"
}

# tell TARGET STATUS: its line of the table, and what was found.
tell()
{
  local target=$1 log=build-fuzz/$1.log artifact
  printf '%-16s %10s %8s %8s %8s\n' "$target" "$(figure number_of_executed_units "$log")" \
    "$(figure average_exec_per_sec "$log")" "$(figure cov "$log")" \
    "$(find "$(corpus "$target")" -type f | wc -l)"
  [ "$2" != 0 ] || return 0
  found+=("$target")
  grep -Ev '^(INFO|Dictionary|stat|#[0-9]+\s)|^ +#[0-9]+ .* in (fuzzer::|main |__libc_|_start )' "$log" |
    tail -n 40
  artifact=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
  echo
  echo "fuzz-$target failed. To see it again:"
  echo "  build-fuzz/tests/fuzz/fuzz-$target $artifact"
  echo "and without sanitizers, for a debugger, in any other build:"
  echo "  meson compile -C build && build/tests/fuzz/fuzz-$target $artifact"
  echo "To make it smaller:"
  echo "  build-fuzz/tests/fuzz/fuzz-$target -minimize_crash=1 -max_total_time=60 $artifact"
  echo "Once it is mended it belongs to tests/fuzz/seeds/$target/, under a name that tells."
}

# As many at a time as there are processors; each is told of when all of its turn have ended.
found=()
trap 'kill $(jobs -p) 2>/dev/null || :' EXIT
at_a_time=$(nproc)
printf '%-16s %10s %8s %8s %8s\n' target inputs 'per s' branches corpus
for ((first = 0; first < ${#targets[@]}; first += at_a_time)); do
  turn=("${targets[@]:first:at_a_time}")
  jobs=()
  for target in "${turn[@]}"; do
    fuzz "$target" &
    jobs+=($!)
  done
  for i in "${!turn[@]}"; do
    status=0
    wait "${jobs[i]}" || status=$?
    tell "${turn[i]}" "$status"
  done
done

if [ ${#found[@]} -gt 0 ]; then
  echo "Findings in: ${found[*]}"
  exit 1
fi
