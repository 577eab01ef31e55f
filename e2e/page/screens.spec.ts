import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Browser, type Page } from '@playwright/test';
import type { AppState, Settings } from '../../contract/app-state.ts';
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
import { scenes, type Scene } from './scenes.ts';
import { serveScripted } from './scripted-server.ts';

interface Look {
  readonly width: number;
  readonly height: number;
  readonly settings: Pick<Settings, 'language' | 'theme'>;
  /** The rules of axe that can answer otherwise than in the first look; empty: none. */
  readonly rules: 'all' | readonly string[];
}

const wide = { width: 1120, height: 860 };

const looks: Readonly<Record<string, Look>> = {
  light: { ...wide, settings: { theme: 'light', language: 'en' }, rules: 'all' },
  dark: { ...wide, settings: { theme: 'dark', language: 'en' }, rules: ['color-contrast'] },
  narrow: { width: 360, height: 740, settings: { theme: 'light', language: 'en' }, rules: ['target-size'] },
  chinese: { ...wide, settings: { theme: 'light', language: 'zh-CN' }, rules: [] },
};

/** Where pictures of every scene are put. */
const pictures = process.env['RIGSHARE_PICTURES'];

for (const [name, scene] of Object.entries(scenes)) {
  test(`${name} is whole, within its width and open to everybody`, async ({ browser }) => {
    const shown = await open(browser, scene);
    try {
      for (const [lookName, look] of Object.entries(looks)) {
        await shown.as(look);
        await shown.page.waitForTimeout(350);
        if (pictures)
          await shown.page.screenshot({
            path: path.join(pictures, `${name}-${lookName}.png`),
            fullPage: true,
          });
        expect(await overflow(shown.page), `${lookName}: wider than the window`).toBe(0);
        expect(await violations(shown.page, look), lookName).toEqual([]);
      }
      expect(shown.complaints).toEqual([]);
    } finally {
      await shown.close();
    }
  });
}

async function violations(page: Page, { rules }: Look): Promise<readonly string[]> {
  if (rules.length === 0) return [];
  const builder = new AxeBuilder({ page });
  const { violations } = await (rules === 'all' ? builder : builder.withRules([...rules])).analyze();
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
  );
}

interface Shown {
  readonly page: Page;
  /** What the browser complained of: errors, and breaches of the page's policy. */
  readonly complaints: readonly string[];
  readonly as: (look: Look) => Promise<void>;
  readonly close: () => Promise<void>;
}

async function open(browser: Browser, { state, hash, clicks }: Scene): Promise<Shown> {
  const now = Date.now();
  const first = state(now);
  const host = new ScriptedHost(lastMinutes(first, now), {
    past: pastWork(now),
    rows: ledgerRows(now),
    summary: earnings(now, 30, first.demo ? 'demo' : 'estimated'),
    preview: preview(now),
    consent,
    checks: checkResults,
    logs: jobLogs(now),
    configuration,
  });
  const server = await serveScripted(host);
  const context = await browser.newContext({ viewport: wide });
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(server.address);
  await page.locator('#root h1').first().waitFor();
  await page.evaluate((to) => (window.location.hash = to), hash);
  await liveThrough(host, now);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  for (const click of clicks ?? []) await press(page, click);
  return {
    page,
    complaints,
    as: async ({ width, height, settings }) => {
      await page.setViewportSize({ width, height });
      host.show({ ...host.state(), settings: { ...host.state().settings, ...settings } });
      await expect(
        page.locator(`html[lang="${settings.language}"][data-mantine-color-scheme="${settings.theme}"]`),
      ).toBeAttached();
    },
    close: async () => {
      await context.close();
      await server.close();
    },
  };
}

/** Errors of the page, and breaches of its policy. */
function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // Without a session the server answers the first request with the page that opens one, as 401.
    const isExpected = message.text().includes('401') || message.location().url.endsWith('/favicon.ico');
    if (message.type() === 'error' && !isExpected)
      complaints.push(`${message.text()} ${message.location().url}`);
  });
  return complaints;
}

/** The state as it was when the page opened, before the minutes that are then lived through. */
function lastMinutes(state: AppState, now: number): AppState {
  return { ...state, gpus: state.gpus.map((gpu) => ({ ...gpu, at: now - 300_000 })) };
}

/** Shows the last minutes of every GPU in a row, so that there is something to draw. */
async function liveThrough(host: ScriptedHost, now: number): Promise<void> {
  const state = host.state();
  if (state.gpus.length === 0) return;
  for (let ago = 290; ago >= 0; ago -= 5) {
    const wave = Math.round(8 * Math.sin(ago / 11) + 5 * Math.sin(ago / 3));
    const gpus = state.gpus.map((gpu) => ({
      ...gpu,
      at: now - ago * 1000,
      utilizationPercent:
        gpu.utilizationPercent === null
          ? null
          : Math.min(
              100,
              Math.max(
                0,
                gpu.utilizationPercent +
                  (gpu.utilizationPercent > 10 && ago > 200 ? -60 : 0) +
                  (ago === 0 ? 0 : Math.round((wave * gpu.utilizationPercent) / 87)),
              ),
            ),
    }));
    host.show({ ...state, gpus });
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}

async function press(page: Page, name: RegExp): Promise<void> {
  const [button, radio, toggle] = (['button', 'radio', 'switch'] as const).map((role) =>
    page.getByRole(role, { name }),
  );
  const target = button!.or(radio!).or(toggle!).first();
  const type = await target.getAttribute('type');
  if (type === 'radio') await target.check({ force: true });
  // What it is drawn with lies over it, and it need not stay turned.
  else if (type === 'checkbox') await target.dispatchEvent('click');
  else await target.click();
}

/** By how much the page is wider than the window. */
async function overflow(page: Page): Promise<number> {
  return await page.evaluate(() =>
    Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
  );
}
