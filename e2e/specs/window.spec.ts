import { expect, test } from '../fixtures/test.ts';
import { Rigshare } from '../screens/rigshare.ts';

test('the window is closed and opened again, where and as large as it was, while the icon stays', async ({
  desktop,
}) => {
  const app = await desktop.start();
  const tray = await app.tray();
  await expect(new Rigshare(await app.window()).title).toHaveText('Home');
  await app.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 60, width: 900, height: 700 }),
  );
  await app.closeWindow();
  expect(await app.windows()).toBe(0);
  expect(await tray.labels()).toContain('Open Rigshare');

  await tray.click('Open Rigshare');
  await expect(new Rigshare(await app.window()).title).toHaveText('Home');
  const bounds = await app.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.getBounds(),
  );
  expect(bounds).toMatchObject({ width: 900, height: 700 });
});

test('a click on the icon opens the window, and a second one no second window', async ({ desktop }) => {
  const app = await desktop.start('--hidden');
  const tray = await app.tray();
  expect(await app.windows()).toBe(0);
  await tray.activate();
  await expect(new Rigshare(await app.window()).title).toHaveText('Home');
  await tray.activate();
  await tray.activate();
  expect(await app.windows()).toBe(1);
});

test('a second start shows the window of the first and ends', async ({ desktop }) => {
  const app = await desktop.start('--hidden');
  await app.tray();
  expect(await desktop.startAgain()).toBe(0);
  await expect(new Rigshare(await app.window()).title).toHaveText('Home');
  expect(desktop.panel?.registered).toBe(1);
});

test('the stream of a closed window is closed too', async ({ desktop }) => {
  const app = await desktop.start('--hidden');
  const tray = await app.tray();
  const connections = () => desktop.connectionsToHost();
  await expect.poll(connections).toBeGreaterThan(0);
  const without = connections();
  await tray.activate();
  await expect(new Rigshare(await app.window()).title).toHaveText('Home');
  await expect.poll(connections).toBeGreaterThan(without);
  await app.closeWindow();
  await expect.poll(connections).toBe(without);
});
