import path from 'node:path';
import type { Page } from '@playwright/test';
import { root } from '../fixtures/desktop.ts';
import { expect, test } from '../fixtures/test.ts';
import { Rigshare } from '../screens/rigshare.ts';

/** How long jobs run before the pictures are taken, so that there is something to be seen. */
const eveningMs = 150_000;

test('the pictures of the README', async ({ desktop }) => {
  const app = await desktop.start();
  const page = await app.window();
  const rigshare = new Rigshare(page);
  await app.resize(1120, 800);
  await page.waitForTimeout(eveningMs);
  await expect(rigshare.home.jobs).toHaveCount(1);
  await expect(rigshare.home.gpu('NVIDIA GeForce RTX 4090')).toContainText('°C');
  await inLight(page, 'home-light');
  await inDark(page, 'home-dark');

  await rigshare.goTo('Earnings');
  await inLight(page, 'earnings');

  await rigshare.goTo('Settings');
  await page.getByText('中文', { exact: true }).click();
  await expect(rigshare.title).toHaveText('设置');
  await rigshare.page.getByRole('navigation').getByRole('link', { name: '主页' }).click();
  await inLight(page, 'home-zh');
});

const inLight = (page: Page, name: string) => picture(page, name, 'light');
const inDark = (page: Page, name: string) => picture(page, name, 'dark');

async function picture(page: Page, name: string, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.mouse.move(0, 0);
  await page.waitForTimeout(1000);
  await page.screenshot({ path: path.join(root, 'docs/screenshots', `${name}.png`) });
}
