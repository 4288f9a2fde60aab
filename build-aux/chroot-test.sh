#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# chroot-test.sh [SUITE [MESON-TEST-ARGUMENT…]]: builds the last commit of this tree on another
# Debian, with GCC and with Clang, every warning an error, and runs its tests there. SUITE is trixie
# (GTK 4.18, the default), sid (the newest) or bookworm. Needs root, debootstrap, some 4 GB and the
# network; without them it says so and ends with 77, which is neither good nor bad.
#
#   chroot-test.sh trixie
#   chroot-test.sh sid --suite engine --suite cli
#
# MIRROR is where packages come from; by default the one that apt uses here. With KEEP=DIRECTORY the
# system and what was built in it are kept there for the next time.

set -eu

case ${1:-} in
  -h | --help) sed -n '4,/^$/s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
suite=${1:-trixie}
[ $# = 0 ] || shift

skip()
{
  echo "chroot-test.sh: SKIPPED: $*"
  exit 77
}

[ "$(id -u)" = 0 ] || skip "this needs root"
command -v debootstrap >/dev/null || skip "debootstrap is not installed"
[ -e "/usr/share/debootstrap/scripts/$suite" ] || skip "debootstrap does not know $suite"
MIRROR=$(build-aux/debian-mirror.sh)
export MIRROR
export SUITE=$suite
wget -q --spider --timeout=20 "$MIRROR/dists/$suite/Release" 2>/dev/null ||
  curl -sfI --max-time 20 "$MIRROR/dists/$suite/Release" >/dev/null 2>&1 ||
  skip "no $suite at $MIRROR"

exec build-aux/fresh-chroot.sh build-aux/test.sh "$@"
