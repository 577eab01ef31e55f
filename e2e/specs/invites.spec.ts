import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inviteLink } from '../../pool/contract/invite-text.ts';
import { exampleInvite } from '../fixtures/invites.ts';
import { expect, test } from '../fixtures/test.ts';
import { Rigshare } from '../screens/rigshare.ts';

test('a link starts the app and opens what it would do; its text stays nowhere in the address', async ({
  desktop,
}) => {
  const app = await desktop.start(inviteLink(exampleInvite));
  const rigshare = new Rigshare(await app.window());
  await expect(rigshare.join.pool('Aurora')).toBeVisible();
  await expect(rigshare.join.part('Where it connects')).toContainText('headscale.aurora.example:443');
  await expect(rigshare.join.accept('Aurora')).toBeDisabled();
  expect(rigshare.page.url()).not.toContain('rigshare%3A');
  expect(rigshare.page.url()).not.toContain(exampleInvite.tailnet.authKey);
});

test('a link opened while the app runs is shown by the app that runs', async ({ desktop }) => {
  const app = await desktop.start('--hidden');
  await app.tray();
  expect(await desktop.startAgain(inviteLink(exampleInvite))).toBe(0);
  await expect(new Rigshare(await app.window()).join.pool('Aurora')).toBeVisible();
  const other = { ...exampleInvite, pool: { ...exampleInvite.pool, name: 'Borealis' } };
  expect(await desktop.startAgain(inviteLink(other))).toBe(0);
  await expect(new Rigshare(await app.window()).join.pool('Borealis')).toBeVisible();
  expect(await app.windows()).toBe(1);
});

test('a file does the same, also by a relative path', async ({ desktop }) => {
  writeFileSync(path.join(desktop.home, 'lab.rigshare'), JSON.stringify(exampleInvite));
  const app = await desktop.start('--hidden');
  await app.tray();
  expect(await desktop.startAgain('lab.rigshare')).toBe(0);
  await expect(new Rigshare(await app.window()).join.pool('Aurora')).toBeVisible();
});

test('an invite that is no use is said plainly, and the app goes on', async ({ desktop }) => {
  const link = inviteLink(exampleInvite);
  const app = await desktop.start(link.slice(0, link.length - 20));
  const rigshare = new Rigshare(await app.window());
  await expect(rigshare.page.getByText('The invite is cut off, a part of it is missing')).toBeVisible();
  await rigshare.goTo('Home');
  await expect(rigshare.title).toHaveText('Home');
});

test('a link that is none of ours, and a file far too large, never reach the window', async ({ desktop }) => {
  const huge = path.join(desktop.home, 'huge.rigshare');
  writeFileSync(huge, '');
  truncateSync(huge, 50_000_000_000);
  const app = await desktop.start('--hidden');
  await app.tray();
  await app.electron.evaluate(({ dialog }) => {
    const said: string[] = [];
    (globalThis as { said?: string[] }).said = said;
    dialog.showMessageBox = ((options: { detail: string }) => {
      said.push(options.detail);
      return Promise.resolve({ response: 0, checkboxChecked: false });
    }) as unknown as typeof dialog.showMessageBox;
  });
  expect(await desktop.startAgain('rigshare://settings/delete-everything')).toBe(0);
  expect(await desktop.startAgain(huge)).toBe(0);
  const said = () => app.electron.evaluate(() => (globalThis as { said?: string[] }).said);
  await expect
    .poll(said)
    .toEqual([
      'The invite holds things that no honest invite holds, so it was not used.',
      'This is far too long for an invite.',
    ]);
  expect(await app.windows()).toBe(0);
});
