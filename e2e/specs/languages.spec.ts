import { expect, test } from '../fixtures/test.ts';
import { Rigshare } from '../screens/rigshare.ts';

test.describe('on a computer that speaks Chinese', () => {
  test.use({ language: 'zh_CN.UTF-8' });

  test('window and tray speak it from the first moment', async ({ desktop }) => {
    const app = await desktop.start();
    const tray = await app.tray();
    const page = await app.window();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('主页');
    await expect
      .poll(() => tray.labels())
      .toEqual(expect.arrayContaining(['打开 Rigshare', '暂停', '暂停 ▸ 1 小时']));
    await expect.poll(() => tray.tooltip()).toContain('Rigshare（演示）– ');
  });
});

test('a language that is set holds at once in window and tray, and after the next start', async ({
  desktop,
}) => {
  const app = await desktop.start();
  const tray = await app.tray();
  const rigshare = new Rigshare(await app.window());
  await rigshare.goTo('Settings');
  await rigshare.page.getByText('中文', { exact: true }).click();
  await expect(rigshare.title).toHaveText('设置');
  await expect.poll(() => tray.labels()).toContain('打开 Rigshare');

  await tray.click('退出', '在后台继续共享');
  expect(await app.ended(10_000)).toBe(true);
  const next = await desktop.start();
  await expect(new Rigshare(await next.window()).title).toHaveText('主页');
  await expect.poll(async () => (await next.tray()).labels()).toContain('打开 Rigshare');
});
