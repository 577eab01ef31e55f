import { expect } from 'vitest';
import type { ClientSubject, NomadSubject, Statement } from '../subject.ts';
import {
  allocation,
  allocations,
  as,
  ask,
  becomes,
  containers,
  drain,
  get,
  killTasks,
  newEvents,
  type Node,
  nodeOf,
  nodeOn,
  opening,
  ourClosing,
  running,
  submit,
} from './ask.ts';

const ready = (pool: NomadSubject, client: ClientSubject): Promise<Node> =>
  pool.until('the agent to be back', async () => {
    const node = await nodeOf(client).catch(() => undefined);
    return node?.Status === 'ready' && node;
  });

const down = (pool: NomadSubject, client: ClientSubject): Promise<Node> =>
  pool.until(
    'the node to be down',
    async () => {
      const node = await nodeOn(pool, client);
      return node.Status === 'down' && node;
    },
    40_000,
  );

/** Where a job's work landed, and the other computer. */
async function placed(
  pool: NomadSubject,
  job: string,
): Promise<{ id: string; here: ClientSubject; there: ClientSubject }> {
  const { ID, NodeID } = await running(pool, job);
  const first = NodeID === pool.first.id();
  return { id: ID, here: first ? pool.first : pool.second, there: first ? pool.second : pool.first };
}

