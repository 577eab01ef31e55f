import { expect } from 'vitest';
import type { NomadSubject, Statement } from '../subject.ts';
import { as, ask, get, nodeOf, running, submit } from './ask.ts';

const probe = { DrainSpec: null, MarkEligible: false };

/** Who asks, by a short name. */
const tokensOf = (
  pool: NomadSubject,
): Readonly<Record<'none' | 'own' | 'other' | 'reader' | 'lifecycle' | 'strange', string>> => ({
  none: '',
  own: pool.first.secret(),
  other: pool.second.secret(),
  reader: pool.tokens.reader,
  lifecycle: pool.tokens.lifecycle,
  strange: '99999999-0000-0000-0000-000000000000',
});

type Who = keyof ReturnType<typeof tokensOf>;

/** What each of them is answered: "200", or the status and the words. */
async function matrix(
  pool: NomadSubject,
  at: 'agent' | 'server',
  path: string,
  method?: 'PUT',
  body?: unknown,
): Promise<Record<Who, string>> {
  const fetch = at === 'agent' ? pool.first.http : pool.server;
  const entries = Object.entries(tokensOf(pool)).map(async ([who, token]) => {
    const { status, text } = await ask(fetch, as(token, path, method, body));
    return [who, status === 200 ? (text === '[]' ? '200 []' : '200') : `${status} ${text}`] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<Who, string>;
}

const denied = '403 Permission denied';
const noToken = '403 ACL token not found';

/** Who may read and do what. */
export const access: readonly Statement<NomadSubject>[] = [
  {
    says: 'a node’s own secret, and no other node’s or reader’s, drains it: through its own agent and on the server',
    check: async (pool) => {
      const path = `/v1/node/${pool.first.id()}/drain`;
      const expected = {
        none: denied,
        own: '200',
        other: denied,
        reader: denied,
        lifecycle: denied,
        strange: denied,
      };
      expect(await matrix(pool, 'agent', path, 'PUT', probe)).toEqual(expected);
      expect(await matrix(pool, 'server', path, 'PUT', probe)).toEqual(expected);
    },
  },
  {
    says: 'a node’s own secret drains it through another computer’s agent too, and as a bearer',
    check: async (pool) => {
      const path = `/v1/node/${pool.first.id()}/drain`;
      expect((await ask(pool.second.http, as(pool.first.secret(), path, 'PUT', probe))).status).toBe(200);
      const headers = { Authorization: `Bearer ${pool.first.secret()}` };
      expect((await ask(pool.first.http, { ...as('', path, 'PUT', probe), headers })).status).toBe(200);
    },
  },
  {
    says: 'resuming without opening is a probe that changes nothing on an open node',
    check: async (pool) => {
      const before = await nodeOf(pool.first);
      await get(pool.first.http, pool.first.secret(), `/v1/node/${pool.first.id()}/drain`, 'PUT', probe);
      const { SchedulingEligibility, LastDrain, Events } = await nodeOf(pool.first);
      expect([SchedulingEligibility, LastDrain, Events]).toEqual([
        before.SchedulingEligibility,
        before.LastDrain,
        before.Events,
      ]);
    },
  },
  {
    says: 'nobody but an operator uses the eligibility endpoint',
    check: async (pool) => {
      const path = `/v1/node/${pool.first.id()}/eligibility`;
      const answers = await matrix(pool, 'agent', path, 'PUT', { Eligibility: 'eligible' });
      expect(answers).toEqual({
        none: denied,
        own: denied,
        other: denied,
        reader: denied,
        lifecycle: denied,
        strange: denied,
      });
    },
  },
  {
    says: 'nodes are read by any node’s secret and by who has the right',
    check: async (pool) => {
      const expected = {
        none: denied,
        own: '200',
        other: '200',
        reader: '200',
        lifecycle: denied,
        strange: denied,
      };
      expect(await matrix(pool, 'agent', `/v1/node/${pool.first.id()}`)).toEqual(expected);
      expect(await matrix(pool, 'server', '/v1/nodes')).toEqual(expected);
    },
  },
  {
    says: 'a node’s secret is not told in the node’s record',
    check: async (pool) => expect((await nodeOf(pool.first)).SecretID).toBe(''),
  },
  {
    says: 'the list of a node’s allocations is empty for a node’s secret, and lists of jobs are refused',
    check: async (pool) => {
      await submit(pool, { id: 'listed', on: pool.first });
      await running(pool, 'listed');
      const expected = {
        none: denied,
        own: '200 []',
        other: '200 []',
        reader: '200',
        lifecycle: denied,
        strange: denied,
      };
      expect(await matrix(pool, 'agent', `/v1/node/${pool.first.id()}/allocations`)).toEqual(expected);
      const tokensOnly = {
        none: denied,
        own: denied,
        other: denied,
        reader: '200',
        lifecycle: denied,
        strange: denied,
      };
      for (const path of ['/v1/allocations', '/v1/jobs', '/v1/job/listed']) {
        expect([path, await matrix(pool, 'agent', path)]).toEqual([path, tokensOnly]);
      }
    },
  },
  {
    says: 'an allocation is read by every node’s secret of its pool, and is unknown to who may not',
    check: async (pool) => {
      await submit(pool, { id: 'read', on: pool.first });
      const { ID } = await running(pool, 'read');
      const unknown = `Unknown allocation "${ID}"`;
      const rest = { own: '200', other: '200', reader: '200', strange: denied };
      const through = `500 rpc error: ${unknown}`;
      expect(await matrix(pool, 'agent', `/v1/allocation/${ID}`)).toEqual({
        ...rest,
        none: through,
        lifecycle: through,
      });
      expect(await matrix(pool, 'server', `/v1/allocation/${ID}`)).toEqual({
        ...rest,
        none: `500 ${unknown}`,
        lifecycle: `500 ${unknown}`,
      });
    },
  },
  {
    says: 'what an agent tells of itself takes a token: a node’s secret is none',
    check: async (pool) => {
      const expected = {
        none: denied,
        own: noToken,
        other: noToken,
        reader: '200',
        lifecycle: denied,
        strange: denied,
      };
      expect(await matrix(pool, 'agent', '/v1/agent/self')).toEqual(expected);
      expect(await matrix(pool, 'agent', '/v1/client/stats')).toEqual(expected);
      const onServer = {
        none: denied,
        own: '200',
        other: '200',
        reader: '200',
        lifecycle: denied,
        strange: denied,
      };
      expect(await matrix(pool, 'server', '/v1/agent/self')).toEqual(onServer);
    },
  },
  {
    says: 'a node’s secret is no token',
    check: async (pool) => {
      const answers = await matrix(pool, 'agent', '/v1/acl/token/self');
      const missing = '404 ACL token not found';
      expect(answers).toEqual({
        none: '200',
        own: missing,
        other: missing,
        reader: '200',
        lifecycle: '200',
        strange: denied,
      });
    },
  },
  {
    says: 'health, the leader and metrics are told to everybody',
    check: async (pool) => {
      const all = { none: '200', own: '200', other: '200', reader: '200', lifecycle: '200', strange: '200' };
      expect(await matrix(pool, 'agent', '/v1/agent/health?type=client')).toEqual(all);
      expect(await matrix(pool, 'agent', '/v1/status/leader')).toEqual(all);
      expect(await matrix(pool, 'agent', '/v1/metrics')).toEqual(all);
    },
  },
  {
    says: 'only who has the right to stop allocations stops one',
    check: async (pool) => {
      await submit(pool, { id: 'stopped', on: pool.first });
      const { ID } = await running(pool, 'stopped');
      const path = `/v1/allocation/${ID}/stop`;
      for (const token of ['', pool.first.secret(), pool.second.secret(), pool.tokens.reader]) {
        expect(await ask(pool.first.http, as(token, path, 'PUT', {}))).toMatchObject({
          status: 403,
          text: 'Permission denied',
        });
      }
      expect(await ask(pool.server, as(pool.tokens.lifecycle, path))).toMatchObject({
        status: 405,
        text: 'Invalid method',
      });
      expect((await ask(pool.server, as(pool.tokens.lifecycle, path, 'PUT', {}))).status).toBe(200);
    },
  },
  {
    says: 'what is not there: 404 where it is read, 500 where it is drained, 403 with a secret',
    check: async (pool) => {
      const stranger = '00000000-0000-0000-0000-000000000001';
      const { management, reader } = pool.tokens;
      const through = (token: string, path: string, method?: 'PUT', body?: unknown): Promise<unknown> =>
        ask(pool.first.http, as(token, path, method, body));
      expect(await through(reader, `/v1/node/${stranger}`)).toMatchObject({
        status: 404,
        text: 'node not found',
      });
      expect(await through(reader, `/v1/allocation/${stranger}`)).toMatchObject({
        status: 404,
        text: 'alloc not found',
      });
      expect(await through(reader, '/v1/job/nobody')).toMatchObject({ status: 404, text: 'job not found' });
      const path = `/v1/node/${stranger}/drain`;
      expect(await through(management, path, 'PUT', probe)).toMatchObject({
        status: 500,
        text: 'rpc error: node not found',
      });
      expect(await through(pool.first.secret(), path, 'PUT', probe)).toMatchObject({
        status: 403,
        text: 'Permission denied',
      });
      expect(await ask(pool.server, as(management, path, 'PUT', probe))).toMatchObject({
        status: 500,
        text: 'node not found',
      });
    },
  },
  {
    says: 'an allocation that is nowhere is not found, whoever asks',
    check: async (pool) => {
      const path = '/v1/allocation/00000000-0000-0000-0000-000000000001';
      const missing = '404 alloc not found';
      const all = { none: missing, own: missing, other: missing, reader: missing, lifecycle: missing };
      expect(await matrix(pool, 'server', path)).toEqual({ ...all, strange: denied });
    },
  },
  {
    says: 'what is malformed is refused in the program’s own words',
    check: async (pool) => {
      const { http } = pool.first;
      expect(await ask(http, as(pool.tokens.reader, '/v1/node/banana'))).toMatchObject({
        status: 500,
        text: 'rpc error: node lookup failed: index error: UUID must be 36 characters',
      });
      expect(
        await ask(
          http,
          as(pool.first.secret(), `/v1/node/${pool.first.id()}/drain`, 'PUT', {
            DrainSpec: { Deadline: '1h' },
          }),
        ),
      ).toMatchObject({
        status: 400,
        text: 'json: cannot unmarshal string into Go struct field DrainSpec.DrainSpec.Deadline of type time.Duration',
      });
      expect((await ask(http, as('', '/v1/nope'))).status).toBe(404);
    },
  },
];
