#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop for tests: as much of the session manager, the notifications, the portals and the dock
as an application talks to. It prints one line of JSON for each thing that it is told."""

import json
import os
import sys

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

DESKTOP = '''
<node>
  <interface name="org.gnome.SessionManager">
    <method name="RegisterClient">
      <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="o" direction="out"/>
    </method>
    <method name="Inhibit">
      <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
      <arg type="u" direction="in"/><arg type="u" direction="out"/>
    </method>
    <method name="Uninhibit"><arg type="u" direction="in"/></method>
  </interface>
  <interface name="org.gtk.Notifications">
    <method name="AddNotification">
      <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
    </method>
    <method name="RemoveNotification">
      <arg type="s" direction="in"/><arg type="s" direction="in"/>
    </method>
  </interface>
  <interface name="org.freedesktop.portal.Background">
    <method name="RequestBackground">
      <arg type="s" direction="in"/><arg type="a{sv}" direction="in"/><arg type="o" direction="out"/>
    </method>
    <method name="SetStatus"><arg type="a{sv}" direction="in"/></method>
  </interface>
  <interface name="org.freedesktop.portal.Inhibit">
    <method name="Inhibit">
      <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="a{sv}" direction="in"/>
      <arg type="o" direction="out"/>
    </method>
    <property name="version" type="u" access="read"/>
  </interface>
</node>'''
# What the portal makes of each call that lasts.
REQUEST = '''
<node>
  <interface name="org.freedesktop.portal.Request"><method name="Close"/></interface>
</node>'''
# An interface is freed with what it was read from.
DESKTOP, REQUEST = map(Gio.DBusNodeInfo.new_for_xml, (DESKTOP, REQUEST))
PORTAL = ('org.freedesktop.portal.Desktop', '/org/freedesktop/portal/desktop')
OBJECTS = {
    'org.gnome.SessionManager': ('org.gnome.SessionManager', '/org/gnome/SessionManager'),
    'org.gtk.Notifications': ('org.gtk.Notifications', '/org/gtk/Notifications'),
    'org.freedesktop.portal.Background': PORTAL,
    'org.freedesktop.portal.Inhibit': PORTAL,
}
COOKIE = 7


def tell(what, arguments):
    print(json.dumps([what, arguments]), flush=True)


def on_inhibit(connection, sender, parameters, call):
    """The portal is asked what newer versions of GTK do not ask the session manager; it is told in the
    same way, but for who asked, which the portal sees by itself."""
    _window, flags, options = parameters.unpack()
    token = options.get('handle_token', 'inhibit')
    path = '%s/request/%s/%s' % (PORTAL[1], sender[1:].replace('.', '_'), token)

    def on_close(_connection, _sender, _path, _interface, _method, _parameters, close):
        tell('Uninhibit', [COOKIE])
        close.return_value(None)
    connection.register_object(path, REQUEST.interfaces[0], on_close, None, None)
    tell('Inhibit', ['', 0, options['reason'], flags])
    call.return_value(GLib.Variant('(o)', (path,)))


def on_call(connection, sender, _path, interface, method, parameters, call):
    if interface == 'org.freedesktop.portal.Inhibit':
        on_inhibit(connection, sender, parameters, call)
        return
    tell(method, parameters.unpack())
    results = {
        'RegisterClient': GLib.Variant('(o)', ('/org/gnome/SessionManager/Client1',)),
        'Inhibit': GLib.Variant('(u)', (COOKIE,)),
        'RequestBackground': GLib.Variant('(o)', ('/org/freedesktop/portal/desktop/request/1',)),
    }
    call.return_value(results.get(method))


def on_get(_connection, _sender, _path, _interface, _property):
    return GLib.Variant('u', 3)


def on_dock(_connection, _sender, _path, _interface, _signal, parameters):
    tell('Update', parameters.unpack())


def call_bus(connection, method, parameters=None):
    connection.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus',
                         method, parameters, None, 0, -1, None)


def main():
    connection = Gio.bus_get_sync(Gio.BusType.SESSION)
    # Newer versions of GTK look for a portal only among what the bus could start.
    service = os.path.join(os.environ['GT_SERVICE_DIR'], PORTAL[0] + '.service')
    with open(service, 'w', encoding='utf-8') as file:
        file.write('[D-BUS Service]\nName=%s\nExec=/bin/false\n' % PORTAL[0])
    call_bus(connection, 'ReloadConfig')
    for interface in DESKTOP.interfaces:
        name, path = OBJECTS[interface.name]
        connection.register_object(path, interface, on_call, on_get, None)
        call_bus(connection, 'RequestName', GLib.Variant('(su)', (name, 0)))
    connection.signal_subscribe(None, 'com.canonical.Unity.LauncherEntry', 'Update', None, None, 0,
                                on_dock)
    tell('ready', [])
    GLib.MainLoop().run()


if __name__ == '__main__':
    sys.exit(main())
