import { expect, test } from '../fixtures/test.ts';
import { looksLike, pictureOf } from '../fixtures/pictures.ts';

test.describe('without a panel at the start', () => {
  test.use({ panel: false });

  test('the icon comes as soon as a panel does, with the state it is in', async ({ desktop }) => {
    const states = desktop.states();
    await desktop.start('--hidden');
    await expect.poll(() => states.kind, { timeout: 60_000 }).toBe('sharing');
    const panel = await desktop.openPanel();
    const tray = await panel.item(0);
    await expect.poll(() => tray.tooltip()).toContain('Sharing');
    expect(await tray.labels()).toContain('Open Rigshare');
  });
});

test('a panel that is restarted gets the icon again', async ({ desktop }) => {
  const app = await desktop.start('--hidden');
  await expect.poll(async () => (await app.tray()).tooltip()).toContain('(demo)');
  await desktop.panel?.close();
  const panel = await desktop.openPanel();
  // An icon that was made for the old panel may register, and go, before the one that stays.
  await expect(async () => expect(await (await panel.item()).tooltip()).toContain('(demo)')).toPass();
});

test('the picture is the state’s, marked in the demo', async ({ desktop }) => {
  const states = desktop.states();
  const app = await desktop.start('--hidden');
  const tray = await app.tray();
  await expect.poll(() => states.kind, { timeout: 60_000 }).toBe('sharing');
  const sharing = await pictureOf(app, 'sharing-light-demo');
  await expect.poll(async () => looksLike((await tray.picture()).argb, sharing)).toBe(true);
  await tray.click('Pause', 'Until I resume');
  await expect.poll(() => states.kind, { timeout: 40_000 }).toBe('paused');
  const paused = await pictureOf(app, 'paused-light-demo');
  await expect.poll(async () => looksLike((await tray.picture()).argb, paused)).toBe(true);
  expect(looksLike(paused, sharing)).toBe(false);
});
