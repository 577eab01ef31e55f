import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placesFor, socketFolder } from './places.ts';

const linux = { platform: 'linux', env: {}, userHome: '/home/ada', home: null };

describe('the places', () => {
  it('are those of the XDG specification on Linux', () => {
    expect(placesFor(linux)).toEqual({
      data: '/home/ada/.local/share/rigshare',
      config: '/home/ada/.config/rigshare',
      cache: '/home/ada/.cache/rigshare',
      log: '/home/ada/.local/state/rigshare/log',
      run: '/home/ada/.local/share/rigshare/run',
      socket: '/home/ada/.local/share/rigshare/run/host.sock',
    });
  });
  it('follow XDG variables, but not a relative one', () => {
    const places = placesFor({ ...linux, env: { XDG_DATA_HOME: '/data', XDG_CONFIG_HOME: 'here' } });
    expect(places.data).toBe('/data/rigshare');
    expect(places.config).toBe('/home/ada/.config/rigshare');
  });
  it('are the same with and without a session, so that a shell of cron or ssh finds the host', () => {
    expect(placesFor({ ...linux, env: { XDG_RUNTIME_DIR: '/run/user/1000' } })).toEqual(placesFor(linux));
  });
  it('all lie under --home where one is given', () => {
    const places = placesFor({ ...linux, home: '/srv/rig', env: { XDG_DATA_HOME: '/data' } });
    expect(Object.values(places).filter((path) => !path.startsWith('/srv/rig/'))).toEqual([]);
    expect(places.socket).toBe('/srv/rig/run/host.sock');
  });
  it('differ from each other', () => {
    for (const platform of ['linux', 'darwin', 'win32']) {
      const places = Object.values(placesFor({ ...linux, platform }));
      expect(new Set(places).size, platform).toBe(places.length);
    }
  });
  it('use a named pipe on Windows', () => {
    const { socket, data } = placesFor({
      platform: 'win32',
      env: { LOCALAPPDATA: 'C:\\L' },
      userHome: 'C:\\U',
      home: null,
    });
    expect(data).toBe('C:\\L\\Rigshare\\data');
    expect(socket).toMatch(/^\\\\\.\\pipe\\rigshare-[0-9a-f]{16}$/);
  });
});

describe("the socket's path", () => {
  it('fits what a unix socket can have, whatever the home', () => {
    const home = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }).map((s) => `/${s}`);
    fc.assert(
      fc.property(home, fc.constantFrom('linux', 'darwin'), (home, platform) => {
        const { socket } = placesFor({
          ...linux,
          platform,
          home,
          env: { XDG_RUNTIME_DIR: '/run/user/1000' },
        });
        return Buffer.byteLength(socket) <= (platform === 'darwin' ? 103 : 107);
      }),
    );
  });
  it('falls back to a folder named after the home, the same each time and another for another home', () => {
    const long = (name: string) =>
      placesFor({ ...linux, home: `/${'x'.repeat(120)}/${name}`, env: { XDG_RUNTIME_DIR: '/run/user/7' } });
    expect(long('a').socket).toMatch(/^\/run\/user\/7\/rigshare-[0-9a-f]{16}\/host\.sock$/);
    expect(long('a').socket).toBe(long('a').socket);
    expect(long('a').socket).not.toBe(long('b').socket);
    expect(socketFolder(long('a').socket)).toMatch(/^\/run\/user\/7\/rigshare-[0-9a-f]{16}$/);
    expect(placesFor({ ...linux, home: `/${'x'.repeat(120)}` }).socket).toMatch(/^\/tmp\/rigshare-/);
  });
  it('counts bytes, not characters', () => {
    expect(placesFor({ ...linux, home: `/${'京'.repeat(40)}` }).socket).toMatch(/^\/tmp\//);
    expect(placesFor({ ...linux, home: `/${'x'.repeat(40)}` }).socket).not.toMatch(/^\/tmp\//);
  });
});
