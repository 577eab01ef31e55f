import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandsDouble, sharingState } from '../../host/procedures/testing/commands-double.ts';
import { serveHost } from '../../host/server.ts';
import { expect, test } from '../fixtures/test.ts';

test('a host that cannot start is given up after some tries, said plainly, and started when asked', async ({
  desktop,
}) => {
  // Where its socket should lie there is a file.
  const run = path.join(desktop.home, 'run');
  writeFileSync(run, '');
  const app = await desktop.start('--hidden');
  const tray = await app.tray();
  await expect
    .poll(() => tray.tooltip(), { timeout: 60_000 })
    .toBe("Rigshare – Rigshare's background program is not running");
  expect(await tray.labels()).not.toContain('Pause');

  rmSync(run);
  await tray.click('Start it again');
  await expect.poll(() => tray.tooltip(), { timeout: 60_000 }).toContain('Sharing');
});

test('a host of another version is said to be one, and can be used all the same', async ({ desktop }) => {
  const run = path.join(desktop.home, 'run');
  mkdirSync(run, { mode: 0o700 });
  const commands = commandsDouble({ ...sharingState, version: '0.0.1' });
  const socketPath = path.join(run, 'host.sock');
  const server = await serveHost({ commands, socketPath, page: null, reportFault: () => {} });
  try {
    const app = await desktop.start('--hidden');
    const tray = await app.tray();
    const different = 'This window and the background program are of different versions';
    await expect.poll(() => tray.labels()).toContain(different);
    await tray.click('Pause', 'Take no new work');
    await expect
      .poll(() => commands.calls.filter(({ name }) => name === 'pause'))
      .toEqual([{ name: 'pause', args: ['finish', null] }]);
  } finally {
    await server.close();
  }
});
