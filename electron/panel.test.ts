import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { watchForPanel } from './panel.ts';

const daemon = ['/usr/bin/dbus-daemon', '/bin/dbus-daemon'].find((file) => existsSync(file));
let child: ChildProcess | undefined;
const folder = mkdtempSync(path.join(os.tmpdir(), 'panel-'));
afterEach(() => {
  child?.kill();
  rmSync(folder, { recursive: true, force: true });
});

interface TestBus {
  requestName: (name: string, flags: number, done: (error: unknown) => void) => void;
  releaseName: (name: string, done: (error: unknown) => void) => void;
  connection: { end: () => void };
}

test.skipIf(daemon === undefined)('each panel that comes is told, and one that goes is not', async () => {
  child = spawn(
    daemon!,
    ['--session', '--nofork', '--nopidfile', '--print-address=1', `--address=unix:path=${folder}/bus`],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  await new Promise((resolve) => child!.stdout!.once('data', resolve));
  let panels = 0;
  await watchForPanel({ XDG_RUNTIME_DIR: folder }, () => (panels += 1));
  const library = (await import('@homebridge/dbus-native')) as unknown as {
    default: { createClient: (options: object) => TestBus };
  };
  const bus = library.default.createClient({ socket: `${folder}/bus` });
  const own = (name: string) => new Promise((resolve) => bus.requestName(name, 0, resolve));
  const release = (name: string) => new Promise((resolve) => bus.releaseName(name, resolve));
  // The watch was asked for on another connection: repeat until it is in place.
  await expect
    .poll(async () => {
      await release('org.kde.StatusNotifierWatcher');
      await own('org.kde.StatusNotifierWatcher');
      return panels;
    })
    .toBeGreaterThan(0);
  const before = panels;
  await own('org.example.Other');
  await release('org.kde.StatusNotifierWatcher');
  await own('org.kde.StatusNotifierWatcher');
  await expect.poll(() => panels).toBe(before + 1);
  bus.connection.end();
});

test('without a bus nothing happens and nothing fails', async () => {
  await watchForPanel({}, () => expect.unreachable());
  await watchForPanel({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }, () => expect.unreachable());
});
