#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# fresh-chroot.sh [COMMAND…]: do the two commands of the README work on a Debian with nothing
# installed? Makes one with debootstrap, runs in it the last commit of this tree, reports, and takes
# everything away again. Needs root, debootstrap, git, some 3 GB and the network; without them it says
# so and ends with 77, which is neither good nor bad.
#
# fresh-chroot.sh --flatpak: the README's line for the Flatpak, for two users that are not root. One may
# use sudo, and gets to the window, by a display that is made here (Xvfb, xdotool), and to the command
# line; takes it away again. The other may not, and is told what to ask for.
#
#   SUITE    default bookworm
#   MIRROR   default http://deb.debian.org/debian
#   TMPDIR   where to make it; default /tmp
#   KEEP     a directory in which it is kept under the name of its suite, and used again: fresh no
#            more, but fast
#
# With a COMMAND it runs that instead of the two.

# shellcheck disable=SC2317,SC2329 # the trap and step() call what looks unreachable

set -eu

case ${1:-} in
  -h | --help) sed -n '4,/^$/s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
skip()
{
  echo "fresh-chroot.sh: SKIPPED: $*"
  exit 77
}

[ "$(id -u)" = 0 ] || skip "this needs root"
needed='debootstrap git'
[ "${1:-}" != --flatpak ] || needed+=' Xvfb xdotool'
for tool in $needed; do
  command -v "$tool" >/dev/null || skip "$tool is not installed"
done

# In a mount namespace of its own nothing that is mounted here can stay behind, or be deleted.
if [ -z "${FRESH_CHROOT_INSIDE:-}" ]; then
  exec env FRESH_CHROOT_INSIDE=1 unshare --mount --propagation private "$0" "$@"
fi

# Whoever is in a chroot already cannot have another root, see inside().
probe=$(mktemp -d)
# shellcheck disable=SC2016 # expanded inside
unshare --mount --propagation private sh -euc 'mount --bind "$0" "$0"; cd "$0"; mkdir .old
  pivot_root . .old' "$probe" 2>/dev/null && can_pivot=1 || can_pivot=''
rm -rf --one-file-system "$probe"
[ -n "$can_pivot" ] || skip "this system's root cannot be changed: is it a chroot?"

top=$(cd "$(dirname "$0")/.." && pwd)
suite=${SUITE:-bookworm}
if [ -n "${KEEP:-}" ]; then
  root=$(realpath -m "$KEEP/$suite")
  mkdir -p "$root"
else
  root=$(mktemp -d "${TMPDIR:-/tmp}/antiphon-fresh.XXXXXX")
fi

