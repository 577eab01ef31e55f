import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { watchForPanel } from './panel.ts';

const daemon = ['/usr/bin/dbus-daemon', '/bin/dbus-daemon'].find((file) => existsSync(file));
const watcher = 'org.kde.StatusNotifierWatcher';

interface TestBus {
  readonly name?: string;
  requestName: (name: string, flags: number, done: (error: unknown) => void) => void;
  releaseName: (name: string, done: (error: unknown) => void) => void;
  exportInterface: (object: object, path: string, description: object) => void;
  connection: { end: () => void };
}

describe.skipIf(daemon === undefined)('on a bus', () => {
  let child: ChildProcess;
  let folder: string;
  let bus: TestBus;
  let panels: number;
  const appeared = () => (panels += 1);

  beforeEach(async () => {
    panels = 0;
    folder = mkdtempSync(path.join(os.tmpdir(), 'panel-'));
    const args = [
      '--session',
      '--nofork',
      '--nopidfile',
      '--print-address=1',
      `--address=unix:path=${folder}/bus`,
    ];
    child = spawn(daemon!, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((resolve) => child.stdout!.once('data', resolve));
    const library = (await import('@homebridge/dbus-native')) as unknown as {
      default: { createClient: (options: object) => TestBus };
    };
    bus = library.default.createClient({ socket: `${folder}/bus` });
  });
  afterEach(() => {
    bus.connection.end();
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const own = (name: string) => new Promise((resolve) => bus.requestName(name, 0, resolve));
  const release = (name: string) => new Promise((resolve) => bus.releaseName(name, resolve));
  const exportItems = (items: string[]) =>
    bus.exportInterface({ RegisteredStatusNotifierItems: items }, '/StatusNotifierWatcher', {
      name: watcher,
      methods: {},
      signals: {},
      properties: { RegisteredStatusNotifierItems: 'as' },
    });
  const watch = () => watchForPanel({ XDG_RUNTIME_DIR: folder }, appeared, 0);

  test('each panel that comes is told, and neither its going nor another name', async () => {
    await watch();
    await own(watcher);
    await expect.poll(() => panels).toBe(1);
    await own('org.example.Other');
    await release(watcher);
    await own(watcher);
    await expect.poll(() => panels).toBe(2);
  });

  test('a panel that shows this process’s icon already is left alone', async () => {
    await own('org.example.Item');
    exportItems(['org.example.Item/StatusNotifierItem']);
    await own(watcher);
    await watch();
    expect(panels).toBe(0);
  });

  test('a panel that came just before it was watched for is told too', async () => {
    exportItems([]);
    await own(watcher);
    await watch();
    expect(panels).toBe(1);
  });
});

test('without a bus nothing happens and nothing fails', async () => {
  await watchForPanel({}, () => expect.unreachable());
  await watchForPanel({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }, () => expect.unreachable());
});
