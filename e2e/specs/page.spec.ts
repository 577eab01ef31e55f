import { request as httpRequest } from 'node:http';
import AxeBuilder from '@axe-core/playwright';
import type { Browser } from '@playwright/test';
import { openChromium } from '../fixtures/browser.ts';
import { startHostWithPage, type HostWithPage } from '../fixtures/host.ts';
import { expect, test } from '../fixtures/test.ts';
import { Rigshare } from '../screens/rigshare.ts';

let host: HostWithPage;
let browser: Browser;
test.beforeAll(async () => {
  [host, browser] = await Promise.all([startHostWithPage(), openChromium()]);
});
test.afterAll(async () => {
  await browser?.close();
  await host?.close();
});

test('the printed address opens the page in a browser, where the GPU is taken back and shared again', async () => {
  const context = await browser.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(host.address);
  const { home, demoBand } = new Rigshare(page);
  await expect(demoBand).toBeVisible();
  await expect(home.state('Sharing')).toBeVisible({ timeout: 60_000 });
  expect(page.url()).not.toContain('token');
  await home.pause.click();
  await expect(home.state('Paused by you')).toBeVisible({ timeout: 30_000 });
  await home.resume.click();
  await expect(home.state('Sharing')).toBeVisible({ timeout: 30_000 });
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);

  // The key was exchanged: the page is loaded again without it.
  await page.goto(new URL('/', host.address).href);
  await expect(home.state('Sharing')).toBeVisible();
  expect(complaints).toEqual([]);
  await context.close();
});

test('without the key there is nothing: 401 for every call, and a page that says so', async () => {
  const origin = new URL(host.address).origin;
  const called = await ask('/rpc/state', {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
  });
  const files = await Promise.all(['/', '/index.html', '/assets/index.js'].map((path) => ask(path)));
  expect([called, ...files].map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  const context = await browser.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  await page.goto(new URL('/', host.address).href);
  await expect(page.getByRole('alert')).toContainText('Open the address that it printed at its last start');
  await expect(page.getByRole('button', { name: 'Pause', exact: true })).toHaveCount(0);
  await context.close();
});

test('neither a wrong key nor one that was used is a way in', async () => {
  const context = await browser.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  for (const address of [host.address.replace(/token=.*/, `token=${'0'.repeat(43)}`), host.address]) {
    await page.goto('about:blank');
    await page.goto(address);
    await expect(page.getByRole('alert')).toContainText('Open the address that it printed at its last start');
    await expect(page.getByRole('button', { name: 'Pause', exact: true })).toHaveCount(0);
  }
  await context.close();
});

test('another name for this computer, and another site’s page, are refused', async () => {
  const named = await ask('/', { headers: { host: 'evil.example' } });
  expect(named.status).toBeGreaterThanOrEqual(400);
  const from = { origin: 'https://evil.example', 'content-type': 'application/json' };
  const called = await ask('/rpc/state', { method: 'POST', headers: from });
  expect(called.status).toBeGreaterThanOrEqual(400);
  expect(called.headers).not.toHaveProperty('access-control-allow-origin');
});

test('the page can be put in no frame', async () => {
  const { headers } = await ask('/');
  expect(String(headers['content-security-policy'])).toContain("frame-ancestors 'none'");
});

/** Asks the page's server as any program on this computer can. */
function ask(
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
    const { hostname, port } = new URL(host.address);
    const call = httpRequest({ hostname, port, path, method, headers }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers });
    });
    call.once('error', reject);
    call.end(method === 'POST' ? '{}' : undefined);
  });
}
