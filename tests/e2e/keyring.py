#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A keyring for tests: as much of org.freedesktop.secrets as libsecret needs, in memory. It takes
secrets unencrypted, which the specification allows, and has one collection, never locked.

As a program it serves on the session bus and prints "ready"; what is kept is asked for with
Get of the property Kept, which no real keyring has."""

import sys

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

NAME = 'org.freedesktop.secrets'
SERVICE = '/org/freedesktop/secrets'
COLLECTION = SERVICE + '/collection/login'
SESSION = SERVICE + '/session/only'
XML = '''
<node>
  <interface name="org.freedesktop.Secret.Service">
    <method name="OpenSession">
      <arg type="s" direction="in"/><arg type="v" direction="in"/>
      <arg type="v" direction="out"/><arg type="o" direction="out"/>
    </method>
    <method name="SearchItems">
      <arg type="a{ss}" direction="in"/>
      <arg type="ao" direction="out"/><arg type="ao" direction="out"/>
    </method>
    <method name="Unlock">
      <arg type="ao" direction="in"/><arg type="ao" direction="out"/><arg type="o" direction="out"/>
    </method>
    <method name="GetSecrets">
      <arg type="ao" direction="in"/><arg type="o" direction="in"/>
      <arg type="a{o(oayays)}" direction="out"/>
    </method>
    <method name="ReadAlias"><arg type="s" direction="in"/><arg type="o" direction="out"/></method>
    <property name="Collections" type="ao" access="read"/>
    <property name="Kept" type="a(ss)" access="read"/>
  </interface>
  <interface name="org.freedesktop.Secret.Collection">
    <method name="CreateItem">
      <arg type="a{sv}" direction="in"/><arg type="(oayays)" direction="in"/>
      <arg type="b" direction="in"/>
      <arg type="o" direction="out"/><arg type="o" direction="out"/>
    </method>
    <property name="Locked" type="b" access="read"/>
    <property name="Label" type="s" access="read"/>
    <property name="Items" type="ao" access="read"/>
    <property name="Created" type="t" access="read"/>
    <property name="Modified" type="t" access="read"/>
  </interface>
  <interface name="org.freedesktop.Secret.Item">
    <method name="Delete"><arg type="o" direction="out"/></method>
    <method name="GetSecret">
      <arg type="o" direction="in"/><arg type="(oayays)" direction="out"/>
    </method>
    <property name="Locked" type="b" access="read"/>
    <property name="Label" type="s" access="read"/>
    <property name="Attributes" type="a{ss}" access="read"/>
    <property name="Created" type="t" access="read"/>
    <property name="Modified" type="t" access="read"/>
  </interface>
</node>'''


class Keyring:
    def __init__(self, connection):
        self.connection = connection
        self.items = {}      # path -> (attributes, label, secret, registration)
        self.last = 0
        info = Gio.DBusNodeInfo.new_for_xml(XML)
        self.service, self.collection, self.item = info.interfaces
        connection.register_object(SERVICE, self.service, self.on_service, self.get, None)
        for path in (COLLECTION, SERVICE + '/aliases/default'):
            connection.register_object(path, self.collection, self.on_collection, self.get, None)

    def found(self, wanted):
        return [path for path, (attributes, *_) in self.items.items()
                if all(attributes.get(key) == value for key, value in wanted.items())]

    def secret(self, path):
        return (SESSION, b'', self.items[path][2], 'text/plain')

    def get(self, _connection, _sender, path, _interface, name):
        attributes, label, _, _ = self.items.get(path, ({}, 'login', b'', 0))
        return {
            'Attributes': GLib.Variant('a{ss}', attributes),
            'Collections': GLib.Variant('ao', [COLLECTION]),
            'Created': GLib.Variant('t', 1),
            'Items': GLib.Variant('ao', list(self.items)),
            'Kept': GLib.Variant('a(ss)', [(item[1], item[2].decode())
                                           for item in self.items.values()]),
            'Label': GLib.Variant('s', label),
            'Locked': GLib.Variant('b', False),
            'Modified': GLib.Variant('t', 1),
        }[name]

    def on_service(self, _connection, _sender, _path, _interface, method, parameters, call):
        arguments = parameters.unpack()
        if method == 'OpenSession' and arguments[0] != 'plain':
            call.return_dbus_error('org.freedesktop.DBus.Error.NotSupported', 'only plain')
        elif method == 'OpenSession':
            call.return_value(GLib.Variant('(vo)', (GLib.Variant('s', ''), SESSION)))
        elif method == 'SearchItems':
            call.return_value(GLib.Variant('(aoao)', (self.found(arguments[0]), [])))
        elif method == 'Unlock':
            call.return_value(GLib.Variant('(aoo)', (arguments[0], '/')))
        elif method == 'GetSecrets':
            secrets = {path: self.secret(path) for path in arguments[0]}
            call.return_value(GLib.Variant('(a{o(oayays)})', (secrets,)))
        else:
            call.return_value(GLib.Variant('(o)', (COLLECTION,)))

    def on_collection(self, _connection, _sender, _path, _interface, _method, parameters, call):
        properties, (_, _, value, _), replace = parameters.unpack()
        attributes = properties['org.freedesktop.Secret.Item.Attributes']
        old = self.found(attributes) if replace else []
        path = old[0] if old else COLLECTION + '/%d' % (self.last + 1)
        if old:
            number = self.items[path][3]
        else:
            self.last += 1
            number = self.connection.register_object(path, self.item, self.on_item, self.get, None)
        self.items[path] = (attributes, properties['org.freedesktop.Secret.Item.Label'],
                            bytes(value), number)
        call.return_value(GLib.Variant('(oo)', (path, '/')))

    def on_item(self, _connection, _sender, path, _interface, method, _parameters, call):
        if method == 'Delete':
            self.connection.unregister_object(self.items.pop(path)[3])
            call.return_value(GLib.Variant('(o)', ('/',)))
        else:
            call.return_value(GLib.Variant('((oayays))', (self.secret(path),)))


def main():
    loop = GLib.MainLoop()
    connection = Gio.bus_get_sync(Gio.BusType.SESSION)
    keyring = Keyring(connection)
    Gio.bus_own_name_on_connection(connection, NAME, Gio.BusNameOwnerFlags.NONE,
                                   lambda *_: print('ready', flush=True), lambda *_: loop.quit())
    loop.run()
    del keyring


if __name__ == '__main__':
    sys.exit(main())
