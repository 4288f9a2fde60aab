#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# flatpak-runtime.sh DIRECTORY BRANCH: makes a stand-in for org.gnome.Platform and org.gnome.Sdk out
# of Debian packages, for machines that reach a Debian mirror and nothing else. build-aux/flatpak-test.sh
# builds and runs the application against it.
#
# The packages are unpacked into a directory, never installed: what the host has is neither read nor
# changed, and no maintainer script runs. Afterwards there are in DIRECTORY
#
#   repo      the two runtimes in a repository that `flatpak remote-add` takes
#   sources   the source archives of the modules that the manifest brings along
#   stamp     by which the next run sees that all of this is there already
#
# SUITE is the Debian release to take: forky has the versions of GNOME 51. It is a stand-in for the
# interfaces, not for the binaries: the real runtime has another C compiler and other patches.

set -euo pipefail

case ${1:-} in
  '' | -h | --help) sed -n '4,/^$/s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
mkdir -p "$1"
top=$(cd "$1" && pwd)
branch=$2
suite=${SUITE:-forky}
arch=$(flatpak --default-arch)

stamp="$suite $branch $(sha256sum < "$0")"
if [ "$(cat "$top/stamp" 2>/dev/null)" = "$stamp" ]; then
  exit 0
fi
rm -f "$top/stamp"

platform_packages=(
  bash coreutils dash findutils grep gzip libc-bin locales mawk sed tar
  libadwaita-1-0 libgtk-4-1 libgtksourceview-5-0 libjson-glib-1.0-0 libsecret-1-0 libsoup-3.0-0
  libsqlite3-0 dconf-gsettings-backend glib-networking gsettings-desktop-schemas libglib2.0-bin
  adwaita-icon-theme hicolor-icon-theme librsvg2-common shared-mime-info
  ca-certificates fontconfig fonts-dejavu-core tzdata
)
sdk_packages=(
  binutils cmake diffutils file gcc libc6-dev make meson ninja-build patch pkgconf
  libadwaita-1-dev libgtk-4-dev libgtksourceview-5-dev libjson-glib-dev libsecret-1-dev
  libsoup-3.0-dev libsqlite3-dev appstream desktop-file-utils elfutils gettext
)
# The GNOME runtime lacks these; the manifest builds them from source.
source_packages=(libcsv md4c)

# What the closure of dependencies contains and no sandbox needs: services, drivers of graphics
# cards (the tests draw with Cairo), translations of country names.
unneeded='^(dbus(-.*)?|debconf|init-system-helpers|iso-codes|libpam.*|procps|systemd.*|libsystemd-shared'
unneeded+='|user-session-migration|libllvm.*|libz3-4|mesa-libgallium|libgl1-mesa-dri|libglx-mesa0'
unneeded+='|libegl-mesa0|openssl-provider-legacy|libc-gconv-modules-extra) '

# Packages

# shellcheck disable=SC2016 # the names are apt's
site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' |
       grep -E '/debian/?$' | head -n 1)
