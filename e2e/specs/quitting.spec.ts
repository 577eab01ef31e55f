import { expect, test } from '../fixtures/test.ts';
import { isGone } from '../fixtures/processes.ts';
import { Rigshare } from '../screens/rigshare.ts';

test('quit and stop sharing: the work is moved away first, then host and tray end', async ({ desktop }) => {
  const states = desktop.states();
  const app = await desktop.start('--hidden');
  const tray = await app.tray();
  const isRunning = () => states.last?.work.some(({ state }) => state === 'running');
  await expect.poll(isRunning, { timeout: 60_000 }).toBe(true);
  await expect.poll(() => tray.labels()).toContain('Quit ▸ 1 job stops here and starts again elsewhere');
  const host = desktop.host ?? 0;

  await tray.click('Quit', 'Stop sharing and quit');
  await expect.poll(() => tray.tooltip()).toContain('Freeing the GPU, then quitting');
  expect(await app.ended(60_000)).toBe(true);
  expect(await isGone(host, 1000)).toBe(true);
  expect([states.kind, isRunning()]).toEqual(['paused', false]);
});

test('quit and keep sharing: the tray ends, the host goes on, and the next start brings the icon back', async ({
  desktop,
}) => {
  const states = desktop.states();
  const app = await desktop.start('--hidden');
  const tray = await app.tray();
  await expect.poll(() => states.kind, { timeout: 60_000 }).toBe('sharing');
  const host = desktop.host;

  await tray.click('Quit', 'Keep sharing in the background');
  expect(await app.ended(10_000)).toBe(true);
  expect([desktop.host, states.kind]).toEqual([host, 'sharing']);

  const next = await desktop.start('--hidden');
  await expect.poll(async () => (await next.tray()).tooltip()).toContain('Sharing');
  expect(desktop.host).toBe(host);
});

test('a host that was stopped in the window stays stopped, until it is started from the tray', async ({
  desktop,
}) => {
  const app = await desktop.start();
  const tray = await app.tray();
  const rigshare = new Rigshare(await app.window());
  await expect(rigshare.home.state('Sharing')).toBeVisible({ timeout: 60_000 });
  await rigshare.goTo('Settings');
  await rigshare.page.getByRole('button', { name: 'Stop sharing and quit the background program' }).click();
  await rigshare.page.getByRole('button', { name: 'Stop and quit' }).click();
  await expect
    .poll(() => tray.tooltip(), { timeout: 40_000 })
    .toBe('Rigshare – Rigshare has stopped, nothing is shared');
  await expect.poll(() => desktop.host).toBeNull();
  await tray.click('Start it again');
  await expect.poll(() => tray.tooltip(), { timeout: 60_000 }).toContain('Sharing');
});
