#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# test-gt-env.sh GT_ENV: does the wrapper of the display tests keep its promises?

set -u
gt_env=$1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

number=0 failures=0
check()
{
  local name=$1
  shift
  number=$((number + 1))
  if "$@"; then
    echo "ok $number - $name"
  else
    echo "not ok $number - $name"
    failures=$((failures + 1))
  fi
}

if ! command -v Xvfb >/dev/null || ! command -v dbus-daemon >/dev/null; then
  echo "1..0 # SKIP Xvfb or dbus-daemon is not installed"
  exit 0
fi
echo 1..9

"$gt_env" sh -c 'exit 7'
check "the exit status is the command's" test $? = 7

# shellcheck disable=SC2016 # expanded inside
GT_SCREEN=800x600 "$gt_env" sh -c 'xdotool getdisplaygeometry; echo "$HOME"; mktemp' > "$scratch/out"
check "the screen has the size that was asked for" test "$(sed -n 1p "$scratch/out")" = "800 600"
check "standard output is the command's alone" test "$(wc -l < "$scratch/out")" = 3
check "the home is gone afterwards" test ! -e "$(sed -n 2p "$scratch/out")"
check "temporary files are gone afterwards" test ! -e "$(sed -n 3p "$scratch/out")"

# shellcheck disable=SC2016 # expanded inside
"$gt_env" sh -c 'gdbus call --session --dest org.a11y.Bus --object-path /org/a11y/bus \
  --method org.a11y.Bus.GetAddress' > "$scratch/out"
check "the accessibility bus starts" grep -q unix: "$scratch/out"

# shellcheck disable=SC2016 # expanded inside
"$gt_env" sh -c 'echo "$$ $HOME" > "$0"; exec sleep 60' "$scratch/asleep" &
wrapper=$!
for _ in $(seq 200); do
  [ ! -s "$scratch/asleep" ] || break
  sleep 0.05
done
read -r command home < "$scratch/asleep"
kill -TERM "$wrapper"
wait "$wrapper"
check "a SIGTERM ends it with 143" test $? = 143
! kill -0 "$command" 2>/dev/null
check "a SIGTERM takes the command along" test $? = 0
check "a SIGTERM takes the home along" test ! -e "$home"

exit $((failures > 0))