site=${MIRROR:-${site:-http://deb.debian.org/debian}}
apt=$top/apt
mkdir -p "$apt"/{lists/partial,cache/archives/partial,none/partial,etc/apt.conf.d,etc/preferences.d,log}
: > "$apt/status"
printf 'deb%s [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
  '' "$site" "$suite" '-src' "$site" "$suite" > "$apt/etc/sources.list"

apt_get()
{
  apt-get -qq -o Dir::State="$apt" -o Dir::State::status="$apt/status" \
    -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" -o Dir::Etc="$apt/etc" \
    -o Dir::Etc::sourcelist="$apt/etc/sources.list" -o Dir::Etc::sourceparts=- \
    -o Dir::Log="$apt/log" -o APT::Sandbox::User=root -o APT::Install-Recommends=false \
    -o Acquire::Languages=none -o Acquire::Retries=3 -o Debug::NoLocking=true "$@"
}

# closure PACKAGE…: all that they need, as lines of "name version architecture". What is in the
# archive cache would not be listed, so apt is shown an empty one.
closure()
{
  apt_get -o Dir::Cache::archives="$apt/none" --print-uris install "$@" |
    sed -n "s/^'[^']*' \([^_]*\)_\([^_]*\)_\([a-z0-9]*\)\.deb .*/\1 \2 \3/p" |
    sed 's/%3a/:/g; s/%2b/+/g; s/%7e/~/g' | grep -vE "$unneeded" | sort
}

echo "Looking up packages of $suite"
apt_get update
closure "${platform_packages[@]}" > "$top/platform.list"
closure "${platform_packages[@]}" "${sdk_packages[@]}" > "$top/all.list"
comm -13 "$top/platform.list" "$top/all.list" > "$top/sdk.list"

echo "Downloading $(wc -l < "$top/all.list") packages"
mapfile -t wanted < <(awk '{ print $1 "=" $2 }' "$top/all.list")
(cd "$apt/cache/archives" && apt_get download "${wanted[@]}")
rm -rf "$top/sources"
mkdir "$top/sources"
(cd "$top/sources" && apt_get source --tar-only --download-only "${source_packages[@]}")

# Trees

# unpack ROOT LIST: without documentation and translations.
unpack()
{
  export root=$1 archives=$apt/cache/archives
  # shellcheck disable=SC2016 # expanded by the inner shell
  awk '{ gsub(":", "%3a", $2); print $1 "_" $2 "_" $3 ".deb" }' "$2" |
    xargs -P "$(nproc)" -I{} sh -c '
      dpkg-deb --fsys-tarfile "$archives/{}" |
        tar -C "$root" -xf - --keep-directory-symlink --no-same-owner \
          --exclude="./usr/share/doc/*" --exclude="./usr/share/man/*" \
          --exclude="./usr/share/info/*" --exclude="./usr/share/help/*" \
          --exclude="./usr/share/gtk-doc/*" --exclude="./usr/share/gir-1.0/*" \
          --exclude="./usr/share/locale/*" --exclude="./usr/share/lintian/*" \
          --exclude="./usr/share/bug/*" --exclude="./usr/bin/*lto-dump*" \
          --exclude="./usr/lib/*/libicu*.a" --exclude="./dev/*" --exclude="./var/*"'
}

# inside ROOT SCRIPT: runs a script in a tree, with nothing of the host.
inside()
{
  bwrap --bind "$1" / --proc /proc --dev /dev --tmpfs /tmp --tmpfs /var --unshare-net --clearenv \
    --setenv PATH /usr/bin:/usr/sbin --setenv HOME /tmp --setenv LC_ALL C.UTF-8 \
    /usr/bin/bash -ec "$2"
}

# What maintainer scripts would have linked.
link_alternatives()
{
  ln -sfn ../sbin/ldconfig "$1/usr/bin/ldconfig"
  [ -e "$1/usr/bin/sh" ] || ln -s dash "$1/usr/bin/sh"
  [ -e "$1/usr/bin/awk" ] || ln -s mawk "$1/usr/bin/awk"
  [ ! -e "$1/usr/bin/gcc" ] || ln -sfn gcc "$1/usr/bin/cc"
}

# … and what they would have made.
# shellcheck disable=SC2016 # expanded inside
caches='
  ldconfig
  PATH=$PATH:$(echo /usr/lib/*-linux-gnu*/glib-2.0)
  for directory in /usr/lib/*/gio/modules; do gio-querymodules "$directory"; done
  glib-compile-schemas /usr/share/glib-2.0/schemas
  update-mime-database /usr/share/mime
  fc-cache -s'

rm -rf "$top/platform" "$top/sdk"
mkdir -p "$top"/platform/usr/{bin,sbin,lib,lib64} "$top"/platform/{proc,dev,tmp,var}
for directory in bin sbin lib lib64; do
  ln -s "usr/$directory" "$top/platform/$directory"
done
echo "Unpacking the Platform"
unpack "$top/platform" "$top/platform.list"
link_alternatives "$top/platform"
# shellcheck disable=SC2016 # expanded inside
inside "$top/platform" '
  for locale in en_US zh_CN; do localedef -i "$locale" -f UTF-8 "$locale.UTF-8"; done
  rm -rf /usr/share/i18n
  mkdir -p /etc/ssl/certs
  find /usr/share/ca-certificates -name "*.crt" -print0 | sort -z | xargs -0 cat \
    > /etc/ssl/certs/ca-certificates.crt'

echo "Unpacking the Sdk"
cp -al "$top/platform" "$top/sdk"
unpack "$top/sdk" "$top/sdk.list"
link_alternatives "$top/sdk"
# Meson starts three times as fast.
inside "$top/sdk" 'python3 -m compileall -q -j0 /usr/lib/python3*/ >/dev/null 2>&1 || :'

# flatpak-builder before 1.3.4 runs appstream-compose inside the Sdk, which newer ones lack. It has
# also moved the file to where newer tools do not look.
cat > "$top/sdk/usr/bin/appstream-compose" <<'SH'
#!/bin/sh
for argument; do
  case $argument in
    --prefix=*) prefix=${argument#*=} ;;
    -*) ;;
    *) id=$argument ;;
  esac
