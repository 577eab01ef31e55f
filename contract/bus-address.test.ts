import { expect, test } from 'vitest';
import { busSocket } from './bus-address.ts';

test.each([
  ['unix:path=/run/user/1000/bus', '/run/user/1000/bus'],
  ['unix:path=/run/user/1000/bus,guid=0123', '/run/user/1000/bus'],
  ['unix:abstract=/tmp/dbus-Xy,guid=0123', '\0/tmp/dbus-Xy'],
  ['unix:path=/tmp/a%20b%2cc', '/tmp/a b,c'],
  ['tcp:host=localhost,port=1;unix:path=/b', '/b'],
  ['autolaunch:', null],
])('%s', (address, socket) => {
  expect(busSocket({ DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: '/other' })).toBe(socket);
});

test('without an address it is the user’s own', () => {
  expect(busSocket({ XDG_RUNTIME_DIR: '/run/user/7' })).toBe('/run/user/7/bus');
  expect(busSocket({})).toBeNull();
});
