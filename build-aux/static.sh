#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# static.sh [cppcheck | gcc]: what can be found without running anything, by cppcheck and by GCC's own
# analyzer. What is found is mended, or answered: in the source, beside the line, for cppcheck; below
# for GCC. Ends with 1 if anything is left.

set -eu
cd "$(dirname "$0")/.."
which=${1:-all}
status=0

if [ "$which" = all ] || [ "$which" = cppcheck ]; then
  echo "cppcheck $(cppcheck --version)"
  # Answered: it gives up at a compound literal (internalAstError), which is no finding; and what the
  # store hands to an array, a queue or a source of the main loop is freed there (memleak).
  # It does not read GLib's headers; what it must know of their macros is said here.
  cppcheck -D'G_GNUC_PRINTF(a,b)=' -D'G_DEFINE_QUARK(a,b)=' -DG_GNUC_CONST= \
    -D'G_DECLARE_FINAL_TYPE(a,b,c,d,e)=' \
    --enable=warning,performance,portability --inline-suppr --library=gtk --std=c11 --quiet \
    --suppress=internalAstError --suppress='memleak:src/engine/store/*' --suppress=unknownMacro \
    --suppress=missingInclude --error-exitcode=1 -I src -I src/engine \
    src/engine src/cli src/sim src/ui src/app || status=1
fi

if [ "$which" = all ] || [ "$which" = gcc ]; then
  gcc --version | head -n 1
  [ -e build-analyzer/build.ninja ] ||
    CC=gcc meson setup build-analyzer -Dwerror=false -Doptimization=1 -Dc_args=-fanalyzer > /dev/null
  # Every source is read anew, or what was found before would not be told.
  ninja -C build-analyzer -t clean > /dev/null
  # What does not compile was not looked at.
  if ! ninja -C build-analyzer -k 0 src/app/antiphon src/cli/antiphon-run src/sim/antiphon-sim \
      > build-analyzer/analyzer.txt 2>&1; then
    grep -E '^FAILED|error:' build-analyzer/analyzer.txt || tail -n 5 build-analyzer/analyzer.txt
    status=1
  fi
  # Answered, each by what it says:
  # - sim-json.c: in an object a value follows each name; the parser has seen to that.
  # - glib-autocleanups.h: each `content` is NULL where it is declared. GCC 12 loses that on the way
  #   through the cleanup attribute when the function returns before it is set.
  # - aph-queue-view.c: aph_queue_view_dup_selected() always gives an array.
  # - aph-timeline-view.c: a finish function that returns FALSE has set the error.
  answered='src/sim/sim-json\.c:.*dereference of NULL .node.'
  answered+='|glib-autocleanups\.h:.*use of uninitialized value .\*\(void \*\*\)&content.'
  answered+='|aph-queue-view\.c:.*dereference of NULL .\*self\.selected.'
  answered+='|aph-timeline-view\.c:.*dereference of NULL .error.'
  all=$(grep -cE '^[^ ].*\[-Wanalyzer' build-analyzer/analyzer.txt || :)
  found=$(grep -E '^[^ ].*\[-Wanalyzer' build-analyzer/analyzer.txt | grep -vE "$answered" | sort -u || :)
  echo "gcc -fanalyzer: $all remarks, of which are not answered in this script:"
  echo "${found:-none}"
  [ -z "$found" ] || status=1
fi

exit "$status"
