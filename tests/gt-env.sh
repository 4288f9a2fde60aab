#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# gt-env.sh COMMAND [ARGUMENT…]: runs a command that needs a display, apart from the desktop it is
# started from.
#
# It gets an X server of its own, a session bus of its own that can start nothing but the
# accessibility service, an empty home, and the Cairo renderer (the GL one needs four times as long
# to its first frame and twice the memory without a graphics card). What the servers say goes into
# files and is shown only when they do not start: standard output is the command's alone, and so is
# clean TAP. The exit status is the command's.
#
#   GT_SCREEN    size of the screen; default 1280x1024
#   GT_LOCALE    LC_ALL of the command; default C.UTF-8
#   GT_LANGUAGE  LANGUAGE of the command: which translation; default none
#   GT_RUNTIME   XDG_RUNTIME_DIR of the command, which must exist; default a new one
#   GT_SERVICES  names of more services that the session bus may start, of those that are installed
#   GSK_RENDERER default cairo
#   GT_SERVICE_DIR is told to the command: where the services are that the session bus may start
#   GT_WRAPPER   what runs the command, such as "valgrind --quiet"; default nothing
#   GT_KEEP      if set, the home and the logs are kept, and their place is said

# shellcheck disable=SC2317,SC2329 # the traps call what looks unreachable

set -u

for tool in Xvfb dbus-daemon; do
  if ! command -v "$tool" >/dev/null; then
    echo "1..0 # SKIP $tool is not installed; build-aux/deps.sh installs it"
    exit 0
  fi
done

# The path of a Unix socket must be short, so this does not follow a long TMPDIR.
top=$(mktemp -d /tmp/gt.XXXXXX) || exit 1
x_pid='' bus_pid='' command_pid=''

stop()
{
  local pid=$1
  [ -n "$pid" ] || return 0
  kill "$pid" 2>/dev/null || return 0
  for _ in $(seq 250); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.02
  done
  kill -KILL "$pid" 2>/dev/null
}

cleanup()
{
  trap '' EXIT HUP INT TERM
  # A program that the command left behind loses its display and its bus here, and ends.
  stop "$command_pid"
  stop "$bus_pid"
  stop "$x_pid"
  if [ -n "${GT_KEEP:-}" ]; then
    echo "kept: $top" >&2
  else
    # The last services may still write their last file.
    rm -rf "$top" 2>/dev/null || { sleep 0.2; rm -rf "$top"; }
  fi
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

give_up()
{
  echo "gt-env.sh: $1" >&2
  sed 's/^/  /' "$2" >&2
  exit 1
}

mkdir -m 700 "$top/home" "$top/run" "$top/tmp"
mkdir -p "$top/home/.config/gtk-4.0" "$top/services"

cat > "$top/home/.config/gtk-4.0/settings.ini" <<'INI'
[Settings]
gtk-font-name=Cantarell 11
gtk-icon-theme-name=Adwaita
gtk-enable-animations=false
gtk-cursor-blink=false
INI

for launcher in /usr/libexec/at-spi-bus-launcher /usr/lib/at-spi-bus-launcher \
                /usr/lib/at-spi2-core/at-spi-bus-launcher; do
  [ ! -x "$launcher" ] || break
done
cat > "$top/services/org.a11y.Bus.service" <<SERVICE
[D-BUS Service]
Name=org.a11y.Bus
Exec=$launcher
SERVICE

for service in ${GT_SERVICES:-}; do
  cp "/usr/share/dbus-1/services/$service.service" "$top/services" || exit 1
done

cat > "$top/bus.conf" <<XML
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=$top/run</listen>
  <auth>EXTERNAL</auth>
  <servicedir>$top/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
XML

unset DBUS_SESSION_BUS_ADDRESS DBUS_STARTER_ADDRESS WAYLAND_DISPLAY XAUTHORITY
unset GTK_THEME GTK_MODULES NO_AT_BRIDGE AT_SPI_BUS_ADDRESS XDG_CURRENT_DESKTOP
export HOME="$top/home"
export XDG_CONFIG_HOME="$HOME/.config" XDG_DATA_HOME="$HOME/.local/share"
export XDG_CACHE_HOME="$HOME/.cache" XDG_STATE_HOME="$HOME/.local/state"
export XDG_RUNTIME_DIR="${GT_RUNTIME:-$top/run}" XDG_DATA_DIRS=/usr/local/share:/usr/share
export LC_ALL="${GT_LOCALE:-C.UTF-8}" LANGUAGE="${GT_LANGUAGE:-}"
# A program that is killed leaves its files there.
export TMPDIR="$top/tmp"
export GT_SERVICE_DIR="$top/services"
export GDK_BACKEND=x11 GSK_RENDERER="${GSK_RENDERER:-cairo}" GDK_DISABLE=gl,vulkan
export LIBGL_ALWAYS_SOFTWARE=1 ADW_DISABLE_PORTAL=1
export GSETTINGS_BACKEND=memory GIO_USE_VFS=local GIO_USE_VOLUME_MONITOR=unix

# What makes the program under test strict must not reach the servers.
serve()
{
  local log=$1
  shift
  exec env -u G_DEBUG -u MALLOC_CHECK_ -u MALLOC_PERTURB_ -u G_SLICE -u GTK_A11Y "$@" \
    > "$log" 2>&1 < /dev/null
}

# -displayfd lets the server choose a free number itself: no race between parallel tests.
mkfifo "$top/x" "$top/bus"
serve "$top/x.log" Xvfb -displayfd 3 -screen 0 "${GT_SCREEN:-1280x1024}x24" \
  -nolisten tcp -noreset 3> "$top/x" &
x_pid=$!
read -r number < "$top/x" || give_up "the X server does not start:" "$top/x.log"
export DISPLAY=":$number"

serve "$top/bus.log" dbus-daemon --config-file="$top/bus.conf" --nofork --nopidfile \
  --print-address=3 3> "$top/bus" &
bus_pid=$!
read -r DBUS_SESSION_BUS_ADDRESS < "$top/bus" ||
  give_up "the session bus does not start:" "$top/bus.log"
export DBUS_SESSION_BUS_ADDRESS

# In the background, so that a signal is acted on at once and not when the command has ended.
# shellcheck disable=SC2086 # words
${GT_WRAPPER:-} "$@" <&0 &
command_pid=$!
wait "$command_pid"
status=$?
command_pid=''
exit "$status"
