#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# flatpak-run.sh [ARGUMENT…]: installs what is missing, builds the Flatpak, installs its bundle for
# you, and starts it with the ARGUMENTs (--demo, for instance).
#
# flatpak-run.sh --remove: takes the application, the stand-in for its runtime, and what was built,
# away again. What you asked and were answered stays, and it says where.
#
# The runtime comes from Flathub. Where Flathub cannot be reached, a stand-in for it is made of Debian
# packages (see flatpak-runtime.sh), and the sources of other projects come from Debian too.

set -euo pipefail

case ${1:-} in
  -h | --help) sed -n '4,/^$/s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
top=$(cd "$(dirname "$0")/.." && pwd)
work=$top/build-flatpak

die()
{
  echo "flatpak-run.sh: $1" >&2
  exit 1
}

if [ "${1:-}" != --remove ] && command -v apt-get >/dev/null; then
  "$top/build-aux/deps.sh" flatpak
fi
for tool in flatpak flatpak-builder bwrap ostree eu-strip jq; do
  command -v "$tool" >/dev/null || die "$tool is not installed"
done
mkdir -p "$work"
# shellcheck source-path=SCRIPTDIR source=flatpak-build.sh
. "$top/build-aux/flatpak-build.sh"

# step WHAT COMMAND…: what the command says is read only when it fails.
step()
{
  echo "$1"
  shift
  "$@" > "$work/step.log" 2>&1 9>&- || { tail -n 40 "$work/step.log" >&2; die "that did not work"; }
}

# Whether Flathub gives away the runtime, now.
reach_flathub()
{
  timeout 60 flatpak --user remote-add --if-not-exists flathub \
    https://dl.flathub.org/repo/flathub.flatpakrepo &&
    timeout 60 flatpak --user remote-info flathub "org.gnome.Sdk//$branch"
} > /dev/null 2>&1

has_stand_in()
{
  flatpak --user remotes --show-disabled --columns=name | grep -qx "$remote"
}

remove_stand_in()
{
  # With --force the remote goes even if something is left that came from it.
  flatpak --user list --runtime --columns=ref,origin |
    awk -v remote="$remote" '$2 == remote { print $1 }' |
    xargs -r flatpak --user uninstall -y --noninteractive &&
    flatpak --user remote-delete --force "$remote"
}

remove_all()
{
  if flatpak --user info "$id" > /dev/null 2>&1; then
    step "Removing the application" flatpak --user uninstall -y --noninteractive "$id"
  fi
  if has_stand_in; then
    step "Removing the stand-in for the runtime" remove_stand_in
  fi
  cd "$top"
  rm -rf "$work"
  if [ -d "$HOME/.var/app/$id" ]; then
    echo "Your prompts and answers are still in ~/.var/app/$id"
  fi
}

if [ "${1:-}" = --remove ]; then
  remove_all
  exit 0
fi
[ "$(id -u)" = 0 ] || [ -S /run/dbus/system_bus_socket ] ||
  die "flatpak asks the system's message bus what you may install, and there is none here"
can_sandbox || die "bubblewrap cannot make a sandbox here: no user namespaces"

step "Copying the sources" copy_tree
if ! has_stand_in && reach_flathub; then
  step "Building, with the runtime of Flathub" build --install-deps-from=flathub
else
  echo "Flathub is not in reach, so a stand-in for the runtime is made of Debian packages."
  command -v apt-get >/dev/null || die "… which needs apt-get"
  step "Making it, unless it is there" \
    "$top/build-aux/flatpak-runtime.sh" "$work/runtime" "$branch"
  step "Installing it" install_runtime
  use_near_sources
  step "Building" build
fi
step "Installing the bundle" install_bundle

[ -n "${WAYLAND_DISPLAY:-}${DISPLAY:-}" ] || {
  echo "There is no display. On the command line: flatpak run --command=antiphon-run $id --help"
  exit 0
}
echo "Starting it; the next time: flatpak run $id"
exec flatpak run "$id" "$@" 9>&-
