import { readlinkSync } from 'node:fs';
import { packagedProgram } from '../fixtures/package.ts';
import { commandOf } from '../fixtures/processes.ts';
import { expect, test } from '../fixtures/test.ts';
import { Rigshare } from '../screens/rigshare.ts';

let program = '';
test.beforeAll(() => {
  test.setTimeout(600_000);
  program = packagedProgram();
});

test('the packaged app asks before anything, and runs its host out of the package', async ({ desktop }) => {
  const states = desktop.states();
  const app = await desktop.startPackaged(program);
  const tray = await app.tray();
  const rigshare = new Rigshare(app.page);
  await expect(rigshare.title).toHaveText('Share your GPU. Have it back at once.');
  await expect.poll(() => tray.tooltip()).toMatch(/^Rigshare – Not sharing/);
  expect(await tray.labels()).not.toContain('Pause');

  const host = desktop.host ?? 0;
  expect(readlinkSync(`/proc/${host}/exe`)).toBe(program);
  expect(commandOf(host)).toContain('resources/app.asar/out/host/main.js');

  await rigshare.page.getByRole('button', { name: 'Try the demo' }).click();
  await expect(rigshare.demoBand).toBeVisible();
  await expect.poll(() => states.kind, { timeout: 60_000 }).toBe('sharing');
  await tray.click('Pause', 'Until I resume');
  await expect(rigshare.home.state('Paused by you')).toBeVisible({ timeout: 30_000 });

  await tray.click('Quit', 'Stop sharing and quit');
  expect(await app.ended(60_000)).toBe(true);
  await expect.poll(() => desktop.host).toBeNull();
});

test('the packaged app lets nobody in through its switches for developers', async ({ desktop }) => {
  const app = await desktop.startPackaged(program, '--inspect=0');
  await expect(new Rigshare(app.page).title).toBeVisible();
  expect(app.output()).not.toContain('Debugger listening');
});
