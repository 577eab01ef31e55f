import { expect } from 'vitest';
import type { NomadSubject, Statement } from '../subject.ts';
import {
  allocation,
  allocations,
  as,
  ask,
  becomes,
  containers,
  drain,
  get,
  newEvents,
  type Node,
  nodeOf,
  opening,
  ourClosing,
  running,
  setEligible,
  submit,
} from './ask.ts';

const closed = (pool: NomadSubject): Promise<Node> =>
  pool.until('the drain to be complete', async () => {
    const node = await nodeOf(pool.first);
    return !node.Drain && node.LastDrain?.Status === 'complete' && node;
  });

/** What closing and opening a node does to it and to its work. */
export const closing: readonly Statement<NomadSubject>[] = [
  {
    says: 'a closing counts at once, says whose it is and carries our words, and lets batch work run',
    check: async (pool) => {
      await submit(pool, { id: 'kept', on: pool.first });
      const { ID } = await running(pool, 'kept');
      const before = await nodeOf(pool.first);
      await drain(pool.first, ourClosing());
      const node = await nodeOf(pool.first);
      expect(node).toMatchObject({
        Status: 'ready',
        SchedulingEligibility: 'ineligible',
        Drain: true,
        DrainStrategy: { Deadline: 0, IgnoreSystemJobs: false, ForceDeadline: null },
        LastDrain: {
          Status: 'draining',
          AccessorID: `client:${node.ID}`,
          Meta: { by: 'rigshare', how: 'finish', reason: 'you' },
        },
      });
      expect(newEvents(before, node)).toEqual(['Node drain strategy set']);
      await pool.sleep(3_000);
      expect(await allocation(pool, ID)).toMatchObject({ DesiredStatus: 'run', ClientStatus: 'running' });
      expect((await nodeOf(pool.first)).Drain).toBe(true);
    },
  },
  {
    says: 'a closing is complete when the batch work has ended by itself, and stays closed',
    check: async (pool) => {
      await submit(pool, { id: 'ends', seconds: 4, on: pool.first });
      const { ID } = await running(pool, 'ends');
      const before = await nodeOf(pool.first);
      await drain(pool.first, ourClosing());
      const node = await closed(pool);
      expect(await allocation(pool, ID)).toMatchObject({ DesiredStatus: 'run', ClientStatus: 'complete' });
      expect(node).toMatchObject({
        SchedulingEligibility: 'ineligible',
        DrainStrategy: null,
        LastDrain: { Status: 'complete', Meta: { by: 'rigshare' } },
      });
      expect(newEvents(before, node)).toEqual(['Node drain strategy set', 'Node drain complete']);
    },
  },
  {
    says: 'a node without work is closed completely within two seconds',
    check: async (pool) => {
      const start = pool.now();
      await drain(pool.first, ourClosing());
      await closed(pool);
      expect(pool.now() - start).toBeLessThan(2_000);
    },
  },
  {
    says: 'opening after a complete closing leaves the last drain and the history as they were',
    check: async (pool) => {
      await drain(pool.first, ourClosing());
      const before = await closed(pool);
      await drain(pool.first, opening);
      const node = await nodeOf(pool.first);
      expect(node.SchedulingEligibility).toBe('eligible');
      expect([node.LastDrain, node.Events]).toEqual([before.LastDrain, before.Events]);
    },
  },
  {
    says: 'opening while a closing runs cancels it, keeps its words, and is a line in the history',
    check: async (pool) => {
      await submit(pool, { id: 'stays', on: pool.first });
      await running(pool, 'stays');
      await drain(pool.first, ourClosing());
      const before = await nodeOf(pool.first);
      await drain(pool.first, opening);
      const node = await nodeOf(pool.first);
      expect(node).toMatchObject({ SchedulingEligibility: 'eligible', Drain: false, DrainStrategy: null });
      expect(node.LastDrain).toMatchObject({
        Status: 'canceled',
        AccessorID: `client:${node.ID}`,
        Meta: { by: 'rigshare', how: 'finish' },
      });
      expect(newEvents(before, node)).toEqual(['Node drain disabled']);
    },
  },
  {
    says: 'a closing can be ended and the node left closed',
    check: async (pool) => {
      await submit(pool, { id: 'runs', on: pool.first });
      await running(pool, 'runs');
      await drain(pool.first, ourClosing());
      await drain(pool.first, { DrainSpec: null, MarkEligible: false });
      expect(await nodeOf(pool.first)).toMatchObject({
        SchedulingEligibility: 'ineligible',
        Drain: false,
        LastDrain: { Status: 'canceled' },
      });
    },
  },
  {
    says: 'a second closing replaces the words of the first',
    check: async (pool) => {
      await submit(pool, { id: 'twice', on: pool.first });
      await running(pool, 'twice');
      await drain(pool.first, ourClosing('finish'));
      const before = await nodeOf(pool.first);
      await drain(pool.first, ourClosing('now'));
      const node = await nodeOf(pool.first);
      expect(node.LastDrain).toMatchObject({
        Status: 'draining',
        Meta: { by: 'rigshare', how: 'now' },
        StartedAt: before.LastDrain?.StartedAt,
      });
      expect(newEvents(before, node)).toEqual(['Node drain strategy updated']);
    },
  },
  {
    says: 'an operator’s drain says whose it is, and replaces ours',
    check: async (pool) => {
      await submit(pool, { id: 'theirs', on: pool.first });
      await running(pool, 'theirs');
      await drain(pool.first, ourClosing());
      const body = { DrainSpec: { Deadline: 0, IgnoreSystemJobs: false }, Meta: { message: 'maintenance' } };
      await get(pool.server, pool.tokens.management, `/v1/node/${pool.first.id()}/drain`, 'PUT', body);
      const { LastDrain } = await nodeOf(pool.first);
      expect(LastDrain?.AccessorID).toMatch(/^token:/);
      expect(LastDrain?.Meta).toEqual({ message: 'maintenance' });
    },
  },
  {
    says: 'an operator’s closing is a line in the history, once; opening with the own secret overrides it without one',
    check: async (pool) => {
      await drain(pool.first, ourClosing());
      await closed(pool);
      await drain(pool.first, opening);
      const before = await nodeOf(pool.first);
      expect((await setEligible(pool, pool.first, false)).Index).toBeGreaterThan(0);
      const held = await nodeOf(pool.first);
      expect(newEvents(before, held)).toEqual(['Node marked as ineligible for scheduling']);
      expect(held.LastDrain).toEqual(before.LastDrain);
      expect((await setEligible(pool, pool.first, false)).Index).toBe(0);
      expect((await nodeOf(pool.first)).Events).toEqual(held.Events);
      await drain(pool.first, opening);
      const node = await nodeOf(pool.first);
      expect([node.SchedulingEligibility, node.Events]).toEqual(['eligible', held.Events]);
    },
  },
  {
    says: 'our closing on top of an operator’s is the newest line in the history',
    check: async (pool) => {
      await setEligible(pool, pool.first, false);
      const before = await nodeOf(pool.first);
      await drain(pool.first, ourClosing());
      const node = await closed(pool);
      expect(newEvents(before, node)).toEqual(['Node drain strategy set', 'Node drain complete']);
      await setEligible(pool, pool.first, true);
      expect(newEvents(node, await nodeOf(pool.first))).toEqual(['Node marked as eligible for scheduling']);
    },
  },
  {
    says: 'work that is stopped on a closing node runs again elsewhere',
    check: async (pool) => {
      await submit(pool, { id: 'moves' });
      const { ID, NodeID } = await running(pool, 'moves');
      const here = NodeID === pool.first.id() ? pool.first : pool.second;
      await drain(here, ourClosing('now'));
      await get(pool.server, pool.tokens.lifecycle, `/v1/allocation/${ID}/stop`, 'PUT', {});
      const next = await pool.until('the work to run elsewhere', async () =>
        (await allocations(pool, 'moves')).find((one) => one.ID !== ID && one.ClientStatus === 'running'),
      );
      expect(next.NodeID).not.toBe(NodeID);
      const old = await becomes(pool, ID, 'complete');
      expect(old).toMatchObject({
        DesiredStatus: 'stop',
        DesiredDescription: 'alloc is being migrated',
        NextAllocation: next.ID,
      });
      await pool.until('its container to be gone', async () =>
        (await containers(pool, ID)).every(({ State }) => State !== 'running'),
      );
    },
  },
  {
    says: 'work that is stopped on an open node is placed again',
    check: async (pool) => {
      await submit(pool, { id: 'again' });
      const { ID } = await running(pool, 'again');
      await get(pool.server, pool.tokens.lifecycle, `/v1/allocation/${ID}/stop`, 'PUT', {});
      await pool.until('it to run again', async () =>
        (await allocations(pool, 'again')).some((one) => one.ID !== ID && one.ClientStatus === 'running'),
      );
    },
  },
  {
    says: 'a forced drain loses batch work: it counts as complete and never runs again',
    check: async (pool) => {
      await submit(pool, { id: 'lost' });
      const { ID, NodeID } = await running(pool, 'lost');
      const here = NodeID === pool.first.id() ? pool.first : pool.second;
      const before = await nodeOf(here);
      await drain(here, { DrainSpec: { Deadline: -1_000_000_000, IgnoreSystemJobs: true } });
      const old = await becomes(pool, ID, 'complete');
      expect(old).toMatchObject({
        DesiredStatus: 'stop',
        DesiredTransition: { Migrate: true, MigrateDisablePlacement: true },
      });
      await drain(here, opening);
      await pool.sleep(3_000);
      expect(await allocations(pool, 'lost')).toHaveLength(1);
      expect(await get(pool.server, pool.tokens.reader, '/v1/job/lost')).toMatchObject({ Status: 'dead' });
      expect(newEvents(before, await nodeOf(here))).toEqual([
        'Node drain strategy set',
        'Node drain complete',
      ]);
    },
  },
  {
    says: 'a drain may be complete while its task still runs',
    check: async (pool) => {
      await submit(pool, { id: 'stubborn', onTerm: 'ignores', on: pool.first });
      const { ID } = await running(pool, 'stubborn');
      await drain(pool.first, { DrainSpec: { Deadline: -1_000_000_000, IgnoreSystemJobs: true } });
      await closed(pool);
      expect((await containers(pool, ID)).map(({ State }) => State)).toEqual(['running']);
      await becomes(pool, ID, 'complete');
    },
  },
  {
    says: 'a healthy service moves as soon as its node closes',
    check: async (pool) => {
      await submit(pool, { id: 'web', type: 'service' });
      const { ID, NodeID } = await running(pool, 'web');
      await pool.sleep(12_000);
      const here = NodeID === pool.first.id() ? pool.first : pool.second;
      await drain(here, ourClosing());
      const next = await pool.until(
        'it to run elsewhere',
        async () =>
          (await allocations(pool, 'web')).find((one) => one.ID !== ID && one.ClientStatus === 'running'),
        6_000,
      );
      expect(next.NodeID).not.toBe(NodeID);
    },
  },
  {
    says: 'a service that is too young to be healthy leaves a closing node only when it has become so',
    check: async (pool) => {
      await submit(pool, { id: 'young', type: 'service' });
      const { ID, NodeID } = await running(pool, 'young');
      const here = NodeID === pool.first.id() ? pool.first : pool.second;
      await drain(here, ourClosing());
      await pool.sleep(5_000);
      expect(await allocation(pool, ID)).toMatchObject({ DesiredStatus: 'run', ClientStatus: 'running' });
      await pool.until('it to run elsewhere', async () =>
        (await allocations(pool, 'young')).some((one) => one.ID !== ID && one.ClientStatus === 'running'),
      );
    },
  },
  {
    says: 'a system job stops after all other work of a closing node and returns when it opens',
    check: async (pool) => {
      await submit(pool, { id: 'system', type: 'system', on: pool.first });
      await submit(pool, { id: 'before', seconds: 5, on: pool.first });
      const { ID } = await running(pool, 'system');
      const last = await running(pool, 'before');
      await drain(pool.first, ourClosing());
      await pool.sleep(2_000);
      expect(await allocation(pool, ID)).toMatchObject({ ClientStatus: 'running' });
      await becomes(pool, last.ID, 'complete');
      await becomes(pool, ID, 'complete');
      await closed(pool);
      await drain(pool.first, opening);
      await pool.until('it to return', async () =>
        (await allocations(pool, 'system')).some((one) => one.ID !== ID && one.ClientStatus === 'running'),
      );
    },
  },
  {
    says: 'a system job that a drain ignores never stops, though the drain is complete',
    check: async (pool) => {
      await submit(pool, { id: 'ignored', type: 'system', on: pool.first });
      const { ID } = await running(pool, 'ignored');
      await drain(pool.first, { DrainSpec: { Deadline: 0, IgnoreSystemJobs: true } });
      await closed(pool);
      await pool.sleep(8_000);
      expect(await allocation(pool, ID)).toMatchObject({ DesiredStatus: 'run', ClientStatus: 'running' });
    },
  },
  {
    says: 'an agent that is down can be closed on the server with its own secret',
    check: async (pool) => {
      await pool.first.kill();
      const path = `/v1/node/${pool.first.id()}/drain`;
      expect((await ask(pool.server, as(pool.first.secret(), path, 'PUT', ourClosing()))).status).toBe(200);
      const node = await get<Node>(pool.server, pool.tokens.reader, `/v1/node/${pool.first.id()}`);
      expect(node.SchedulingEligibility).toBe('ineligible');
    },
  },
];
