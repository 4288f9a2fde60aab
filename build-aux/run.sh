#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run.sh [FILE…]: installs what is missing, builds, and runs the main job: many prompts at once.
#
# With a display it opens the window with three sample prompts ready to send, or with the prompts of
# the FILEs; without one it runs the same on the command line. It asks the Ollama at OLLAMA_HOST or
# 127.0.0.1:11434 when one answers, and otherwise the demo server, whose replies are canned.

set -eu

case ${1:-} in
  -h | --help) sed -n '4,/^$/s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
top=$(cd "$(dirname "$0")/.." && pwd)
directory=$top/build-run
prefix=$directory/prefix
samples=$top/data/samples/recipes.txt

# A display that a program can reach, not only a name for one.
has_display()
{
  local socket number host
  if [ -n "${WAYLAND_DISPLAY:-}" ]; then
    case $WAYLAND_DISPLAY in
      /*) socket=$WAYLAND_DISPLAY ;;
      *) socket=${XDG_RUNTIME_DIR:-/nowhere}/$WAYLAND_DISPLAY ;;
    esac
    [ ! -S "$socket" ] || return 0
  fi
  [ -n "${DISPLAY:-}" ] || return 1
  host=${DISPLAY%:*}
  number=${DISPLAY##*:}
  number=${number%.*}
  case $host in
    '' | unix)
      [ -S "/tmp/.X11-unix/X$number" ] || grep -q "@/tmp/.X11-unix/X$number\$" /proc/net/unix
      ;;
    *) (exec 3<> "/dev/tcp/$host/$((6000 + number))") 2>/dev/null ;;
  esac
}

# quietly COMMAND…: what it says is read only when it fails.
quietly()
{
  "$@" > "$directory.log" 2>&1 || { cat "$directory.log" >&2; rm -f "$directory.log"; return 1; }
  rm -f "$directory.log"
}

# It runs as if installed, so settings, translations and icons are found as they will be.
build()
{
  if [ ! -e "$directory/build.ninja" ]; then
    echo "Configuring build-run"
    rm -rf "$directory"
    quietly meson setup "$directory" "$top" --prefix="$prefix" -Dtests=false || { rm -rf "$directory"; return 1; }
  fi
  # On a terminal ninja shows how far it is.
  if [ -t 1 ]; then
    ninja -C "$directory"
  else
    quietly ninja -C "$directory"
  fi
  quietly meson install -C "$directory" --no-rebuild
}

# Sets `demo` to --demo unless a server answers that has a model.
where=${OLLAMA_HOST:-127.0.0.1:11434}
choose_server()
{
  local models reason=''
  if ! models=$(timeout 10 "$prefix/bin/antiphon-run" --list-models 2>/dev/null); then
    reason="No Ollama answers at $where."
  elif [ -z "$models" ]; then
    reason="The Ollama at $where has no model yet ('ollama pull NAME' gets one)."
  fi
  demo=()
  if [ -n "$reason" ]; then
    demo=(--demo)
    echo "$reason This is the demo server, and its replies are canned."
  fi
}

files=()
for file; do
  files+=("$(realpath -e -- "$file")")
done

if has_display; then
  "$top/build-aux/deps.sh" build window
else
  "$top/build-aux/deps.sh" build
fi
build
choose_server
# The window may remember another one; the command line asks this one anyway.
server=()
[ ${#demo[@]} -gt 0 ] || server=(--server "$where")

export XDG_DATA_DIRS="$prefix/share:${XDG_DATA_DIRS:-/usr/local/share:/usr/share}"
if has_display; then
  if [ ${#files[@]} -gt 0 ]; then
    exec "$prefix/bin/antiphon" "${demo[@]}" "${server[@]}" -- "${files[@]}"
  fi
  exec "$prefix/bin/antiphon" "${demo[@]}" "${server[@]}" --compose "$samples"
fi
if [ ${#files[@]} = 0 ]; then
  files=("$samples")
fi
exec "$prefix/bin/antiphon-run" "${demo[@]}" --watch -- "${files[@]}"