done
if [ -e "$prefix/share/appdata/$id.appdata.xml" ]; then
  mkdir -p "$prefix/share/metainfo"
  mv "$prefix/share/appdata/$id.appdata.xml" "$prefix/share/metainfo/$id.metainfo.xml"
  rmdir "$prefix/share/appdata"
fi
exec appstreamcli validate --no-net --explain "$prefix/share/metainfo/$id.metainfo.xml"
SH
chmod +x "$top/sdk/usr/bin/appstream-compose"

# Where the real one keeps the flags for all modules.
mkdir -p "$top/sdk/etc/flatpak-builder"
cat > "$top/sdk/etc/flatpak-builder/defaults.json" <<'JSON'
{
  "build-options": {
    "cflags": "-O2 -g -pipe -Wp,-D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fcf-protection",
    "ldflags": "-L/app/lib -Wl,-z,relro,-z,now -Wl,--as-needed"
  }
}
JSON

inside "$top/platform" "$caches"
inside "$top/sdk" "$caches"

# Repository

# Without compression, so that installing is a matter of hard links.
rm -rf "$top/repo"
ostree init --repo="$top/repo" --mode=bare-user-only
ostree --repo="$top/repo" config set core.fsync false

# export_runtime NAME TREE
export_runtime()
{
  local out=$top/export
  echo "Exporting org.gnome.$1//$branch"
  rm -rf "$out"
  mkdir "$out"
  rm -f "$2"/etc/{passwd,group,shadow,gshadow,hostname,hosts,resolv.conf,machine-id,localtime,timezone}
  mkdir -p "$2/usr/share/runtime/locale"
  mv "$2/usr" "$out/files"
  mv "$2/etc" "$out/files/etc"
  cat > "$out/metadata" <<META
[Runtime]
name=org.gnome.$1
runtime=org.gnome.Platform/$arch/$branch
sdk=org.gnome.Sdk/$arch/$branch

[Environment]
GI_TYPELIB_PATH=/app/lib/girepository-1.0
XDG_DATA_DIRS=/app/share:/usr/share:/usr/share/runtime/share:/run/host/user-share:/run/host/share
META
  flatpak build-export --runtime --no-update-summary --files=files "$top/repo" "$out" "$branch" \
    > /dev/null
  rm -rf "$out" "$2"
}
export_runtime Platform "$top/platform"
export_runtime Sdk "$top/sdk"
flatpak build-update-repo "$top/repo" > /dev/null

rm -rf "$apt"
echo "$stamp" > "$top/stamp"
