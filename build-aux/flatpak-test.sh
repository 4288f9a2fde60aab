#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# flatpak-test.sh [DIRECTORY]: builds the Flatpak, installs its bundle, lets it work in its sandbox,
# and takes it away again. Prints TAP. What it makes is in DIRECTORY, build-flatpak by default.
#
# The runtime is a stand-in made of Debian packages (see flatpak-runtime.sh). It stays in DIRECTORY,
# so only the first run needs a network. The manifest is the one of this tree, with one difference:
# modules whose source is a Git repository, which is not in reach everywhere, are built from Debian's
# archive of the same source.
#
# Needs root: a document portal exists only at /run/user/UID, and is put there in a mount namespace.
# Where something is missing that cannot be helped, it says what, and skips.

# shellcheck disable=SC2317,SC2329 # point() calls what looks unreachable

set -euo pipefail

case ${1:-} in
  -h | --help) sed -n '4,/^$/s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
top=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "${1:-$top/build-flatpak}"
work=$(cd "${1:-$top/build-flatpak}" && pwd)

# Points 1 to 6 are made here, the others by the program that works in the sandbox.
total=19

skip()
{
  echo "1..0 # SKIP $1"
  exit 0
}

# What can be missing on a machine that is all right.
for tool in flatpak flatpak-builder bwrap ostree eu-strip jq fusermount3 xdg-dbus-proxy appstreamcli; do
  command -v "$tool" >/dev/null ||
    skip "$tool is not installed; build-aux/deps.sh flatpak installs it"
done
[ "$(id -u)" = 0 ] || skip "this needs root"
for file in /usr/libexec/xdg-document-portal /usr/libexec/xdg-desktop-portal-gtk; do
  [ -x "$file" ] || skip "$file is not installed; build-aux/deps.sh flatpak installs it"
done
# shellcheck source-path=SCRIPTDIR source=flatpak-build.sh
. "$top/build-aux/flatpak-build.sh"
can_sandbox || skip "bubblewrap cannot make a sandbox here: no user namespaces"
unshare --mount --pid --fork --mount-proc true 2>/dev/null ||
  skip "no mount or PID namespaces here"

if ! "$top/build-aux/flatpak-runtime.sh" "$work/runtime" "$branch" > "$work/runtime.log" 2>&1; then
  sed 's/^/# /' "$work/runtime.log"
  if grep -qE 'Failed to fetch|Could not resolve|Unable to (fetch|locate)' "$work/runtime.log"; then
    skip "no network for the packages of the test runtime"
  fi
  echo 'Bail out! The test runtime could not be made.'
  exit 1
fi

# A user and an installation of their own; nothing that a sandbox would inherit.
export HOME=$work/home FLATPAK_USER_DIR=$work/installation LC_ALL=C.UTF-8
unset XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME XDG_STATE_HOME LANGUAGE
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS LD_LIBRARY_PATH PYTHONPATH
unset G_DEBUG GSETTINGS_SCHEMA_DIR GSETTINGS_BACKEND GIO_USE_VFS GTK_A11Y MALLOC_CHECK_
export XDG_DATA_DIRS=$FLATPAK_USER_DIR/exports/share:/usr/local/share:/usr/share
rm -rf "$HOME" "$FLATPAK_USER_DIR" "$work/build" "$work"/*.flatpak
mkdir -p "$HOME"

echo "1..$total"
number=0
# point NAME COMMAND…: what the command says is a diagnosis. Without a point the next ones are in vain.
point()
{
  local name=$1
  shift
  number=$((number + 1))
  if "$@" > "$work/point.log" 2>&1; then
    echo "ok $number - $name"
    return
  fi
  tail -n 60 "$work/point.log" | sed 's/^/# /'
  echo "not ok $number - $name"
  echo "Bail out! Nothing can follow."
  exit 1
}

known_properties()
{
  flatpak-builder --show-manifest "$1" 2>&1 >/dev/null | tee unknown.log
  ! grep -i 'unknown property' unknown.log
}

exported()
{
  local share=$work/build/export/share
  appstreamcli validate --no-net --explain "$share/metainfo/$id.metainfo.xml" &&
    desktop-file-validate "$share/applications/$id.desktop" &&
    test -e "$share/dbus-1/services/$id.service" &&
    test -e "$share/mime/packages/$id.xml" &&
    test -e "$share/icons/hicolor/scalable/apps/$id.svg" &&
    test -e "$share/icons/hicolor/symbolic/apps/$id-symbolic.svg"
}

# What the Sdk has and the Platform has not would be missed only on the user's machine.
libraries()
{
  # shellcheck disable=SC2016 # expanded inside
  flatpak run --command=sh "$id" -c \
    'for file in /app/bin/* /app/libexec/*; do echo "$file"; ldd "$file"; done' | tee libraries.log
  grep -q libgtk-4 libraries.log && ! grep 'not found' libraries.log
}

copy_tree
use_near_sources
point "the manifests have no unknown property" known_properties "$manifest"
point "the runtime that the manifest names is installed" install_runtime
point "the manifest is built" build
point "what the desktop looks for is exported under the application id" exported
point "the bundle is installed" install_bundle
point "every library is in the Platform or brought along" libraries

# In namespaces of their own: /run/user belongs to this test, and nothing outlives it.
export FLATPAK_ID_UNDER_TEST=$id
export GT_SERVICES='org.freedesktop.portal.Desktop org.freedesktop.portal.Documents
  org.freedesktop.portal.Flatpak
  org.freedesktop.impl.portal.PermissionStore org.freedesktop.impl.portal.desktop.gtk'
# Secrets come from a service of the test, which stands for that of a desktop.
export XDG_DESKTOP_PORTAL_DIR=$work/portals
mkdir -p "$XDG_DESKTOP_PORTAL_DIR"
cp /usr/share/xdg-desktop-portal/portals/gtk.portal "$XDG_DESKTOP_PORTAL_DIR"
printf '%s\n' '[portal]' 'DBusName=org.freedesktop.impl.portal.desktop.secrettest' \
  'Interfaces=org.freedesktop.impl.portal.Secret' 'UseIn=gnome' \
  > "$XDG_DESKTOP_PORTAL_DIR/secrettest.portal"
# Newer versions of the portal do not look for one who offers that.
printf '%s\n' '[preferred]' 'default=gtk' 'org.freedesktop.impl.portal.Secret=secrettest' \
  > "$XDG_DESKTOP_PORTAL_DIR/portals.conf"
status=0
# shellcheck disable=SC2016 # expanded inside
timeout -k 5 300 unshare --mount --pid --fork --kill-child --mount-proc bash -c '
  mount --make-rprivate /
  mount -t tmpfs -o mode=755 tmpfs /run
  mkdir /run/user
  export GT_RUNTIME=/run/user/$(id -u)
  install -d -m 700 "$GT_RUNTIME"
  "$1"/tests/gt-env.sh /usr/bin/python3 "$1"/tests/flatpak/test_flatpak.py
  exit $?' session "$top" > "$work/session.tap" 2> "$work/session.log" || status=$?
# Its points go on from ours.
awk -v number="$number" '
  /^1\.\./ { next }
  match ($0, /^(not )?ok [0-9]+/) {
    word = /^not/ ? "not ok" : "ok"
    $0 = word " " ++number substr ($0, RLENGTH + 1)
  }
  { print }' "$work/session.tap"
[ "$status" = 0 ] || tail -n 40 "$work/session.log" | sed 's/^/# /'
exit "$status"
