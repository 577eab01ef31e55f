import { expect } from 'vitest';
import type { Statement, TailnetSubject } from '../subject.ts';
import { begin, bus, current, enterOwn, enterPool, must, said, state, status, tag } from './ask.ts';

/** Waits for the page on which a person signs in. */
const page = (computer: TailnetSubject): Promise<string> =>
  computer.until('the page', async () => (await status(computer)).AuthURL || undefined);

/** Turns the connection off and on. */
async function reconnect(computer: TailnetSubject): Promise<void> {
  await computer.sleep(1_000);
  await must(computer, 'PATCH', 'prefs', { WantRunning: false, WantRunningSet: true });
  await state(computer, 'Stopped');
  await must(computer, 'PATCH', 'prefs', { WantRunning: true, WantRunningSet: true });
}

/** What being in the pool's network is, and what ends it. */
export const staying: readonly Statement<TailnetSubject>[] = [
  {
    says: 'the pool’s server is in sight by name and address, its Nomad port opens, and every other port is silent',
    check: async (computer) => {
      const now = await enterPool(computer);
      const server = Object.values(now.Peer ?? {}).find(({ HostName }) => HostName === 'server');
      expect(server?.DNSName).toBe(`server.${now.MagicDNSSuffix}.`);
      expect(server?.TailscaleIPs[0]).toMatch(/^100\./);
      await computer.until('the port to open', async () => (await computer.dial(4647, 4_000)) === 'open');
      expect(await computer.dial(4646, 1_500)).toBe('timeout');
      const spoken = Object.values((await status(computer)).Peer ?? {}).find(
        ({ HostName }) => HostName === 'server',
      );
      expect(spoken).toMatchObject({ Active: true, CurAddr: expect.stringMatching(/:\d+$/) });
    },
  },
  {
    says: 'a computer that the pool removed still says that it runs and is online, though nothing arrives',
    check: async (computer) => {
      const { Self } = await enterPool(computer);
      await computer.until('the port to open', async () => (await computer.dial(4647, 4_000)) === 'open');
      await computer.pool.remove(Self.ID);
      await computer.until('nothing to arrive', async () => (await computer.dial(4647, 1_500)) === 'timeout');
      await computer.sleep(5_000);
      const now = await status(computer);
      expect(now).toMatchObject({
        BackendState: 'Running',
        AuthURL: '',
        Health: [],
        Self: { Online: true, Tags: [tag] },
      });
    },
  },
  {
    says: 'a removed computer that came by a key and connects again says that it runs, without a page, and is not online',
    check: async (computer) => {
      const { Self } = await enterPool(computer);
      await computer.pool.remove(Self.ID);
      await reconnect(computer);
      await computer.until('it to be offline', async () => !(await status(computer)).Self.Online);
      await computer.sleep(5_000);
      expect(await status(computer)).toMatchObject({
        BackendState: 'Running',
        AuthURL: '',
        Self: { Online: false },
      });
    },
  },
  {
    says: 'a removed computer that a person had signed in and that connects again says that it runs, with a page for signing in',
    check: async (computer) => {
      await begin(computer, computer.pool, {});
      await computer.pool.approve(await page(computer));
      const { Self } = await state(computer, 'Running', 20_000);
      await computer.pool.remove(Self.ID);
      await reconnect(computer);
      await page(computer);
      expect(await status(computer)).toMatchObject({ BackendState: 'Running', Self: { Online: false } });
    },
  },
  {
    says: 'a removed computer whose daemon starts anew shows a page for signing in and keeps its profile',
    check: async (computer) => {
      const { Self } = await enterPool(computer);
      const { ID } = await current(computer);
      await computer.pool.remove(Self.ID);
      await computer.stopDaemon();
      await computer.startDaemon();
      await page(computer);
      expect((await status(computer)).Self.Online).toBe(false);
      expect((await current(computer)).ID).toBe(ID);
    },
  },
  {
    says: 'an expired computer needs a sign-in within seconds, keeps its key, and runs again when it is made valid',
    check: async (computer) => {
      const { Self } = await enterPool(computer);
      await computer.pool.expire(Self.ID, true);
      const now = await state(computer, 'NeedsLogin', 10_000);
      expect(now).toMatchObject({ HaveNodeKey: true, AuthURL: '' });
      expect(await computer.dial(4647, 1_500)).not.toBe('open');
      await computer.pool.expire(Self.ID, false);
      await state(computer, 'Running', 15_000);
      await computer.until('the port to open', async () => (await computer.dial(4647, 4_000)) === 'open');
    },
  },
  {
    says: 'turning the connection off stops at once, turning it on runs again without a sign-in',
    check: async (computer) => {
      const before = await enterPool(computer);
      await must(computer, 'PATCH', 'prefs', { WantRunning: false, WantRunningSet: true });
      await state(computer, 'Stopped', 3_000);
      await must(computer, 'PATCH', 'prefs', { WantRunning: true, WantRunningSet: true });
      expect((await state(computer, 'Running', 10_000)).TailscaleIPs).toEqual(before.TailscaleIPs);
    },
  },
  {
    says: 'a daemon that ends breaks its bus and is away; started again it runs without a sign-in',
    check: async (computer) => {
      const before = await enterPool(computer);
      const reading = await bus(computer, '902');
      await computer.stopDaemon();
      await computer.until('the bus to end', async () => reading.ended);
      await expect(must(computer, 'GET', 'status')).rejects.toMatchObject({
        why: expect.stringMatching(/^(?:absent|refused)$/),
      });
      await computer.startDaemon();
      expect((await state(computer, 'Running', 15_000)).TailscaleIPs).toEqual(before.TailscaleIPs);
    },
  },
  {
    says: 'what a mask names is told of a preference at a time, the rest stays',
    check: async (computer) => {
      await enterPool(computer);
      const before = await must<Record<string, unknown>>(computer, 'GET', 'prefs');
      const after = await must<Record<string, unknown>>(computer, 'PATCH', 'prefs', {
        OperatorUser: 'mira',
        OperatorUserSet: true,
        ShieldsUp: false,
      });
      expect(after).toMatchObject({
        OperatorUser: 'mira',
        ShieldsUp: before['ShieldsUp'],
        ControlURL: before['ControlURL'],
      });
    },
  },
  {
    says: 'signing a tagged computer in again by a person strips its tag, and it says that it runs all the while',
    check: async (computer) => {
      const { Self } = await enterPool(computer);
      await computer.stopDaemon();
      await computer.startDaemon();
      await state(computer, 'Running', 15_000);
      const reading = await bus(computer, '902');
      await must(computer, 'POST', 'login-interactive');
      await computer.pool.approve(await page(computer));
      const now = await computer.until('the tag to be gone', async () => {
        const one = await status(computer);
        return (one.Self.Tags ?? []).length === 0 && one;
      });
      expect(now.Self.ID).toBe(Self.ID);
      expect(said(reading, 'State').every((one) => one === 5 || one === 6)).toBe(true);
      reading.close();
    },
  },
  {
    says: 'networks on two servers live side by side in profiles of their own',
    check: async (computer) => {
      await enterOwn(computer);
      const own = await current(computer);
      await begin(computer, computer.pool, { key: await computer.pool.mint() });
      await state(computer, 'Running', 20_000);
      const pool = await current(computer);
      expect(pool.ID).not.toBe(own.ID);
      expect(pool.ControlURL).not.toBe(own.ControlURL);
    },
  },
];