cleanup()
{
  trap '' EXIT HUP INT TERM
  umount -R "$root/proc" 2>/dev/null || :
  umount -R "$root/sys" 2>/dev/null || :
  umount -R "$root/dev" 2>/dev/null || :
  # One that was never finished is of no use again.
  if [ -z "${KEEP:-}" ] || [ ! -e "$root/antiphon" ]; then
    rm -rf --one-file-system "$root"
  fi
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

report=()
# step NAME COMMAND…: runs, times and remembers.
step()
{
  local name=$1 begin=$SECONDS status=0
  shift
  printf '\n=== %s\n' "$name"
  "$@" || status=$?
  report+=("$(printf '%-52s status %d, %4d s' "$name" "$status" $((SECONDS - begin)))")
  failed=$((failed + (status != 0)))
}
failed=0

# Whoever is in a chroot may make no user namespace, and so no sandbox: the tree is the root of a mount
# namespace instead.
# shellcheck disable=SC2016 # expanded inside
inside()
{
  root=$root unshare --mount --propagation private bash -euc '
    mount --rbind "$root" "$root"
    mkdir -p "$root/.old"
    cd "$root"
    pivot_root . .old
    umount -l /.old
    cd /antiphon
    exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 TERM=dumb "$@"' inside "$@"
}

# Without the network, but for the loopback: whatever runs now has all it needs.
inside_offline()
{
  export -f inside
  export root
  # shellcheck disable=SC2016 # expanded inside
  unshare --net bash -c 'ip link set lo up && inside "$@"' bash "$@"
}

if [ ! -e "$root/antiphon" ]; then
  step "debootstrap $suite" debootstrap --variant=minbase "$suite" "$root" \
    "${MIRROR:-http://deb.debian.org/debian}" > "$root.log" 2>&1
  [ "$failed" = 0 ] || { tail -20 "$root.log"; rm -f "$root.log"; exit 1; }
  rm -f "$root.log"
  chmod 755 "$root"
  git init --quiet "$root/antiphon"
fi
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount --rbind /dev "$root/dev"
printf '127.0.0.1 localhost %s\n' "$(hostname)" > "$root/etc/hosts"
# A mirror that stands still is taken there if it is taken here.
apt-config dump Acquire::Check-Valid-Until > "$root/etc/apt/apt.conf.d/10mirror"
git -C "$root/antiphon" fetch --quiet --depth 1 "file://$top" HEAD
git -C "$root/antiphon" checkout --quiet --force FETCH_HEAD
echo "commit $(git -C "$root/antiphon" log -1 --format='%h %s')"

# as_user USER DIRECTORY COMMAND…: as after logging in there, with the bus of the system.
# shellcheck disable=SC2016 # expanded inside
as_user()
{
  root=$root unshare --mount --propagation private --pid --fork --kill-child bash -euc '
    id=$(chroot "$root" id -u "$1") directory=$2
    mount --rbind "$root" "$root"
    mount -t proc proc "$root/proc"
    mkdir -p "$root/tmp/.X11-unix" "$root/.old"
    [ ! -d /tmp/.X11-unix ] || mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
    cd "$root"
    pivot_root . .old
    umount -l /.old
    install -d -m 700 -o "$id" "/run/user/$id"
    install -d /run/dbus
    rm -f /run/dbus/*
    dbus-daemon --system --fork
    cd "$directory"
    shift 2
    exec setpriv --reuid "$id" --regid "$id" --init-groups \
      env -i HOME="${directory%/*}" PATH=/usr/local/bin:/usr/bin:/bin LC_ALL=C.UTF-8 TERM=dumb \
        XDG_RUNTIME_DIR="/run/user/$id" ${DISPLAY:+DISPLAY="$DISPLAY"} "$@"' as_user "$@"
}

make_users()
{
  inside apt-get -qq update && inside apt-get -qq install -y --no-install-recommends sudo dbus &&
    for user in admin guest; do
      inside useradd --create-home --shell /bin/bash "$user" &&
        cp -a "$root/antiphon" "$root/home/$user/antiphon" &&
        inside chown -R "$user:$user" "/home/$user" || return
    done
  echo 'admin ALL=(ALL) NOPASSWD: ALL' > "$root/etc/sudoers.d/admin"
}

guest_is_told()
{
  as_user guest /home/guest/antiphon build-aux/flatpak-run.sh 2>&1 | tee "$root/said"
  grep -q 'apt-get install .*flatpak-builder' "$root/said"
}

# The line of the README until there is a window, in which somebody could ask.
admin_sees_the_window()
{
  local window=''
  as_user admin /home/admin/antiphon build-aux/flatpak-run.sh --demo &
  for _ in $(seq 900); do
    window=$(xdotool search --onlyvisible --name '^Antiphon$') || :
    if [ -n "$window" ] || ! kill -0 $! 2>/dev/null; then break; fi
    sleep 1
  done
  if [ -n "$window" ] && [ -n "${E2E_SHOTS:-}" ]; then
    sleep 2
    import -window root "$E2E_SHOTS/fresh-flatpak.png"
  fi
  # It ends as a user would end it.
  [ -z "$window" ] || xdotool windowfocus --sync "$window" key --clearmodifiers ctrl+q
  wait $! && [ -n "$window" ]
}

admin_asks()
{
  as_user admin /home/admin/antiphon \
    flatpak run --command=antiphon-run io.github.antiphon_app.Antiphon --demo -p one -p two -p three |
    tee "$root/said"
  [ "$(grep -c '"state":"done"' "$root/said")" = 3 ]
}

admin_removes_it()
{
  as_user admin /home/admin/antiphon build-aux/flatpak-run.sh --remove &&
    ! as_user admin /home/admin/antiphon flatpak --user list --columns=ref | grep . &&
    [ ! -e "$root/home/admin/antiphon/build-flatpak" ]
}

try_flatpak()
{
  local x_server
  step "two users that are not root" make_users
  step "who may not install is told what is missing" guest_is_told
  # shellcheck disable=SC2094 # the number comes out of it
  coproc x_server_output { exec Xvfb -displayfd 1 -screen 0 1280x900x24 -nolisten tcp -noreset 2>/dev/null; }
  x_server=$!
  read -r DISPLAY <&"${x_server_output[0]}"
  export DISPLAY=:$DISPLAY
  step "build-aux/flatpak-run.sh gets to the window" admin_sees_the_window
  kill "$x_server"
  unset DISPLAY
  step "its command line answers three prompts" admin_asks
  step "build-aux/flatpak-run.sh --remove leaves nothing" admin_removes_it
}

if [ "${1:-}" = --flatpak ]; then
  try_flatpak
elif [ $# -gt 0 ]; then
  step "$*" inside "$@"
else
  step "build-aux/run.sh on a fresh system" inside build-aux/run.sh
  step "build-aux/test.sh after it" inside build-aux/test.sh
  if command -v ip >/dev/null; then
    step "build-aux/run.sh again, without network" inside_offline build-aux/run.sh
    step "build-aux/test.sh again, without network" inside_offline build-aux/test.sh
  else
    step "build-aux/run.sh again" inside build-aux/run.sh
  fi
fi

echo
printf '%s\n' "${report[@]}"
exit $((failed > 0))
