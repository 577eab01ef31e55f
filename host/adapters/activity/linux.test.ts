import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBus, type Bus } from './bus.ts';
import { linuxActivity } from './linux.ts';
import { x11IdleMs } from './x11.ts';

const first = (...files: readonly string[]) => files.find((file) => existsSync(file));
const daemon = first('/usr/bin/dbus-daemon', '/bin/dbus-daemon');
const xvfb = first('/usr/bin/Xvfb');
const now = Date.UTC(2026, 10, 25);

/** The parts of the bus library with which services are played. */
interface Service {
  requestName: (name: string, flags: number, done: (error: unknown) => void) => void;
  exportInterface: (object: object, path: string, description: object) => void;
  connection: { end: () => void };
}

describe.skipIf(daemon === undefined)('the last input on Linux', () => {
  let child: ChildProcess;
  let folder: string;
  let service: Service;
  let bus: Bus;
  let x11: number | null;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'activity-'));
    const socket = path.join(folder, 'bus');
    const args = [
      '--session',
      '--nofork',
      '--nopidfile',
      '--print-address=1',
      `--address=unix:path=${socket}`,
    ];
    child = spawn(daemon!, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((resolve) => child.stdout!.once('data', resolve));
    const library = (await import('@homebridge/dbus-native')) as unknown as {
      default: { createClient: (options: object) => Service };
    };
    service = library.default.createClient({ socket });
    bus = openBus(() => socket);
    x11 = null;
  });
  afterEach(() => {
    bus.close();
    service.connection.end();
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const own = (name: string) => new Promise((resolve) => service.requestName(name, 0, resolve));
  const offer = async (
    name: string,
    at: string,
    methods: Readonly<Record<string, [string, string, unknown]>>,
  ) => {
    const object = Object.fromEntries(
      Object.entries(methods).map(([key, [, , value]]) => [key, () => value]),
    );
    const described = Object.fromEntries(
      Object.entries(methods).map(([key, [inward, outward]]) => [key, [inward, outward, [], []]]),
    );
    service.exportInterface(object, at, { name, methods: described, signals: {}, properties: {} });
    await own(name);
  };
  const logind = async (
    sessions: readonly (readonly [seat: string, kind: string])[],
    idleSince: number | null,
  ) => {
    const manager = {
      ListSessions: () => sessions.map(([seat], i) => [`${i}`, 1000, 'mira', seat, `/session/${i}`]),
      IdleHint: idleSince !== null,
      IdleSinceHint: (idleSince ?? 0) * 1000,
    };
    service.exportInterface(manager, '/org/freedesktop/login1', {
      name: 'org.freedesktop.login1.Manager',
      methods: { ListSessions: ['', 'a(susso)', [], []] },
      signals: {},
      properties: { IdleHint: 'b', IdleSinceHint: 't' },
    });
    for (const [i, [, kind]] of sessions.entries())
      service.exportInterface({ Class: kind }, `/session/${i}`, {
        name: 'org.freedesktop.login1.Session',
        methods: {},
        signals: {},
        properties: { Class: 's' },
      });
    await own('org.freedesktop.login1');
  };
  const look = () =>
    linuxActivity({
      clock: { now: () => now },
      session: bus,
      system: bus,
      x11: () => Promise.resolve(x11),
    }).look();

  it('is GNOME’s own where it is there', async () => {
    await offer('org.gnome.Mutter.IdleMonitor', '/org/gnome/Mutter/IdleMonitor/Core', {
      GetIdletime: ['', 't', 42_000],
    });
    x11 = 1;
    expect(await look()).toEqual({ lastInputAt: now - 42_000, source: 'GNOME' });
  });
  it('is the screen saver’s in milliseconds with KDE, in seconds with others', async () => {
    await offer('org.freedesktop.ScreenSaver', '/org/freedesktop/ScreenSaver', {
      GetSessionIdleTime: ['', 'u', 90],
    });
    expect(await look()).toEqual({ lastInputAt: now - 90_000, source: 'screen saver' });
    await own('org.kde.screensaver');
    expect(await look()).toEqual({ lastInputAt: now - 90, source: 'screen saver' });
  });
  it('is not known from a screen saver that answers 0 whatever happens, as KDE’s on Wayland', async () => {
    await offer('org.freedesktop.ScreenSaver', '/org/freedesktop/ScreenSaver', {
      GetSessionIdleTime: ['', 'u', 0],
    });
    await own('org.kde.screensaver');
    expect(await look()).toEqual({ lastInputAt: null, source: null });
  });
  it('is X’s where no desktop tells it', async () => {
    await own('org.freedesktop.ScreenSaver');
    x11 = 7_000;
    expect(await look()).toEqual({ lastInputAt: now - 7_000, source: 'X11' });
  });
  it('is logind’s hint where nothing else tells it, and not known without a hint', async () => {
    await logind([['seat0', 'user']], now - 600_000);
    expect(await look()).toEqual({ lastInputAt: now - 600_000, source: 'logind' });
  });
  it('is not known where the hint says nothing', async () => {
    await logind([['seat0', 'user']], null);
    expect(await look()).toEqual({ lastInputAt: null, source: null });
  });
  it('has been since nobody is signed in at the machine: neither the login screen nor SSH counts', async () => {
    await logind(
      [
        ['seat0', 'greeter'],
        ['', 'user'],
      ],
      null,
    );
    expect(await look()).toEqual({ lastInputAt: now, source: 'logind' });
  });
  it('is not known where nobody answers, or no bus is', async () => {
    expect(await look()).toEqual({ lastInputAt: null, source: null });
    const nowhere = openBus(() => path.join(folder, 'nowhere'));
    const parts = {
      clock: { now: () => now },
      session: nowhere,
      system: nowhere,
      x11: () => Promise.resolve(null),
    };
    expect(await linuxActivity(parts).look()).toEqual({ lastInputAt: null, source: null });
  });
});

describe('X without a display', () => {
  it.each([{}, { DISPLAY: ':987' }, { DISPLAY: 'far:0' }, { DISPLAY: ':0', WAYLAND_DISPLAY: 'wayland-0' }])(
    'is not asked: %j',
    async (env) => {
      expect(await x11IdleMs(env)).toBeNull();
    },
  );
});

describe.skipIf(xvfb === undefined)('a real X', () => {
  it('tells how long nothing was typed', async () => {
    const child = spawn(xvfb!, ['-displayfd', '3', '-nolisten', 'tcp', '-noreset'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    try {
      const display = await new Promise<string>((resolve) =>
        child.stdio[3]!.once('data', (data: Buffer) => resolve(String(data).trim())),
      );
      const env = { DISPLAY: `:${display}` };
      const began = Date.now();
      const first = await x11IdleMs(env);
      await expect.poll(() => x11IdleMs(env), { timeout: 10_000 }).toBeGreaterThan(first! + 400);
      expect(await x11IdleMs(env)).toBeLessThanOrEqual(first! + (Date.now() - began) + 1_000);
    } finally {
      child.kill();
    }
  });
});
