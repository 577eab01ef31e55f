import { expect } from 'vitest';
import type { Fetch } from '../../../host/core/ports/world.ts';
import { ask, type Statement, type TailnetSubject } from '../subject.ts';
import { bus, call, current, enterOwn, enterPool, must, said, start, state } from './ask.ts';

const path = '/localapi/v0/status?peers=false';

/** Reading and writing: a method, a path, a body, and the words of a refusal. */
const writing = [
  ['PATCH', 'prefs', {}, 'prefs write access denied'],
  ['POST', 'check-prefs', {}, 'checkprefs access denied'],
  ['GET', 'profiles/', undefined, 'profiles access denied'],
  ['GET', 'profiles/current', undefined, 'profiles access denied'],
  ['PUT', 'profiles/', undefined, 'profiles access denied'],
  ['POST', 'login-interactive', undefined, 'login access denied'],
  ['POST', 'start', {}, 'access denied'],
  ['POST', 'logout', undefined, 'logout access denied'],
] as const;

/** How the daemon is asked, and who may. */
export const asking: readonly Statement<TailnetSubject>[] = [
  {
    says: 'only the daemon’s own host name is answered, and nothing that comes from a page',
    check: async ({ root }) => {
      const status = async (headers: Record<string, string>): Promise<number> =>
        (await ask(root, { path, headers })).status;
      expect(await status({ Host: 'local-tailscaled.sock' })).toBe(200);
      for (const Host of ['localhost', 'example.com', '127.0.0.1']) expect(await status({ Host })).toBe(403);
      for (const Origin of ['null', 'file://', 'http://localhost'])
        expect(await status({ Host: 'local-tailscaled.sock', Origin })).toBe(403);
      expect(await status({ Host: 'local-tailscaled.sock', Referer: 'http://localhost/' })).toBe(403);
    },
  },
  {
    says: 'an answer names the daemon’s version, and the state names it too',
    check: async ({ root }) => {
      const answer = await root({ path, headers: { Host: 'local-tailscaled.sock' }, timeoutMs: 8_000 });
      expect(answer.header('tailscale-version')).toMatch(/^\d+\.\d+\.\d+/);
      expect(JSON.parse(await answer.text())).toMatchObject({
        Version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      });
    },
  },
  {
    says: 'everybody on the computer may look, and only root and the operator may write or see profiles',
    check: async (computer) => {
      await enterPool(computer, computer.owner);
      const [other, owner] = [computer.as('other'), computer.as('owner')];
      for (const fetch of [other, owner]) {
        for (const one of ['status', 'status?peers=false', 'prefs'])
          expect((await call(fetch, 'GET', one)).status).toBe(200);
      }
      for (const [method, one, body, words] of writing) {
        expect(await call(other, method, one, body)).toMatchObject({
          status: 403,
          text: expect.stringContaining(words),
        });
      }
      for (const [method, one, body] of writing.slice(0, 4))
        expect([one, (await call(owner, method, one, body)).status]).toEqual([one, 200]);
    },
  },
  {
    says: 'an operator who begins a new profile is locked out, and only root can go back',
    check: async (computer) => {
      await enterPool(computer, computer.owner);
      const { ID } = await current(computer);
      const owner = computer.as('owner');
      expect((await computer.finish(call(owner, 'PUT', 'profiles/'))).status).toBe(201);
      for (const [method, one] of [
        ['POST', `profiles/${ID}`],
        ['GET', 'profiles/'],
        ['POST', 'login-interactive'],
      ] as const) {
        expect((await call(owner, method, one)).status).toBe(403);
      }
      await must(computer, 'POST', `profiles/${ID}`);
      await state(computer, 'Running', 15_000);
    },
  },
  {
    says: 'the operator of a profile may go to another one of which he is operator, and turn it off and on',
    check: async (computer) => {
      await enterPool(computer, computer.owner);
      const { ID } = await current(computer);
      const owner = computer.as('owner');
      expect((await computer.finish(call(owner, 'POST', `profiles/${ID}`))).status).toBe(204);
      await state(computer, 'Running', 15_000);
      expect((await call(owner, 'PATCH', 'prefs', { WantRunning: false, WantRunningSet: true })).status).toBe(
        200,
      );
      await state(computer, 'Stopped');
    },
  },
  {
    says: 'good preferences are checked without an objection',
    check: async (computer) => {
      const prefs = await must<object>(computer, 'GET', 'prefs');
      expect((await must<{ Error?: string }>(computer, 'POST', 'check-prefs', prefs)).Error ?? '').toBe('');
    },
  },
  {
    says: 'everybody on the computer may see what the network in use is called, and what this computer offers and serves there',
    check: async (computer) => {
      await enterOwn(computer);
      const other = computer.as('other');
      const now = await must<{ CurrentTailnet: { Name: string } }>(computer, 'GET', 'status');
      expect(now.CurrentTailnet.Name.length).toBeGreaterThan(0);
      const served = async (): Promise<Record<string, unknown> | null> => {
        const answer = await call(other, 'GET', 'serve-config');
        expect(answer.status).toBe(200);
        return JSON.parse(answer.text) as Record<string, unknown> | null;
      };
      const before = (await served()) ?? {};
      expect([Object.keys(before['TCP'] ?? {}), Object.keys(before['Web'] ?? {})]).toEqual([[], []]);
      await must(computer, 'PATCH', 'prefs', {
        AdvertiseRoutes: ['192.168.77.0/24', '0.0.0.0/0', '::/0'],
        AdvertiseRoutesSet: true,
      });
      const config = { TCP: { 8443: { TCPForward: '127.0.0.1:80' } } };
      expect((await call(computer.root, 'POST', 'serve-config', config)).status).toBe(200);
      expect(await served()).toMatchObject({ TCP: { 8443: { TCPForward: '127.0.0.1:80' } } });
      const prefs = JSON.parse((await call(other, 'GET', 'prefs')).text) as { AdvertiseRoutes: string[] };
      expect(prefs.AdvertiseRoutes).toEqual(['192.168.77.0/24', '0.0.0.0/0', '::/0']);
      expect((await call(other, 'POST', 'serve-config', config)).status).toBe(403);
    },
  },
  {
    says: 'the bus tells at once what its mask asks for, in lines that name everything else as null',
    check: async (computer) => {
      const reading = await bus(computer, '902');
      await computer.until('the first line', async () => reading.lines.length > 0, 2_000);
      expect(reading.status).toBe(200);
      expect(reading.lines[0]).toMatchObject({
        State: 2,
        Prefs: { WantRunning: false },
        ErrMessage: null,
        LoginFinished: null,
        BrowseToURL: null,
      });
      const silent = await Promise.all(['0', '128'].map((mask) => bus(computer, mask)));
      await computer.sleep(500);
      for (const one of silent) expect([one.status, one.lines]).toEqual([200, []]);
      for (const one of [reading, ...silent]) one.close();
      expect(await call(computer.root, 'GET', 'watch-ipn-bus?mask=abc')).toMatchObject({
        status: 400,
        text: expect.stringContaining('bad mask'),
      });
    },
  },
  {
    says: 'every user of the computer hears states on the bus, but the page of another’s sign-in only by looking',
    check: async (computer) => {
      const fetch: Fetch = computer.as('other');
      const reading = await bus(computer, '902', fetch);
      await must(computer, 'PUT', 'profiles/');
      await start(computer, computer.pool, {});
      await must(computer, 'POST', 'login-interactive');
      const url = await computer.until('the page', async () => {
        const { AuthURL } = JSON.parse((await call(fetch, 'GET', 'status')).text) as { AuthURL: string };
        return AuthURL || undefined;
      });
      await computer.sleep(500);
      expect(said(reading, 'State').length).toBeGreaterThan(0);
      expect(said(reading, 'BrowseToURL')).not.toContain(url);
      reading.close();
    },
  },
];