/** What killing and losing things does. */
export const loss: readonly Statement<NomadSubject>[] = [
  {
    says: 'killing an agent leaves its tasks running and its port refused',
    check: async (pool) => {
      await submit(pool, { id: 'orphan', on: pool.first });
      const { ID } = await running(pool, 'orphan');
      await pool.first.kill();
      const knock = () => ask(pool.first.http, as('', '/v1/status/leader'));
      // A connection that was kept open is reset first; whoever knocks anew is refused.
      await knock().catch(() => undefined);
      await expect(knock()).rejects.toMatchObject({ why: 'refused' });
      await pool.sleep(2_000);
      expect((await containers(pool, ID)).map(({ State }) => State)).toEqual(['running']);
    },
  },
  {
    says: 'an agent killed with its tasks: after 15 to 30 seconds its node is down and its work is lost and runs elsewhere',
    check: async (pool) => {
      await submit(pool, { id: 'gone' });
      const { id, here, there } = await placed(pool, 'gone');
      const before = await nodeOf(here);
      const start = pool.now();
      await here.kill();
      await killTasks(pool, id);
      const node = await down(pool, here);
      expect(pool.now() - start).toBeGreaterThan(8_000);
      expect(pool.now() - start).toBeLessThan(32_000);
      expect(newEvents(before, node)).toEqual(['Node heartbeat missed']);
      const next = await pool.until('it to run elsewhere', async () =>
        (await allocations(pool, 'gone')).find((one) => one.ID !== id && one.ClientStatus === 'running'),
      );
      expect(next.NodeID).toBe(there.id());
      expect(await allocation(pool, id)).toMatchObject({
        DesiredStatus: 'stop',
        ClientStatus: 'lost',
        DesiredDescription: 'alloc is lost since its node is down',
        NextAllocation: next.ID,
      });
    },
  },
  {
    says: 'an agent that returns after its work was lost is open as before and does not run that work again',
    check: async (pool) => {
      await submit(pool, { id: 'late' });
      const { id, here } = await placed(pool, 'late');
      await here.kill();
      await killTasks(pool, id);
      await down(pool, here);
      const before = await nodeOn(pool, here);
      await here.start();
      const node = await ready(pool, here);
      expect(node.SchedulingEligibility).toBe('eligible');
      expect(newEvents(before, node)).toEqual(['Node reregistered by heartbeat']);
      await pool.sleep(20_000);
      expect((await containers(pool, id)).filter(({ State }) => State === 'running')).toEqual([]);
      expect((await allocation(pool, id)).DesiredStatus).toBe('stop');
    },
  },
  {
    says: 'an agent that returns before its work was lost starts the ended tasks again here',
    check: async (pool) => {
      await submit(pool, { id: 'early', on: pool.first });
      const { ID } = await running(pool, 'early');
      await pool.first.kill();
      await killTasks(pool, ID);
      await pool.sleep(3_000);
      await pool.first.start();
      await ready(pool, pool.first);
      await pool.until(
        'the task to run again',
        async () => (await containers(pool, ID)).some(({ State }) => State === 'running'),
        40_000,
      );
      expect(await allocations(pool, 'early')).toHaveLength(1);
    },
  },
  {
    says: 'an agent that returns takes up tasks that still run',
    check: async (pool) => {
      await submit(pool, { id: 'kept', on: pool.first });
      const { ID } = await running(pool, 'kept');
      const before = await containers(pool, ID);
      await pool.first.kill();
      await pool.sleep(2_000);
      await pool.first.start();
      await ready(pool, pool.first);
      await pool.sleep(3_000);
      expect((await containers(pool, ID)).map(({ Id, State }) => [Id, State])).toEqual(
        before.map(({ Id }) => [Id, 'running']),
      );
      expect(await allocation(pool, ID)).toMatchObject({
        ClientStatus: 'running',
        TaskStates: { work: { Restarts: 0 } },
      });
      await get(pool.server, pool.tokens.management, '/v1/job/kept', 'DELETE');
      await becomes(pool, ID, 'complete');
    },
  },
  {
    says: 'closed, killed and gone for long: the node is still closed by us when it returns, and opens with its own secret',
    check: async (pool) => {
      await submit(pool, { id: 'taken' });
      const { id, here, there } = await placed(pool, 'taken');
      await drain(here, ourClosing('now'));
      const closed = await nodeOf(here);
      await here.kill();
      await killTasks(pool, id);
      const next = await pool.until(
        'it to run elsewhere',
        async () =>
          (await allocations(pool, 'taken')).find((one) => one.ID !== id && one.ClientStatus === 'running'),
        45_000,
      );
      expect(next.NodeID).toBe(there.id());
      await here.start();
      const node = await ready(pool, here);
      expect(node.SchedulingEligibility).toBe('ineligible');
      expect(node.LastDrain).toMatchObject({
        AccessorID: closed.LastDrain?.AccessorID,
        Meta: closed.LastDrain?.Meta,
        StartedAt: closed.LastDrain?.StartedAt,
      });
      await drain(here, opening);
      expect((await nodeOf(here)).SchedulingEligibility).toBe('eligible');
    },
  },
  {
    says: 'without a server an agent says 500 at once, also of its health that all is well, and its tasks run on',
    check: async (pool) => {
      await submit(pool, { id: 'alone', on: pool.first });
      const { ID } = await running(pool, 'alone');
      await pool.stopServer();
      const answer = await pool.until('the agent to notice', async () => {
        const one = await ask(pool.first.http, as(pool.first.secret(), `/v1/node/${pool.first.id()}`));
        return one.status === 500 && one.text.includes('connection refused') && one;
      });
      expect(answer.text).toMatch(
        /^rpc error: failed to get conn: dial tcp .*:\d+: connect: connection refused$/,
      );
      expect((await ask(pool.first.http, as('', '/v1/status/leader'))).status).toBe(500);
      const health = await ask(pool.first.http, as('', '/v1/agent/health?type=client'));
      expect([health.status, JSON.parse(health.text)]).toEqual([
        200,
        { client: { ok: true, message: 'ok' } },
      ]);
      await pool.sleep(3_000);
      expect((await containers(pool, ID)).map(({ State }) => State)).toEqual(['running']);
      await pool.startServer();
      await ready(pool, pool.first);
      await pool.sleep(5_000);
      expect(await allocation(pool, ID)).toMatchObject({ DesiredStatus: 'run', ClientStatus: 'running' });
    },
  },
];
