import { going } from '../../contract/phrases.ts';
import { expect, test } from '../fixtures/test.ts';
import { Rigshare } from '../screens/rigshare.ts';

test('first start: the demo pool, a job, a pause from the tray that is true only once the GPU is free, and earnings that grow after it', async ({
  desktop,
}) => {
  test.setTimeout(150_000);
  const states = desktop.states();
  const app = await desktop.start();
  const tray = await app.tray();
  const rigshare = new Rigshare(await app.window());

  // In the demo pool by itself, and marked as such wherever one looks.
  await expect(rigshare.demoBand).toBeVisible();
  await expect.poll(() => tray.tooltip()).toMatch(/^Rigshare \(demo\) – /);
  await expect(rigshare.home.state('Sharing')).toBeVisible({ timeout: 60_000 });

  // Work arrives, and earns.
  await expect(rigshare.home.jobs).toHaveCount(1, { timeout: 60_000 });
  await expect.poll(() => tray.tooltip(), { timeout: 30_000 }).toContain('Sharing: 1 job is running');
  await expect.poll(() => rigshare.home.earnedToday(), { timeout: 30_000 }).toBeGreaterThan(0);
  const [job] = going(states.last?.work ?? []);
  expect(await tray.labels()).toContainEqual(expect.stringContaining(`${job?.job} – Running`));

  // Paused from the tray: closing first, and `paused` not before the GPU was seen free.
  const before = states.seen.length;
  await tray.click('Pause', 'Until I resume');
  await expect.poll(() => states.kind, { timeout: 40_000 }).toBe('paused');
  await expect
    .poll(() => tray.tooltip())
    .toBe('Rigshare (demo) – Paused by you. Stays paused until you resume.');
  await expect(rigshare.home.state('Paused by you')).toBeVisible();
  await expect(rigshare.home.jobs).toHaveCount(0);
  const since = states.seen.slice(before);
  expect(since.some(({ node }) => node.kind === 'pausing' && node.left > 0)).toBe(true);
  const paused = since.filter(({ node }) => node.kind === 'paused');
  expect(paused.flatMap(({ work }) => going(work))).toEqual([]);
  const heldMib = Math.max(...since.map(({ gpus }) => gpus[0]?.usedMib ?? 0));
  const leftMib = Math.max(...paused.map(({ gpus }) => gpus[0]?.usedMib ?? Infinity));
  expect(leftMib).toBeLessThan(heldMib / 2);

  // Resumed: another job comes, and the sum goes on from where it was.
  const earned = await rigshare.home.earnedToday();
  await tray.click('Resume');
  await expect(rigshare.home.state('Sharing')).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => rigshare.home.earnedToday(), { timeout: 60_000 }).toBeGreaterThan(earned);
});

test('the owner takes the GPU back and shares again with the big button', async ({ desktop }) => {
  const states = desktop.states();
  const app = await desktop.start();
  const { home } = new Rigshare(await app.window());
  await expect(home.state('Sharing')).toBeVisible({ timeout: 60_000 });
  await home.pause.click();
  await expect(home.state('Paused by you')).toBeVisible({ timeout: 30_000 });
  expect(states.kind).toBe('paused');
  await home.resume.click();
  await expect(home.state('Sharing')).toBeVisible({ timeout: 30_000 });
});
