import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProblemError } from '../../../contract/problems.ts';
import { type Fetch, Unreachable } from '../../core/ports/world.ts';
import { systemClock } from '../world/clock.ts';
import { createWorld } from '../world/index.ts';
import { createEngine } from './index.ts';

type Answer = readonly [status: number, body: unknown];

const mine = '11111111-2222-3333-4444-555555555555';
const other = '99999999-2222-3333-4444-555555555555';
const id = 'a'.repeat(64);
const docker = { Version: '28.2.2', Components: [{ Name: 'Engine' }, { Name: 'containerd' }] };
const podman = { Version: '5.4.0', Components: [{ Name: 'Podman Engine' }, { Name: 'Conmon' }] };
const container = (over: object): object => ({
  Id: id,
  Image: 'busybox',
  State: 'running',
  Labels: { 'com.hashicorp.nomad.alloc_id': mine },
  ...over,
});

let folder: string;
let server: Server;
let answers: Record<string, Answer>;
let asked: string[];
let heads: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-engine-'));
  asked = [];
  heads = {};
  answers = {
    'GET /version': [200, docker],
    'GET /info': [200, { SecurityOptions: ['name=seccomp,profile=default'], Runtimes: { nvidia: {} } }],
    'GET /containers/json': [200, []],
  };
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(join(folder, 'engine.sock'), resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = request.url ?? '';
  asked.push(`${request.method} ${url}`);
  const [status, body] = answers[`${request.method} ${url.split('?')[0]}`] ?? [
    404,
    { message: 'no such thing' },
  ];
  response.statusCode = status;
  for (const [name, value] of Object.entries(heads)) response.setHeader(name, value);
  response.end(typeof body === 'string' ? body : body === null ? undefined : JSON.stringify(body));
}

const world = (socket = 'engine.sock'): ReturnType<typeof createWorld> =>
  createWorld({ tailscaledSocket: () => null, engineSocket: () => join(folder, socket), env: {} });
const engine = (): ReturnType<typeof createEngine> =>
  createEngine(world(), () => Promise.resolve('/the.sock'));

const none = (): Promise<null> => Promise.resolve(null);

/** A world in which no engine's program is installed. */
const bare = (programs: readonly string[] = []): ReturnType<typeof createWorld> => {
  const real = world('none.sock');
  const find = (name: string): Promise<string | null> =>
    Promise.resolve(programs.includes(name) ? name : null);
  return { ...real, programs: { ...real.programs, find } };
};

async function problemOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof ProblemError ? error.problem.code : `no problem: ${String(error)}`;
}

