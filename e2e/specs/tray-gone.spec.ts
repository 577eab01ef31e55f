import { expect, test } from '../fixtures/test.ts';

test('the tray is killed: the host shares on, and a new tray finds it', async ({ desktop }) => {
  const states = desktop.states();
  const first = await desktop.start('--hidden');
  await expect.poll(() => states.kind, { timeout: 60_000 }).toBe('sharing');
  const host = desktop.host;
  const seen = states.seen.length;

  await first.kill();
  // It goes on telling what happens, and it is the same one.
  await expect.poll(() => states.seen.length, { timeout: 60_000 }).toBeGreaterThan(seen);
  expect([states.kind, desktop.host]).toEqual(['sharing', host]);

  const second = await desktop.start('--hidden');
  await expect.poll(async () => (await second.tray()).tooltip()).toContain('Sharing');
  expect(desktop.host).toBe(host);
});

test('nothing of a killed tray is held open by the host', async ({ desktop }) => {
  const app = await desktop.start('--hidden');
  const tray = await app.tray();
  await expect.poll(() => desktop.host).not.toBeNull();
  await expect.poll(() => tray.tooltip()).toContain('Rigshare (demo)');
  await app.kill();
  // The bus takes the icon away only when the last program lets go of its connection.
  await expect
    .poll(() =>
      tray.tooltip().then(
        () => 'there',
        () => 'gone',
      ),
    )
    .toBe('gone');
});

test('the host is killed: it is started again and goes on where it was', async ({ desktop }) => {
  const states = desktop.states();
  const app = await desktop.start('--hidden');
  const tray = await app.tray();
  await expect.poll(() => states.kind, { timeout: 60_000 }).toBe('sharing');
  const host = desktop.host ?? 0;
  process.kill(host, 'SIGKILL');
  await expect.poll(() => tray.tooltip()).toContain('being started again');
  await expect.poll(() => tray.tooltip(), { timeout: 60_000 }).toContain('Sharing');
  expect(desktop.host).not.toBe(host);
});
