import { faultsOf } from '../fixtures/accessibility.ts';
import { expect, test } from '../fixtures/test.ts';
import { Rigshare, screenNames } from '../screens/rigshare.ts';

test('every page can be read by everybody, light, dark and narrow', async ({ desktop }) => {
  test.setTimeout(150_000);
  const states = desktop.states();
  const app = await desktop.start();
  const page = await app.window();
  const rigshare = new Rigshare(page);
  const hasJob = () => states.last?.work.some(({ state }) => state === 'running');
  await expect.poll(hasJob, { timeout: 60_000 }).toBe(true);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const looks = [
    { colorScheme: 'light', width: 1080 },
    { colorScheme: 'dark', width: 1080 },
    { colorScheme: 'light', width: 360 },
  ] as const;
  for (const { colorScheme, width } of looks) {
    await page.emulateMedia({ colorScheme });
    await app.resize(width, 760);
    for (const name of screenNames) {
      await rigshare.goTo(name);
      await expect(rigshare.title).toHaveText(new RegExp(name));
      await test.step(`${name}, ${colorScheme}, ${width} wide`, async () => {
        expect(await faultsOf(page)).toEqual([]);
        expect(await rigshare.overflow()).toBeLessThanOrEqual(0);
      });
    }
  }
});

test('the window follows the colours that were set', async ({ desktop }) => {
  const app = await desktop.start();
  const page = await app.window();
  const rigshare = new Rigshare(page);
  await rigshare.goTo('Settings');
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const colours = page.getByRole('radiogroup', { name: 'Colours' });
  await colours.getByText('Light', { exact: true }).click();
  const light = await background();
  await colours.getByText('Dark', { exact: true }).click();
  await expect.poll(background).not.toBe(light);
});

test('everything is reached by the keyboard', async ({ desktop }) => {
  const app = await desktop.start();
  const page = await app.window();
  const { home } = new Rigshare(page);
  await expect(home.state('Sharing')).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
  const reached: string[] = [];
  for (let presses = 0; presses < 30 && reached.at(-1) !== 'Pause'; presses += 1) {
    await page.keyboard.press('Tab');
    reached.push(await focused());
  }
  expect(reached).toEqual(expect.arrayContaining(['Home', 'Work', 'Earnings', 'Join', 'Settings', 'Pause']));
  await page.keyboard.press('Enter');
  await expect(home.state(/Freeing|Paused/)).toBeVisible();
});
