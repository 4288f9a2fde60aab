#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# deps.sh [GROUP…]: installs what is missing, and only that. Groups:
#   build   to build and to run on the command line (the default)
#   window  to show the window as it is meant to look
#   test    to run every test
#   bench   to run the benchmarks
#   proof   for valgrind, coverage and static analysis
#   flatpak to build the Flatpak and to try it in its sandbox
#
# On Debian and what comes from it, by apt-get (as root, or with sudo). Elsewhere it looks for the
# same things and says what is missing.

set -eu

build=(
  ca-certificates
  desktop-file-utils
  gcc
  gettext
  libadwaita-1-dev
  libc6-dev
  libcsv-dev
  libglib2.0-bin
  libglib2.0-dev
  libgtk-4-bin
  libgtk-4-dev
  libgtksourceview-5-dev
  libjson-glib-dev
  libmd4c-dev
  librsvg2-common
  libsecret-1-dev
  libsoup-3.0-dev
  libsqlite3-dev
  meson
  pkg-config
  shared-mime-info
)
window=(
  adwaita-icon-theme
  fonts-cantarell
  fonts-noto-cjk
  gsettings-desktop-schemas
)
test=(
  appstream
  at-spi2-core
  clang
  dbus-daemon
  fish
  gir1.2-atspi-2.0
  groff-base
  iproute2
  imagemagick
  libclang-rt-dev
  libxml2-utils
  locales
  python3-gi
  shellcheck
  xdotool
  xvfb
  zsh
)

bench=(
  python3-aiohttp
)
proof=(
  cppcheck
  gcovr
  valgrind
)
flatpak=(
  bubblewrap
  ca-certificates
  dbus-daemon
  elfutils
  flatpak
  flatpak-builder
  fuse3
  jq
  librsvg2-common
  ostree
  xdg-dbus-proxy
  xdg-desktop-portal
  xdg-desktop-portal-gtk
)

# The same for other systems: a program or a pkg-config module of each.
build_programs=(cc meson ninja pkg-config msgfmt glib-compile-resources update-desktop-database
                update-mime-database)
build_modules=('glib-2.0 >= 2.74' 'gtk4 >= 4.8' 'libadwaita-1 >= 1.2' 'libsoup-3.0 >= 3.2'
               'json-glib-1.0 >= 1.6' 'sqlite3 >= 3.40' 'md4c >= 0.4.8'
               'gtksourceview-5 >= 5.6' 'libsecret-1 >= 0.20.5')
test_programs=(appstreamcli clang dbus-daemon desktop-file-validate import shellcheck xdotool
               xmllint Xvfb)

die()
{
  printf 'deps.sh: %s\n' "$@" >&2
  exit 1
}

# Sets `missing` to those of the arguments that dpkg does not know as installed.
missing=()
find_missing()
{
  local installed
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
              sed -n 's/ installed$//p')
  missing=()
  for package; do
    grep -Fqx "$package" <<< "$installed" || missing+=("$package")
  done
}

as_root()
{
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# What apt-get says is read only when it fails.
apt()
{
  local log status=0
  log=$(mktemp)
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q "$@" > "$log" 2>&1 < /dev/null || status=$?
  [ "$status" = 0 ] || tail -n 20 "$log" >&2
  rm -f "$log"
  return "$status"
}

ask_root()
{
  die "$1" "Please let somebody who may install packages run this line as root:" \
      "  apt-get update && apt-get install --no-install-recommends ${missing[*]}"
}

# may_install: whether sudo takes us for somebody who may, with a password where it can ask for one.
may_install()
{
  [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null || { [ -t 2 ] && sudo -v; }
}

install_missing()
{
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
    ask_root "packages are missing, and there is no sudo to install them with"
  may_install || ask_root "packages are missing, and sudo does not let you install them"
  echo "Installing what is missing: ${missing[*]}"
  # A fresh system has no package lists, an old one has lists of files that are gone.
  if ! ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; then
    apt update
  elif apt install -y --no-install-recommends "${missing[@]}"; then
    return
  else
    echo "Trying again with new package lists"
    apt update
  fi
  apt install -y --no-install-recommends "${missing[@]}"
}

# Elsewhere nothing can be installed, but most of it can be looked for.
check_by_hand()
{
  local lacking=() programs=("${build_programs[@]}")
  case " $* " in
    *' test '*) programs+=("${test_programs[@]}") ;;
  esac
  for program in "${programs[@]}"; do
    command -v "$program" >/dev/null || lacking+=("the program $program")
  done
  for module in "${build_modules[@]}"; do
    pkg-config --exists "$module" 2>/dev/null || lacking+=("the development files of $module")
  done
  [ ${#lacking[@]} = 0 ] ||
    die "this is no Debian, so please install yourself:" "${lacking[@]/#/  }"
}

[ $# -gt 0 ] || set -- build
packages=()
for group; do
  case $group in
    build) packages+=("${build[@]}") ;;
    window) packages+=("${window[@]}") ;;
    test) packages+=("${test[@]}") ;;
    bench) packages+=("${bench[@]}") ;;
    proof) packages+=("${proof[@]}") ;;
    flatpak) packages+=("${flatpak[@]}") ;;
    *) die "no group '$group'; there are: build window test bench proof flatpak" ;;
  esac
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  check_by_hand "$@"
  exit 0
fi
find_missing "${packages[@]}"
[ ${#missing[@]} = 0 ] || install_missing