describe('looking at the engine', () => {
  it('tells what it is and which containers carry these allocation ids', async () => {
    answers['GET /containers/json'] = [
      200,
      [
        container({}),
        container({ Id: 'b'.repeat(64), State: 'exited' }),
        container({ Id: 'c'.repeat(64), Labels: { 'com.hashicorp.nomad.alloc_id': other } }),
        container({ Id: 'd'.repeat(64), Labels: null }),
      ],
    ];
    const fact = await engine().look([mine]);
    expect(fact).toMatchObject({
      known: true,
      value: { kind: 'docker', version: '28.2.2', rootless: false },
    });
    expect(fact.known && fact.value.containers).toEqual([
      { id, allocation: mine, state: 'running', image: 'busybox' },
      { id: 'b'.repeat(64), allocation: mine, state: 'exited', image: 'busybox' },
    ]);
    const listing = new URL(
      asked.find((one) => one.includes('/containers/json'))?.slice(4) ?? '',
      'http://e',
    );
    expect(listing.searchParams.get('all')).toBe('true');
    expect(JSON.parse(listing.searchParams.get('filters') ?? '')).toEqual({
      label: ['com.hashicorp.nomad.alloc_id'],
    });
  });

  it('knows Podman by its components, and a rootless engine', async () => {
    answers['GET /version'] = [200, podman];
    answers['GET /info'] = [200, { SecurityOptions: ['name=seccomp,profile=default', 'name=rootless'] }];
    expect(await engine().look([])).toMatchObject({
      known: true,
      value: { kind: 'podman', version: '5.4.0', rootless: true },
    });
  });

  it('takes a state that it does not know for running, and knows Podman’s words', async () => {
    const states = ['created', 'configured', 'paused', 'stopped', 'removing', 'restarting', 'never heard of'];
    answers['GET /containers/json'] = [200, states.map((State) => container({ State }))];
    const fact = await engine().look([mine]);
    expect(fact.known && fact.value.containers.map((one) => one.state)).toEqual([
      'created',
      'created',
      'paused',
      'exited',
      'dead',
      'running',
      'running',
    ]);
  });

  it('asks once what it is while it keeps answering, and again after it did not', async () => {
    const one = engine();
    await one.look([]);
    await one.look([]);
    expect(asked.filter((path) => path === 'GET /version').length).toBe(1);
    answers['GET /containers/json'] = [500, { message: 'broken' }];
    await one.look([]);
    answers['GET /containers/json'] = [200, []];
    answers['GET /version'] = [200, podman];
    expect(await one.look([])).toMatchObject({ value: { kind: 'podman' } });
  });

  it.each([
    [
      'engine-refused',
      [403, { message: 'authorization denied by plugin' }],
      '403 authorization denied by plugin',
    ],
    ['engine-error', [500, { message: 'driver failed' }], '500 driver failed'],
    ['engine-error', [502, 'Bad Gateway'], '502 Bad Gateway'],
    ['engine-error', [200, '[{"Id":"aaa'], 'cut off'],
    ['engine-error', [200, [{ Id: 'no id' }]], ''],
  ] as const)('says %s when it answers %j', async (code, broken, words) => {
    answers['GET /containers/json'] = broken;
    const fact = await engine().look([mine]);
    expect(fact).toMatchObject({ known: false, problem: { code } });
    expect(!fact.known && fact.problem?.detail).toContain(words);
  });

  it('tells an engine that is not installed from one that does not run', async () => {
    const look = (...programs: string[]) => createEngine(bare(programs), none).look([mine]);
    expect(await look()).toMatchObject({ known: false, problem: { code: 'engine-missing' } });
    expect(await look('/usr/sbin/dockerd')).toMatchObject({ problem: { code: 'engine-stopped' } });
  });

  it.each([
    ['its components', podman, {}],
    ['its answers’ head', docker, { 'Libpod-API-Version': '5.4.0' }],
    ['its server’s name', docker, { Server: 'Libpod/4.3.1 (linux)' }],
  ])('knows Podman by %s', async (_, version, head) => {
    heads = head;
    answers['GET /version'] = [200, version];
    expect(await engine().look([])).toMatchObject({ value: { kind: 'podman' } });
  });

  it('tells how cards get into its containers, and whether these are Linux ones', async () => {
    const about = async (info: object) => {
      answers['GET /info'] = [200, info];
      const fact = await engine().look([]);
      return fact.known && [fact.value.nvidia, fact.value.linux, fact.value.ownCgroups];
    };
    expect(await about({ OSType: 'linux', Runtimes: { runc: {}, nvidia: {} } })).toEqual([
      'runtime',
      true,
      false,
    ]);
    expect(
      await about({
        Runtimes: { runc: {} },
        DiscoveredDevices: [{ Source: 'cdi', ID: 'nvidia.com/gpu=0' }],
        SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'],
      }),
    ).toEqual(['cdi', true, true]);
    expect(await about({ OSType: 'windows', DiscoveredDevices: [{ ID: 'intel.com/gpu=0' }] })).toEqual([
      'none',
      false,
      false,
    ]);
  });

  it('tells the folder that it keeps its own in, where it says so', async () => {
    const rootOf = async (info: object) => {
      answers['GET /info'] = [200, info];
      const fact = await engine().look([]);
      return fact.known ? fact.value.dataRoot : undefined;
    };
    expect(await rootOf({ DockerRootDir: '/mnt/docker' })).toBe('/mnt/docker');
    expect(await rootOf({})).toBeNull();
    expect(await rootOf({ DockerRootDir: 'C:\\docker' })).toBeNull();
  });

  it('names the owner’s own running containers, which a restart would end', async () => {
    answers['GET /containers/json'] = [
      200,
      [
        container({}),
        container({ Labels: {}, Names: ['/photos'], Image: 'immich' }),
        container({ Labels: null, Names: null, State: 'exited' }),
      ],
    ];
    const fact = await engine().look([mine]);
    expect(fact.known && fact.value.others).toEqual([{ name: 'photos', image: 'immich' }]);
    expect(fact.known && fact.value.socket).toBe('/the.sock');
  });

  it('looks soon again whether a runtime that is missing was registered', async () => {
    let now = 0;
    const clock = { ...systemClock, monotonic: () => now };
    const one = createEngine({ ...world(), clock }, none);
    answers['GET /info'] = [200, { Runtimes: { runc: {} } }];
    await one.look([]);
    answers['GET /info'] = [200, { Runtimes: { runc: {}, nvidia: {} } }];
    now = 2_000;
    expect(await one.look([])).toMatchObject({ value: { nvidia: 'none' } });
    now = 4_000;
    expect(await one.look([])).toMatchObject({ value: { nvidia: 'runtime' } });
    answers['GET /info'] = [200, { Runtimes: { runc: {} } }];
    now = 65_000;
    expect(await one.look([])).toMatchObject({ value: { nvidia: 'none' } });
  });

  it.each([
    ['engine-refused', 'denied'],
    ['engine-missing', 'absent'],
    ['engine-stopped', 'refused'],
    ['engine-error', 'timeout'],
    ['engine-error', 'broken'],
  ] as const)('says %s when its socket is %s', async (code, why) => {
    const fails: Fetch = () => Promise.reject(new Unreachable(why, 'so'));
    expect(await createEngine({ ...bare(), engine: fails }, none).look([mine])).toMatchObject({
      problem: { code },
    });
  });
});

