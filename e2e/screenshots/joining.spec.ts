import path from 'node:path';
import type { Page } from '@playwright/test';
import { root } from '../fixtures/desktop.ts';
import type { RunningApp } from '../fixtures/running-app.ts';
import { expect, test } from '../fixtures/test.ts';
import { Rigshare } from '../screens/rigshare.ts';

const pool = 'Demo pool';
const wide = { width: 1040, height: 820 } as const;

test('the pictures of joining', async ({ desktop }) => {
  const app = await desktop.start('--scenario', 'refused');
  const { page, join } = await open(app);
  await expect(join.demoInvite).toBeVisible();
  await picture(page, 'join-first');
  await join.demoInvite.click();
  await expect(join.consent).toBeVisible();
  await show(page, join.part('What you share'));
  await picture(page, 'join-consent');
  await app.resize(420, 820);
  await show(page, join.part('Before you agree'));
  await picture(page, 'join-consent-narrow');
  await app.resize(wide.width, wide.height);
  await join.consent.click();
  await join.accept(pool).click();
  await expect(join.now.getByRole('alert')).toBeVisible();
  await picture(page, 'join-refused');
  await join.now.getByRole('button', { name: 'Ask me again' }).click();
  await expect(join.now.getByRole('progressbar')).toBeVisible();
  await page.waitForTimeout(2_500);
  await picture(page, 'join-way');
  await expect(join.step("The pool's program").getByText(/ left$/)).toBeVisible();
  await picture(page, 'join-way-dark', 'dark');
  await expect(join.done(pool)).toBeVisible({ timeout: 120_000 });
});

test.describe('in Chinese', () => {
  test.use({ language: 'zh_CN.UTF-8' });

  test('the pictures of joining', async ({ desktop }) => {
    const app = await desktop.start('--scenario', 'bare');
    const { page } = await open(app);
    await page.getByRole('button', { name: '使用演示的邀请' }).click();
    await page.getByRole('checkbox', { name: /我同意/ }).click();
    await page.getByRole('button', { name: /加入 ?Demo pool/ }).click();
    await expect(page.locator('li[aria-current="step"]').getByRole('progressbar')).toBeVisible();
    await page.waitForTimeout(2_500);
    await picture(page, 'join-way-zh');
  });
});

async function open(app: RunningApp): Promise<Rigshare> {
  const rigshare = new Rigshare(await app.window());
  await app.resize(wide.width, wide.height);
  return rigshare;
}

/** Has a part stand at the top of the window. */
async function show(page: Page, part: ReturnType<Rigshare['join']['part']>): Promise<void> {
  await part.evaluate((element) => element.scrollIntoView({ block: 'start' }));
  await page.evaluate(() => window.scrollBy(0, -90));
}

async function picture(page: Page, name: string, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.mouse.move(0, 0);
  await page.waitForTimeout(300);
  await page.screenshot({ path: path.join(root, 'docs/screenshots', `${name}.png`) });
}
