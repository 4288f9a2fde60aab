#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# test.sh [MODE] [MESON-TEST-ARGUMENT…]: installs what is missing, builds with every warning an
# error, with GCC and with Clang, runs every test, and fuzzes each target for a moment. Displays are
# brought along. With arguments it runs those tests only.
#
# Other modes, each of which does one thing instead:
#   --asan      the tests under the address, undefined behaviour and leak sanitizers
#   --valgrind  the tests of the engine and of the widgets under valgrind
#   --coverage  how much of each file the tests run; at least 90 % of the engine's lines
#   --static    cppcheck, and GCC's own analyzer
#   --real      the OpenAI dialect against a real llama-server, in a Debian sid made for it (root)
#   --clients   the official clients from npm against antiphon-sim
#   --soak      100,000 prompts of which one in twenty meets a fault, through antiphon-run and through
#               the window
#   --chroots   all tests on Debian 13 and on Debian sid, made for it (root)
#   --bench     the benchmarks, on an optimised build
#   --all [SECONDS]
#               everything above, so many seconds of fuzzing for each target (default 300), and what
#               the README says to someone with a fresh Debian (fresh-chroot.sh): one after the
#               other, and a summary
#
# What cannot run on this machine says SKIPPED and why. The last line of the tests is "N passed, N
# failed"; the exit status is 0 only if nothing failed. tests/README.md tells what each of them shows.

set -euo pipefail
cd "$(dirname "$0")/.."

mode='test'
case ${1:-} in
  --asan | --valgrind | --coverage | --static | --real | --clients | --soak | --chroots | --bench | \
    --all) mode=${1#--}; shift ;;
  -h | --help) sed -n '4,/^$/s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac

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

# leave_out_modules DIRECTORY: what GIO keeps of a module that is newer than the system's list of them
# would count as lost; of all modules only the one for TLS is left.
leave_out_modules()
{
  mkdir -p "$1/gio-modules"
  ln -sf "$(pkg-config --variable=giomoduledir gio-2.0)/libgiognutls.so" "$1/gio-modules/"
  export GIO_MODULE_DIR=$PWD/$1/gio-modules
}

# suite COMMAND…: one that may end with 77, which is neither good nor bad.
suite()
{
  local result=0
  "$@" || result=$?
  case $result in
    0) ;;
    77) skipped=1 ;;
    *) status=1 ;;
  esac
}
skipped=0

# run_everything [SECONDS]: of fuzzing.
run_everything()
{
  local each begin verdict failures=0 report=()
  case ${1:-300} in
    *[!0-9]*) echo "test.sh: '$1' is no number of seconds" >&2; exit 2 ;;
  esac
  for each in test.sh 'test.sh '--{asan,valgrind,coverage,static,real,clients,soak,chroots,bench} \
              "fuzz.sh ${1:-300}" fresh-chroot.sh 'fresh-chroot.sh --flatpak'; do
    printf '\n=== %s\n' "$each"
    begin=$SECONDS status=0 skipped=0
    # A process of its own, so that one that breaks stops no other.
    # shellcheck disable=SC2086 # words
    suite build-aux/$each
    verdict=good
    [ "$skipped" = 0 ] || verdict=skipped
    [ "$status" = 0 ] || verdict=BAD
    report+=("$(printf '%-26s %-8s %5d s' "$each" "$verdict" $((SECONDS - begin)))")
    printf '=== %s\n' "${report[-1]}"
    failures=$((failures + status))
  done
  skipped=0
  printf '\n'
  printf '%s\n' "${report[@]}"
  status=$((failures > 0))
}

case $mode in
  test)
    build-aux/deps.sh build window test flatpak
    build build-test
    run build-test "$@"
    # A second opinion on warnings, counted as one more test; what it builds is not run.
    others_failed=0
    CC=clang build build-clang || others_failed=1
    # A little fuzzing, the same each time; build-aux/fuzz.sh alone looks further.
    [ $# -gt 0 ] || SEED=1 build-aux/fuzz.sh 3 || others_failed=$((others_failed + 1))
    build-aux/tally.py "$others_failed" build-test/meson-logs/testlog.json || status=1
    ;;
  bench)
    build-aux/deps.sh build window test bench
    build build-bench --buildtype=release
    run build-bench --benchmark --num-processes=1 "$@"
    build-aux/bench-table.py build-bench/meson-logs/testlog.json | tee build-bench/BENCHMARKS.md
    echo
    echo "To keep it: cp build-bench/BENCHMARKS.md tests/BENCHMARKS.md"
    ;;
  asan)
    build-aux/deps.sh build window test
    build build-asan -Db_sanitize=address,undefined -Db_lundef=false
    rm -f build-asan/meson-logs/testlog*.json
    leave_out_modules build-asan
    run build-asan --setup=leaks --suite=engine --suite=fuzz --suite=sim --suite=cli "$@"
    run build-asan --setup=leaks_gui --suite=gui "$@"
    # GTK 4.8 itself leaks when a screen reader asks for actions: no leaks are looked for here.
    run build-asan --setup=memory --suite=e2e "$@"
    build-aux/tally.py 0 build-asan/meson-logs/testlog*.json || status=1
    ;;
  valgrind)
    build-aux/deps.sh build window test proof
    build build-test
    rm -f build-test/meson-logs/testlog-*.json
    leave_out_modules build-test
    run build-test --setup=valgrind --suite=engine "$@"
    run build-test --setup=valgrind_gui --suite=gui "$@"
    build-aux/tally.py 0 build-test/meson-logs/testlog-valgrind*.json || status=1
    ;;
  coverage)
    build-aux/deps.sh build window test proof
    build build-coverage -Db_coverage=true -Dwerror=false
    find build-coverage -name '*.gcda' -delete
    run build-coverage --suite=engine --suite=fuzz --suite=sim --suite=cli "$@"
    gcovr --root . --object-directory build-coverage --exclude-unreachable-branches \
      --filter src/engine/ --html-details build-coverage/coverage.html --print-summary \
      --fail-under-line 90 > build-coverage/coverage.txt || status=1
    cat build-coverage/coverage.txt
    echo "Line by line: build-coverage/coverage.html"
    ;;
  static)
    build-aux/deps.sh build window proof
    suite build-aux/static.sh
    ;;
  real)
    build-aux/deps.sh build
    build build-test
    suite tests/real/real.sh build-test/src/cli/antiphon-run
    ;;
  clients)
    build-aux/deps.sh build
    build build-test
    suite tests/clients/clients.sh build-test/src/sim/antiphon-sim
    ;;
  soak)
    build-aux/deps.sh build window test
    build build-bench --buildtype=release
    export ANTIPHON_SIM=$PWD/build-bench/src/sim/antiphon-sim
    export ANTIPHON_RUN=$PWD/build-bench/src/cli/antiphon-run
    suite tests/soak/soak.py "$@"
    GSETTINGS_BACKEND=memory GSETTINGS_SCHEMA_DIR=$PWD/build-bench/data \
      suite tests/gt-env.sh build-bench/tests/soak/soak-window "$@"
    ;;
  chroots)
    for release in trixie sid; do
      suite build-aux/chroot-test.sh "$release" "$@"
    done
    ;;
  all)
    run_everything "$@"
    ;;
esac
[ "$status" = 0 ] || exit 1
[ "$skipped" = 0 ] || exit 77
