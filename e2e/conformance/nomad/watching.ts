import { expect } from 'vitest';
import { Reading } from '../stream.ts';
import type { NomadSubject, Statement } from '../subject.ts';
import { allocation, as, ask, drain, get, nodeOf, opening, ourClosing, running, submit } from './ask.ts';

interface Line {
  readonly Index?: number;
  readonly Events?: readonly {
    readonly Topic: string;
    readonly Type: string;
    readonly Key: string;
    readonly Payload: Readonly<Record<string, unknown>>;
  }[];
}

const stream = (pool: NomadSubject, token: string, query: string): Promise<Reading> =>
  Reading.open(pool, pool.first.http, {
    path: `/v1/event/stream?${query}`,
    headers: token === '' ? {} : { 'X-Nomad-Token': token },
  });

const typesIn = (reading: Reading, after = 0): readonly string[] =>
  (reading.lines as readonly Line[]).flatMap(({ Index = 0, Events = [] }) =>
    Index > after ? Events.map(({ Type }) => Type) : [],
  );

/** How changes are learned of. */
export const watching: readonly Statement<NomadSubject>[] = [
  {
    says: 'the event stream greets with an empty object and tells a node’s secret of closing, opening and work on the node',
    check: async (pool) => {
      const before = await nodeOf(pool.first);
      const reading = await stream(pool, pool.first.secret(), `topic=Node:${pool.first.id()}`);
      await pool.until('the greeting', async () => reading.lines.length > 0, 2_000);
      expect(reading.lines[0]).toEqual({});
      await submit(pool, { id: 'told', on: pool.first });
      await running(pool, 'told');
      await drain(pool.first, ourClosing());
      await drain(pool.first, opening);
      const index = before.ModifyIndex;
      await pool.until(
        'all events',
        async () => typesIn(reading, index).filter((type) => type === 'NodeDrain').length >= 2,
        5_000,
      );
      expect(typesIn(reading, index)).toContain('AllocationUpdated');
      const events = (reading.lines as readonly Line[]).flatMap(({ Events = [] }) => Events);
      expect(new Set(events.map(({ Topic, Key }) => `${Topic} ${Key}`))).toEqual(
        new Set([`Node ${pool.first.id()}`]),
      );
      expect(events.at(-1)?.Payload['Node']).toMatchObject({
        ID: pool.first.id(),
        SchedulingEligibility: 'eligible',
      });
      reading.close();
    },
  },
  {
    says: 'the event stream tells an operator’s closing',
    check: async (pool) => {
      const before = await nodeOf(pool.first);
      const reading = await stream(pool, pool.first.secret(), `topic=Node:${pool.first.id()}`);
      await get(pool.server, pool.tokens.management, `/v1/node/${pool.first.id()}/eligibility`, 'PUT', {
        Eligibility: 'ineligible',
      });
      await pool.until(
        'the event',
        async () => typesIn(reading, before.ModifyIndex).includes('NodeEligibility'),
        5_000,
      );
      reading.close();
    },
  },
  {
    says: 'the event stream replays what it still has, from an index on',
    check: async (pool) => {
      await drain(pool.first, ourClosing());
      const { ModifyIndex } = await nodeOf(pool.first);
      const reading = await stream(
        pool,
        pool.first.secret(),
        `topic=Node:${pool.first.id()}&index=${ModifyIndex}`,
      );
      await pool.until('the replay', async () => typesIn(reading).includes('NodeDrain'), 5_000);
      reading.close();
    },
  },
  {
    says: 'a refused event stream is answered 200 and sends nothing at all',
    check: async (pool) => {
      const streams = [
        await stream(pool, '', `topic=Node:${pool.first.id()}`),
        await stream(pool, pool.first.secret(), 'topic=Allocation'),
        await stream(pool, pool.tokens.lifecycle, 'topic=Node'),
      ];
      await drain(pool.first, ourClosing());
      await pool.sleep(3_000);
      for (const one of streams) expect([one.status, one.lines]).toEqual([200, []]);
      for (const one of streams) one.close();
    },
  },
  {
    says: 'a blocking read of a node waits, wakes when it closes, and not when its work changes',
    check: async (pool) => {
      // What the agent finds out about its own machine wakes it as well: then the next job is watched.
      let read = await readOverAnEnd(pool, 'wakes-1');
      for (let tries = 2; read.woken() && tries <= 4; tries++)
        read = await readOverAnEnd(pool, `wakes-${tries}`);
      expect(read.woken()).toBe(false);
      await drain(pool.first, ourClosing());
      const answer = await pool.finish(read.waiting);
      expect(answer.index).toBeGreaterThan(read.index);
      expect(JSON.parse(answer.text)).toMatchObject({ Drain: true });
    },
  },
  {
    says: 'a blocking read of a node answers unchanged when its time is over',
    check: async (pool) => {
      const path = `/v1/node/${pool.first.id()}`;
      const { index } = await ask(pool.first.http, as(pool.first.secret(), path));
      const start = pool.now();
      const answer = await pool.finish(
        ask(pool.first.http, {
          ...as(pool.first.secret(), `${path}?index=${index}&wait=2s`),
          timeoutMs: 20_000,
        }),
      );
      expect([answer.status, answer.index]).toEqual([200, index]);
      expect(pool.now() - start).toBeGreaterThan(1_900);
    },
  },
  {
    says: 'a blocking read of an allocation wakes when it is told to stop, before its client has done so',
    check: async (pool) => {
      await submit(pool, { id: 'waits', onTerm: 'ignores', on: pool.first });
      const { ID } = await running(pool, 'waits');
      await pool.sleep(1_000);
      const path = `/v1/allocation/${ID}`;
      const { index } = await ask(pool.first.http, as(pool.first.secret(), path));
      const waiting = ask(pool.first.http, {
        ...as(pool.first.secret(), `${path}?index=${index}&wait=60s`),
        timeoutMs: 90_000,
      });
      await get(pool.server, pool.tokens.lifecycle, `${path}/stop`, 'PUT', {});
      const answer = await pool.finish(waiting);
      expect(answer.index).toBeGreaterThan(index);
      expect(JSON.parse(answer.text)).toMatchObject({
        DesiredStatus: 'run',
        ClientStatus: 'running',
        DesiredTransition: { Migrate: true },
      });
      expect(await allocation(pool, ID)).toMatchObject({ ClientStatus: 'running' });
    },
  },
];

/** A blocking read of the node that was under way while a job on it was stopped and ended. */
async function readOverAnEnd(pool: NomadSubject, job: string) {
  await submit(pool, { id: job, on: pool.first });
  const { ID } = await running(pool, job);
  await pool.sleep(1_000);
  const path = `/v1/node/${pool.first.id()}`;
  const { index } = await ask(pool.first.http, as(pool.first.secret(), path));
  let woken = false;
  const waiting = ask(pool.first.http, {
    ...as(pool.first.secret(), `${path}?index=${index}&wait=60s`),
    timeoutMs: 90_000,
  }).then((answer) => {
    woken = true;
    return answer;
  });
  await get(pool.server, pool.tokens.management, `/v1/allocation/${ID}/stop`, 'PUT', {});
  await pool.sleep(2_500);
  return { waiting, index, woken: () => woken };
}
