import type { Page } from '@playwright/test';
import type { AppState } from '../../contract/app-state.ts';
import { faultsOf } from '../fixtures/accessibility.ts';
import { countClicks } from '../fixtures/clicks.ts';
import { DemoMachine } from '../fixtures/demo-machine.ts';
import type { Desktop } from '../fixtures/desktop.ts';
import { expect, test } from '../fixtures/test.ts';
import { Rigshare } from '../screens/rigshare.ts';

const pool = 'Demo pool';
/** Installing and downloading take their time on the simulated computer, too. */
const joined = { timeout: 120_000 };

/** The app with a demo computer of this kind, at its first screen. */
async function begin(desktop: Desktop, scenario: string) {
  const states = desktop.states();
  const app = await desktop.start('--scenario', scenario);
  const rigshare = new Rigshare(await app.window());
  await expect(rigshare.join.demoInvite).toBeVisible();
  return { app, states, rigshare, machine: new DemoMachine(desktop.home) };
}

/** From the first screen through the invite and the consent. */
async function agree({ join }: Rigshare): Promise<void> {
  await join.demoInvite.click();
  await join.consent.click();
  await join.accept(pool).click();
}

/** The problems that were shown on the way. */
const problemsIn = (seen: readonly AppState[]) =>
  new Set(seen.flatMap(({ joining }) => joining?.steps ?? []).flatMap(({ problem }) => problem?.code ?? []));

/** How often the page says that the administrator's password is asked for, to join or to leave. */
async function promptsShown({ join }: Rigshare, to: 'join' | 'leave'): Promise<number> {
  const part = join.part("Administrator's password");
  if ((await part.getByText(/^Not asked/).count()) > 0) return 0;
  const line = await part
    .getByText(to === 'join' ? /^Asked .* to join$/ : /^Asked .* to leave$/)
    .textContent();
  return Number(/\d+/.exec(line ?? '')?.[0]);
}

for (const scenario of ['ready', 'bare'] as const) {
  test(`from an invite to sharing in at most four clicks: ${scenario}`, async ({ desktop }) => {
    test.setTimeout(240_000);
    const { rigshare, states, machine } = await begin(desktop, scenario);
    const before = machine.look();
    const clicks = await countClicks(rigshare.page);
    await rigshare.join.demoInvite.click();
    await expect(rigshare.join.part('Before you agree')).toBeVisible();
    const shown = { join: await promptsShown(rigshare, 'join'), leave: 0 };
    if (shown.join > 0) shown.leave = await promptsShown(rigshare, 'leave');
    await rigshare.join.consent.click();
    await rigshare.join.accept(pool).click();
    await expect(rigshare.join.done(pool)).toBeVisible(joined);
    await expect.poll(() => states.kind, { timeout: 30_000 }).toBe('sharing');

    const pressed = await clicks();
    process.stdout.write(
      `${scenario}: ${pressed} clicks, administrator's password asked ${machine.prompts} times\n`,
    );
    expect(pressed).toBeGreaterThan(0);
    expect(pressed).toBeLessThanOrEqual(4);
    expect(machine.prompts).toBe(shown.join);
    expect(shown.join).toBe(scenario === 'bare' ? 1 : 0);
    // Signing out and in again is shown on the way, and is no click of this page.
    expect(problemsIn(states.seen).has('engine-login-needed')).toBe(scenario === 'bare');

    // And all the way back: asked once at the most, and nothing is left.
    await rigshare.goTo('Settings');
    await rigshare.page.getByRole('button', { name: /^Leave/ }).click();
    await rigshare.page
      .getByRole('dialog')
      .getByRole('button', { name: /^Leave/ })
      .click();
    await expect.poll(() => states.kind, { timeout: 60_000 }).toBe('new');
    expect(machine.prompts).toBe(shown.join + shown.leave);
    await expect.poll(() => machine.look()).toEqual(before);
  });
}

test('a no at the prompt leaves the line to type and waits, and a yes goes on', async ({ desktop }) => {
  test.setTimeout(180_000);
  const { rigshare, states, machine } = await begin(desktop, 'refused');
  await agree(rigshare);
  const alert = rigshare.join.now.getByRole('alert');
  await expect(alert.getByText("The administrator's password was not given")).toBeVisible({
    timeout: 30_000,
  });
  await expect(alert.getByRole('code')).toContainText('sudo');
  await expect(alert.getByRole('button', { name: 'Copy' })).toBeVisible();
  await expect(rigshare.join.now).toContainText('Needs you');
  await rigshare.page.waitForTimeout(4_000);
  expect(machine.prompts).toBe(1);
  await alert.getByRole('button', { name: 'Ask me again' }).click();
  await expect(rigshare.join.done(pool)).toBeVisible(joined);
  expect(machine.prompts).toBe(2);
  expect(problemsIn(states.seen)).toContain('administrator-refused');
});

test('a host that is killed on the way goes on where it was, without a click and without a prompt', async ({
  desktop,
}) => {
  test.setTimeout(240_000);
  const { rigshare, states, machine } = await begin(desktop, 'bare');
  await agree(rigshare);
  const network = () => states.last?.joining?.steps.find(({ step }) => step === 'network')?.state;
  await expect.poll(network, joined).toBe('done');
  const host = desktop.host ?? 0;
  const before = states.seen.length;
  process.kill(host, 'SIGKILL');
  await expect(rigshare.join.done(pool)).toBeVisible(joined);
  expect(desktop.host).not.toBe(host);
  expect(machine.prompts).toBe(1);
  const entered = states.seen
    .slice(before)
    .flatMap(({ joining }) => joining?.steps.filter(({ step }) => step === 'network') ?? []);
  expect(entered.some(({ state }) => state === 'done')).toBe(true);
});

test('the whole way by keyboard alone, open to everybody at each stop', async ({ desktop }) => {
  test.setTimeout(180_000);
  const { rigshare } = await begin(desktop, 'ready');
  const { page, join } = rigshare;
  const clicks = await countClicks(page);
  expect(await faultsOf(page)).toEqual([]);
  await tabTo(page, "Use the demo's invite");
  await page.keyboard.press('Enter');
  await expect(join.part('Before you agree')).toBeVisible();
  expect(await faultsOf(page)).toEqual([]);
  await tabTo(page, 'I agree that jobs of this pool run on this computer');
  await page.keyboard.press('Space');
  await tabTo(page, `Join ${pool}`);
  await page.keyboard.press('Enter');
  await expect(join.now).toBeVisible();
  expect(await faultsOf(page)).toEqual([]);
  await expect(join.done(pool)).toBeVisible(joined);
  await tabTo(page, 'Go to Home');
  await page.keyboard.press('Enter');
  await expect(rigshare.home.state('Sharing')).toBeVisible({ timeout: 30_000 });
  expect(await clicks()).toBe(0);
});

/** Presses Tab until what has the focus bears this name. */
async function tabTo(page: Page, name: string): Promise<void> {
  const seen: string[] = [];
  for (let pressed = 0; pressed < 60; pressed++) {
    await page.keyboard.press('Tab');
    const has = await page.evaluate(() => {
      const focused = document.activeElement;
      const label = focused instanceof HTMLInputElement ? focused.labels?.[0]?.textContent : null;
      return (label ?? focused?.getAttribute('aria-label') ?? focused?.textContent ?? '').trim();
    });
    if (has.startsWith(name)) return;
    seen.push(has);
  }
  throw new Error(`Tab never comes to "${name}": ${seen.join(', ')}`);
}