describe('stopping a container', () => {
  const never = new AbortController().signal;

  it('asks it to end and gives it whole seconds, rounded up', async () => {
    answers[`POST /containers/${id}/stop`] = [204, null];
    await engine().stop(id, 9_500, never);
    expect(asked).toEqual([`POST /containers/${id}/stop?signal=SIGTERM&t=10`]);
  });

  it('kills it at once where no time is given', async () => {
    answers[`POST /containers/${id}/kill`] = [204, null];
    await engine().stop(id, 0, never);
    expect(asked).toEqual([`POST /containers/${id}/kill?signal=SIGKILL`]);
  });

  it.each([304, 404])('is content with one that has ended or is gone (%i)', async (status) => {
    answers[`POST /containers/${id}/stop`] = [status, null];
    await engine().stop(id, 1_000, never);
    answers[`POST /containers/${id}/kill`] = [409, { message: 'container is not running' }];
    await engine().stop(id, 0, never);
    expect(asked.length).toBe(2);
  });

  it('says why it could not', async () => {
    answers[`POST /containers/${id}/stop`] = [
      500,
      { message: 'tried to kill container, but did not receive an exit event' },
    ];
    expect(await problemOf(engine().stop(id, 1_000, never))).toBe('engine-error');
  });

  it('touches nothing by a name', async () => {
    await expect(engine().stop('web', 0, never)).rejects.toThrow('not a container id');
    await expect(engine().remove('../x')).rejects.toThrow('not a container id');
    expect(asked).toEqual([]);
  });
});

describe('removing a container', () => {
  it('removes it with its volumes, and is content when it is gone or going', async () => {
    for (const gone of [
      [204, null],
      [404, { message: 'No such container' }],
      [409, { message: 'removal of container is already in progress' }],
    ] as const) {
      answers[`DELETE /containers/${id}`] = gone;
      await engine().remove(id);
    }
    expect(asked[0]).toBe(`DELETE /containers/${id}?v=true`);
  });

  it('never removes one that runs', async () => {
    answers[`DELETE /containers/${id}`] = [409, { message: 'cannot remove container: container is running' }];
    expect(await problemOf(engine().remove(id))).toBe('engine-error');
  });
});
