import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Problem, ProblemError } from '../../../contract/problems.ts';
import { createFiles } from '../files/files.ts';
import { systemClock } from '../world/clock.ts';
import { Api, isUnknownThing, type Reach } from './api.ts';
import { placesIn } from './places.ts';
import { quietLog } from './testing/fake-nomad.ts';
import { HandClock, until, worldOn } from './testing/hand-clock.ts';
import { rawServer, type RawServer, reply } from './testing/raw-server.ts';

const secret = '22222222-2222-2222-2222-222222222222';
const silent = (): void => undefined;

let folder: string;
let server: RawServer;
let answer: (socket: Socket, path: string) => void;
let reach: Reach | null;
let log: ReturnType<typeof quietLog>;
let api: Api;
let clock: HandClock;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-api-'));
  const places = placesIn(folder);
  await mkdir(places.state);
  await writeFile(places.nodeId, '11111111-1111-1111-1111-111111111111');
  await writeFile(places.secretId, secret);
  server = await rawServer((socket, path) => answer(socket, path));
  reach = { httpPort: server.port, registered: true };
  log = quietLog();
  clock = new HandClock();
  api = new Api({
    world: worldOn(clock),
    places,
    files: createFiles(systemClock),
    log,
    reach: () => Promise.resolve(reach),
  });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof ProblemError) return error.problem;
  throw new Error(`no problem: ${String(error)}`);
}

describe('asking the agent', () => {
  it('shows the node’s own secret, and keeps it out of the log', async () => {
    answer = (socket) => socket.end(reply(200, '{"a":1}'));
    expect(await api.get('/v1/node/x')).toEqual({ a: 1 });
    await api.put('/v1/node/x/drain', { DrainSpec: null }, new AbortController().signal);
    expect(server.asked).toEqual(['GET /v1/node/x', 'PUT /v1/node/x/drain']);
    expect(server.heads.every((head) => head.toLowerCase().includes(`x-nomad-token: ${secret}`))).toBe(true);
    expect(server.heads[1]).toMatch(/\{"DrainSpec":null\}$/);
    expect(log.hidden).toEqual([secret]);
  });

  it.each([
    [403, 'Permission denied', 'nomad-refused'],
    [403, 'ACL token not found', 'nomad-refused'],
    [
      500,
      'rpc error: failed to get conn: dial tcp 100.64.0.1:4647: connect: connection refused',
      'nomad-server-lost',
    ],
    [500, 'rpc error: EOF', 'nomad-server-lost'],
    [500, 'No cluster leader', 'nomad-server-lost'],
    [500, 'No path to region', 'nomad-server-lost'],
    [500, 'rpc error: node not found', 'nomad-error'],
    [500, 'Unknown allocation "x"', 'nomad-error'],
    [404, 'node not found', 'nomad-error'],
    [400, 'json: cannot unmarshal string', 'nomad-error'],
    [500, 'something else', 'nomad-error'],
  ] as const)('takes %i "%s" for %s, in its own words', async (status, words, code) => {
    answer = (socket) => socket.end(reply(status, words));
    expect(await problemOf(api.get('/v1/x'))).toMatchObject({ code, detail: `${status} ${words}` });
    expect(await problemOf(api.put('/v1/x', {}, new AbortController().signal))).toMatchObject({ code });
  });

  it('tells what the pool does not know from every other failure', async () => {
    const failure = async (status: number, words: string): Promise<unknown> => {
      answer = (socket) => socket.end(reply(status, words));
      return api.get('/v1/x').catch((error: unknown) => error);
    };
    expect(isUnknownThing(await failure(500, 'Unknown allocation'))).toBe(true);
    expect(isUnknownThing(await failure(404, 'alloc not found'))).toBe(true);
    expect(isUnknownThing(await failure(403, 'ACL token not found'))).toBe(false);
    expect(isUnknownThing(await failure(500, 'rpc error: EOF'))).toBe(false);
  });

  it('takes half a JSON, and what is no JSON, for garbled', async () => {
    answer = (socket) => socket.end(reply(200, '{"ID":"1", "Sta', 500));
    expect((await problemOf(api.get('/v1/x'))).code).toBe('nomad-garbled');
    answer = (socket) => socket.end(reply(200, '{"ID":"1", "Sta'));
    expect((await problemOf(api.get('/v1/x'))).code).toBe('nomad-garbled');
  });

  it('takes an agent that is not there for silent, also one without an identity yet', async () => {
    reach = { httpPort: 1, registered: true };
    expect((await problemOf(api.get('/v1/x'))).code).toBe('nomad-agent-silent');
    reach = null;
    expect((await problemOf(api.get('/v1/x'))).code).toBe('nomad-agent-silent');
    reach = { httpPort: server.port, registered: true };
    await rm(placesIn(folder).secretId);
    expect((await problemOf(api.get('/v1/x'))).code).toBe('nomad-agent-silent');
    expect(server.asked).toEqual([]);
  });

  it('hands back its caller’s reason when the caller no longer wants the answer', async () => {
    answer = silent;
    const caller = new AbortController();
    setTimeout(() => caller.abort(new Error('a pause')), 20);
    await expect(api.get('/v1/x', caller.signal)).rejects.toThrow('a pause');
  });
});

describe('an agent that never answers', () => {
  const health = (status: number) => (socket: Socket, path: string) => {
    if (path.startsWith('/v1/agent/health')) socket.end(reply(status, '{}'));
  };

  /** The code after its time limit, and after that of what is asked then. */
  async function codeInTheEnd(): Promise<string> {
    const asking = problemOf(api.get('/v1/x'));
    await until(() => server.asked.length === 1);
    clock.advance(7_999);
    expect(server.asked.length).toBe(1);
    clock.advance(1);
    await until(() => server.asked.length === 2);
    if (answer === silent) clock.advance(2_000);
    return (await asking).code;
  }

  it('has lost its server where it once was registered and is well itself', async () => {
    answer = health(200);
    expect(await codeInTheEnd()).toBe('nomad-server-lost');
  });

  it('is not admitted where it never was registered and knows servers', async () => {
    answer = health(200);
    reach = { httpPort: server.port, registered: false };
    expect(await codeInTheEnd()).toBe('nomad-not-registering');
  });

  it('has lost its server where it knows none', async () => {
    answer = health(500);
    reach = { httpPort: server.port, registered: false };
    expect(await codeInTheEnd()).toBe('nomad-server-lost');
  });

  it('is silent itself where it does not answer what it could', async () => {
    answer = silent;
    expect(await codeInTheEnd()).toBe('nomad-agent-silent');
  });
});
