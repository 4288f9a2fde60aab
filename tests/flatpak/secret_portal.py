#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands behind the Secret portal on a desktop: gives each application a secret of its own, the
same whenever it asks. Serves on the session bus, for xdg-desktop-portal, and prints "ready"."""

import hashlib
import os

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

NAME = 'org.freedesktop.impl.portal.desktop.secrettest'
XML = '''
<node>
  <interface name="org.freedesktop.impl.portal.Secret">
    <method name="RetrieveSecret">
      <arg type="o" direction="in"/><arg type="s" direction="in"/>
      <arg type="h" direction="in"/><arg type="a{sv}" direction="in"/>
      <arg type="u" direction="out"/><arg type="a{sv}" direction="out"/>
    </method>
    <property name="version" type="u" access="read"/>
  </interface>
</node>'''


def call(_connection, _sender, _path, _interface, _method, parameters, invocation):
    application = parameters.unpack()[1]
    # The reader waits until nobody has the other end any more.
    for descriptor in invocation.get_message().get_unix_fd_list().steal_fds():
        os.write(descriptor, hashlib.sha512(application.encode()).digest())
        os.close(descriptor)
    invocation.return_value(GLib.Variant('(ua{sv})', (0, {})))


def get(*_unused):
    return GLib.Variant('u', 1)


def main():
    loop = GLib.MainLoop()
    bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    interface = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
    bus.register_object('/org/freedesktop/portal/desktop', interface, call, get, None)
    Gio.bus_own_name_on_connection(bus, NAME, Gio.BusNameOwnerFlags.NONE,
                                   lambda *_: print('ready', flush=True), lambda *_: loop.quit())
    loop.run()


if __name__ == '__main__':
    main()
