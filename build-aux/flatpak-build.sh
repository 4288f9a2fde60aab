# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What flatpak-test.sh and flatpak-run.sh share; they source it, with `top` set to this tree and
# `work` to the directory for all that is made. It changes to that directory, in which flatpak-builder
# leaves its state, and keeps others out of it for as long as file descriptor 9 is open.

cd "${work:?}" || exit
exec 9> lock
flock 9

id=io.github.antiphon_app.Antiphon
manifest=$work/tree/flatpak/$id.json
branch=$(jq -r '."runtime-version"' "${top:?}/flatpak/$id.json")
remote=antiphon-runtime    # where the stand-in for the runtime comes from

can_sandbox()
{
  bwrap --ro-bind / / --proc /proc --dev /dev --unshare-user --unshare-pid true 2>/dev/null
}

# A copy of the tree without what the manifest says to skip.
copy_tree()
{
  rm -rf tree
  mkdir tree
  jq -r '.modules[-1].sources[0].skip[] | "./" + .' "$top/flatpak/$id.json" > skip.list
  tar -C "$top" --exclude-from=skip.list -cf - . | tar -C tree -xf -
}

# Its manifest with sources that are in reach: Debian's archives, which came with the stand-in.
use_near_sources()
{
  local module archive
  jq -r '.modules[] | select(.sources[0].type == "git") | .name' "$manifest" > modules.list
  while read -r module; do
    archive=$(echo "$work/runtime/sources/${module}"_*.orig.tar.*)
    jq --arg name "$module" --arg path "$archive" \
      --arg sum "$(sha256sum "$archive" | cut -d ' ' -f 1)" \
      '(.modules[] | select(.name == $name)).sources
         |= [{ type: "archive", path: $path, sha256: $sum }]' "$manifest" > manifest.new
    mv manifest.new "$manifest"
  done < modules.list
}

install_runtime()
{
  flatpak --user remote-add --if-not-exists --no-gpg-verify --no-enumerate "$remote" \
    "file://$work/runtime/repo" &&
    flatpak --user install -y --noninteractive --or-update "$remote" \
      "org.gnome.Platform//$branch" "org.gnome.Sdk//$branch"
}

# build [OPTION…]: more options for flatpak-builder.
build()
{
  rm -rf repo
  flatpak-builder --user --force-clean --disable-rofiles-fuse --disable-cache \
    --default-branch=stable --state-dir="$work/state" --repo="$work/repo" "$@" "$work/build" \
    "$manifest" &&
    rm -rf "$work/state"
}

# The bundle names where users get the runtime, which is not in reach everywhere: --no-deps.
install_bundle()
{
  flatpak build-update-repo "$work/repo" &&
    flatpak build-bundle "$work/repo" "$work/$id.flatpak" "$id" stable \
      --runtime-repo=https://dl.flathub.org/repo/flathub.flatpakrepo &&
    flatpak --user install -y --noninteractive --no-deps --reinstall "$work/$id.flatpak"
}
