import { expect } from 'vitest';
import type { Statement, TailnetSubject } from '../subject.ts';
import {
  begin,
  bus,
  current,
  enterOwn,
  enterPool,
  must,
  profiles,
  said,
  start,
  state,
  status,
  tag,
} from './ask.ts';

/** How a computer comes into a network, and why it does not. */
export const signingIn: readonly Statement<TailnetSubject>[] = [
  {
    says: 'a fresh daemon waits for a sign-in and has no profile',
    check: async (computer) => {
      const now = await state(computer, 'NeedsLogin');
      expect(now.AuthURL).toBe('');
      expect(now.HaveNodeKey ?? false).toBe(false);
      expect(now.Health).toContain('Tailscale is stopped.');
      expect(await profiles(computer)).toEqual([]);
      expect((await current(computer)).ID).toBe('');
    },
  },
  {
    says: 'a key alone does nothing until signing in is asked for; then it runs with the key’s tag within seconds',
    check: async (computer) => {
      await must(computer, 'PUT', 'profiles/');
      const reading = await bus(computer, '902');
      await start(computer, computer.pool, { key: await computer.pool.mint() });
      await computer.sleep(2_500);
      expect((await status(computer)).BackendState).toBe('NeedsLogin');
      expect(said(reading, 'ErrMessage')).toEqual([]);
      await must(computer, 'POST', 'login-interactive');
      const now = await state(computer, 'Running', 15_000);
      expect(now).toMatchObject({
        AuthURL: '',
        HaveNodeKey: true,
        Self: { HostName: 'desk', Online: true, Tags: [tag] },
      });
      expect(now.Self.ID).not.toBe('');
      expect(now.TailscaleIPs?.[0]).toMatch(/^100\./);
      expect(now.Self.DNSName).toMatch(/^desk[^.]*\./);
      expect(now.Self.DNSName.endsWith(`.${now.MagicDNSSuffix}.`)).toBe(true);
      await computer.until('the bus to say so', async () => said(reading, 'State').includes(6));
      expect(said(reading, 'LoginFinished')).toEqual([{}]);
      expect(said(reading, 'State')).toEqual(expect.arrayContaining([5, 6]));
      reading.close();
    },
  },
  {
    says: 'a profile is among the others when its sign-in has succeeded, with its server and its node',
    check: async (computer) => {
      const now = await enterPool(computer);
      const one = await current(computer);
      expect(one.ID).toMatch(/^[0-9a-f]{4}$/);
      expect(one.ControlURL.replace(/\/$/, '')).toBe(computer.pool.url);
      expect(one.NodeID).toBe(now.Self.ID);
      expect((await profiles(computer)).map(({ ID }) => ID)).toEqual([one.ID]);
    },
  },
  {
    says: 'a used key is refused in the server’s words again and again, until another profile is gone to',
    check: async (computer) => {
      const key = await computer.pool.mint();
      await begin(computer, computer.pool, { key });
      await state(computer, 'Running', 15_000);
      const { ID: first, NodeID } = await current(computer);
      await computer.pool.remove(NodeID);
      await must(computer, 'PUT', 'profiles/');
      await must(computer, 'DELETE', `profiles/${first}`);
      const reading = await bus(computer, '902');
      await start(computer, computer.pool, { key });
      await must(computer, 'POST', 'login-interactive');
      await computer.until('the refusal, repeated', async () => said(reading, 'ErrMessage').length > 3);
      expect(said(reading, 'ErrMessage')[0]).toContain('authkey already used');
      const now = await status(computer);
      expect(now.BackendState).toBe('NeedsLogin');
      await must(computer, 'PUT', 'profiles/');
      await computer.sleep(1_500);
      const count = said(reading, 'ErrMessage').length;
      await computer.sleep(4_000);
      expect(said(reading, 'ErrMessage').length).toBe(count);
      reading.close();
    },
  },
  {
    says: 'a key that is none is refused',
    check: async (computer) => {
      await must(computer, 'PUT', 'profiles/');
      const reading = await bus(computer, '902');
      await start(computer, computer.pool, { key: 'hskey-auth-short' });
      await must(computer, 'POST', 'login-interactive');
      await computer.until('the refusal', async () => said(reading, 'ErrMessage').length > 0);
      expect((await status(computer)).BackendState).toBe('NeedsLogin');
      reading.close();
    },
  },
  {
    says: 'a key together with tags of our own is refused and not used up',
    check: async (computer) => {
      const key = await computer.pool.mint();
      await must(computer, 'PUT', 'profiles/');
      const reading = await bus(computer, '902');
      await start(computer, computer.pool, { key, tags: [tag] });
      await must(computer, 'POST', 'login-interactive');
      await computer.until('the refusal', async () => said(reading, 'ErrMessage').length > 0);
      expect(said(reading, 'ErrMessage')[0]).toContain(
        `requested tags [${tag}] are invalid or not permitted`,
      );
      reading.close();
      await begin(computer, computer.pool, { key });
      await state(computer, 'Running', 20_000);
    },
  },
  {
    says: 'signing in without a key gives a page; once a person approved it, it runs without the pool’s tag',
    check: async (computer) => {
      const reading = await bus(computer, '902');
      await begin(computer, computer.pool, {});
      const url = await computer.until('the page', async () => (await status(computer)).AuthURL || undefined);
      expect(url.startsWith(`${computer.pool.url}/register/`)).toBe(true);
      expect((await status(computer)).BackendState).toBe('NeedsLogin');
      const later = await bus(computer, '902');
      await computer.until(
        'the page for who comes later',
        async () => said(later, 'BrowseToURL').includes(url),
        3_000,
      );
      await computer.pool.approve(url);
      const now = await state(computer, 'Running', 20_000);
      expect(now.AuthURL).toBe('');
      expect(now.Self.Tags ?? []).toEqual([]);
      reading.close();
      later.close();
    },
  },
  {
    says: 'an unfinished sign-in is undone by going to the old profile, without signing in again',
    check: async (computer) => {
      const old = await enterOwn(computer);
      const before = await status(computer);
      await must(computer, 'PUT', 'profiles/');
      expect((await status(computer)).BackendState).toBe('NeedsLogin');
      expect((await current(computer)).ID).toBe('');
      expect((await profiles(computer)).map(({ ID }) => ID)).toEqual([old.ID]);
      await must(computer, 'POST', `profiles/${old.ID}`);
      const now = await state(computer, 'Running', 15_000);
      expect(now.TailscaleIPs).toEqual(before.TailscaleIPs);
    },
  },
  {
    says: 'going between profiles keeps address and preferences of each',
    check: async (computer) => {
      const own = await enterOwn(computer);
      const ownAddress = (await status(computer)).TailscaleIPs;
      const inPool = await enterPool(computer);
      const pool = await current(computer);
      expect((await must<{ ShieldsUp: boolean }>(computer, 'GET', 'prefs')).ShieldsUp).toBe(true);
      await must(computer, 'POST', `profiles/${own.ID}`);
      await computer.until('the own network', async () => {
        const now = await status(computer);
        return (
          now.BackendState === 'Running' && JSON.stringify(now.TailscaleIPs) === JSON.stringify(ownAddress)
        );
      });
      expect((await status(computer)).Self.Tags ?? []).toEqual([]);
      await must(computer, 'POST', `profiles/${pool.ID}`);
      const back = await computer.until('the pool’s network', async () => {
        const now = await status(computer);
        return now.BackendState === 'Running' && now.Self.Tags?.includes(tag) === true && now;
      });
      expect([back.Self.ID, back.TailscaleIPs]).toEqual([inPool.Self.ID, inPool.TailscaleIPs]);
    },
  },
  {
    says: 'forgetting: an unknown profile is fine, the one in use leaves an empty one; going to an unknown one is an error',
    check: async (computer) => {
      await enterPool(computer);
      const one = await current(computer);
      await must(computer, 'DELETE', 'profiles/ffff');
      await expect(must(computer, 'POST', 'profiles/ffff')).rejects.toThrow('500 profile not found');
      await must(computer, 'DELETE', `profiles/${one.ID}`);
      await state(computer, 'NeedsLogin');
      expect(await profiles(computer)).toEqual([]);
    },
  },
  {
    says: 'after forgetting locally, another key enrols the same node with its address again',
    check: async (computer) => {
      const before = await enterPool(computer);
      await must(computer, 'DELETE', `profiles/${(await current(computer)).ID}`);
      const again = await enterPool(computer);
      expect([again.Self.ID, again.TailscaleIPs]).toEqual([before.Self.ID, before.TailscaleIPs]);
    },
  },
  {
    says: 'after a sign-out no key enrols this computer again until the pool has removed its node',
    check: async (computer) => {
      const before = await enterPool(computer);
      await must(computer, 'POST', 'logout');
      await computer.until('the sign-out', async () => (await profiles(computer)).length === 0);
      await must(computer, 'PUT', 'profiles/');
      const reading = await bus(computer, '902');
      await start(computer, computer.pool, { key: await computer.pool.mint() });
      await must(computer, 'POST', 'login-interactive');
      await computer.until('the refusal', async () =>
        said(reading, 'ErrMessage').some((words) => String(words).includes('authkey already used')),
      );
      reading.close();
      await computer.pool.remove(before.Self.ID);
      await enterPool(computer);
    },
  },
  {
    says: 'a computer whose node the pool removed comes back by a new key beside its dead profile, which can then be forgotten',
    check: async (computer) => {
      const own = await enterOwn(computer);
      const before = await enterPool(computer);
      const dead = await current(computer);
      await computer.pool.expire(before.Self.ID, true);
      await state(computer, 'NeedsLogin', 10_000);
      await computer.pool.remove(before.Self.ID);
      const after = await enterPool(computer);
      const fresh = await current(computer);
      expect(after.Self.Tags).toEqual([tag]);
      expect(fresh.ControlURL.replace(/\/$/, '')).toBe(computer.pool.url);
      if (fresh.ID !== dead.ID) await must(computer, 'DELETE', `profiles/${dead.ID}`);
      const left = (await profiles(computer)).map(({ ID }) => ID);
      expect(left.toSorted()).toEqual([own.ID, fresh.ID].toSorted());
      expect((await status(computer)).BackendState).toBe('Running');
    },
  },
  {
    says: 'a tagged key takes the node of the same computer on the same server over',
    check: async (computer) => {
      await begin(computer, computer.pool, { key: await computer.pool.mint('person') });
      const before = await state(computer, 'Running', 20_000);
      expect(before.Self.Tags ?? []).toEqual([]);
      const after = await enterPool(computer);
      expect([after.Self.ID, after.TailscaleIPs]).toEqual([before.Self.ID, before.TailscaleIPs]);
    },
  },
];
