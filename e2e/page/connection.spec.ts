import { expect, test } from '@playwright/test';
import packageJson from '../../package.json' with { type: 'json' };
import {
  consent,
  checkResults,
  earnings,
  ledgerRows,
  pastWork,
  preview,
} from '../../renderer/testing/lists.ts';
import { configuration, jobLogs } from '../../renderer/testing/agent-parts.ts';
import { ScriptedHost } from '../../renderer/testing/scripted-host.ts';
import { newState, sharingState } from '../../renderer/testing/states.ts';
import { serveScripted } from './scripted-server.ts';

const { version } = packageJson;

function hostWith(state: ReturnType<typeof newState>): ScriptedHost {
  const now = Date.now();
  return new ScriptedHost(state, {
    past: pastWork(now),
    rows: ledgerRows(now),
    summary: earnings(now, 30),
    preview: preview(now),
    consent,
    checks: checkResults,
    logs: jobLogs(now),
    configuration,
  });
}

test('a host that is gone is said to be gone, and one that came back wants its new address', async ({
  page,
}) => {
  const host = hostWith(sharingState(Date.now(), version));
  const first = await serveScripted(host);
  const port = Number(new URL(first.address).port);
  await page.goto(first.address);
  await expect(page.getByRole('heading', { name: 'Sharing' })).toBeVisible();
  await first.close();
  await expect(page.getByText('The connection to Rigshare')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Sharing' })).toBeVisible();
  const second = await serveScripted(host, port);
  await expect(page.getByRole('heading', { name: 'This page is locked' })).toBeVisible({ timeout: 15_000 });
  await page.goto('about:blank');
  await page.goto(second.address);
  await expect(page.getByRole('heading', { name: 'Sharing' })).toBeVisible();
  await second.close();
});

test('a state that changes is shown at once, and nothing of an invite stays in the address', async ({
  page,
}) => {
  const host = hostWith(newState(version));
  const server = await serveScripted(host);
  await page.goto(server.address);
  await expect(page.getByRole('heading', { name: 'Not sharing' })).toBeVisible();
  host.show(sharingState(Date.now(), version));
  await expect(page.getByRole('heading', { name: 'Sharing' })).toBeVisible({ timeout: 1000 });
  host.show(newState(version));
  await page.evaluate(() => (window.location.hash = '/join/rigshare%3A%2F%2Fjoin%234.aaaa'));
  await expect(page.getByRole('heading', { name: 'Aurora', exact: true })).toBeVisible();
  expect(page.url()).not.toContain('aaaa');
  expect(host.asked).toContainEqual(['preview', { text: 'rigshare://join#4.aaaa', from: 'link' }]);
  await server.close();
});

test('the menu is passed by the first key, and the pause menu is worked by keys alone', async ({ page }) => {
  const host = hostWith(sharingState(Date.now(), version));
  const server = await serveScripted(host);
  await page.goto(server.address);
  await page.getByRole('heading', { name: 'Sharing' }).waitFor();
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Pause', exact: true })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem').first()).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => host.asked.map(([name]) => name)).toContain('pause');
  await server.close();
});
