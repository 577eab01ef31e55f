import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProblemError } from '../../../contract/problems.ts';
import type { Fact } from '../../core/facts.ts';
import type { AgentSample, AgentWanted, Nomad } from '../../core/ports/nomad.ts';
import type { World } from '../../core/ports/world.ts';
import { createFiles } from '../files/files.ts';
import { systemClock } from '../world/clock.ts';
import { createNomad, type NomadOptions } from './index.ts';
import { fakeNomad, type FakeNomad, plainSecrets, quietLog } from './testing/fake-nomad.ts';
import { until, worldOn } from './testing/hand-clock.ts';

// Real processes on a busy machine take their time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const never = new AbortController().signal;
const nodeId = '11111111-1111-1111-1111-111111111111';
const node = { ID: nodeId, Status: 'ready', SchedulingEligibility: 'ineligible' };

let folder: string;
let program: FakeNomad;
let world: World;
let options: NomadOptions;
let nomad: Nomad;
let wanted: AgentWanted;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-agent-'));
  program = await fakeNomad(join(folder, 'bin'));
  world = worldOn(systemClock);
  options = {
    world,
    folder: join(folder, 'agent'),
    files: createFiles(systemClock),
    secrets: plainSecrets(folder),
    log: quietLog(),
    programPath: () => program.path,
    engineSocket: () => Promise.resolve('/run/user/7/docker.sock'),
  };
  nomad = createNomad(options);
  wanted = {
    name: 'rig1',
    region: 'global',
    datacenter: 'dc1',
    nodePool: 'contrib',
    servers: [{ address: '127.0.0.1', port: 4647 }],
    address: '127.0.0.1',
    httpPort: await world.freePort(0),
    meta: {},
    ignoredGpus: [],
    tls: false,
  };
});
afterEach(async () => {
  await nomad.kill();
  await nomad.sweep();
  await rm(folder, { recursive: true });
});

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof ProblemError ? error.problem.code : `no problem: ${String(error)}`;
}

function known<T>(fact: Fact<T>): T {
  if (!fact.known) throw new Error(`not known: ${fact.problem?.code} ${fact.problem?.detail}`);
  return fact.value;
}

const agent = async (of = nomad): Promise<AgentSample> => known(await of.lookAgent());
async function up(): Promise<void> {
  await nomad.configure(wanted, never);
  await nomad.start(never);
}
describe('the program', () => {
  it('is asked for its version once, and again when its file changed', async () => {
    expect(await agent()).toMatchObject({
      program: { path: program.path, version: '2.0.5' },
      programProblem: null,
    });
    await agent();
    expect(await readFile(join(folder, 'bin', 'versions'), 'utf8')).toBe('x');
    await program.behave({ version: '2.1.0' });
    await appendFile(program.path, '\n');
    expect((await agent()).program?.version).toBe('2.1.0');
  });

  it('may be missing or too old, and then configures and starts nothing', async () => {
    await program.behave({ version: '2.0.3' });
    expect(await agent()).toMatchObject({ program: { version: '2.0.3' }, programProblem: 'nomad-too-old' });
    expect(await codeOf(nomad.configure(wanted, never))).toBe('nomad-too-old');
    const without = createNomad({ ...options, programPath: () => join(folder, 'none') });
    expect(await agent(without)).toMatchObject({ program: null, programProblem: 'nomad-missing' });
    expect(await codeOf(without.start(never))).toBe('nomad-missing');
  });
});

describe('configuring', () => {
  it('writes what the hash says, for its owner alone', async () => {
    expect((await agent()).configHash).toBe(null);
    await nomad.configure(wanted, never);
    expect((await agent()).configHash).toBe(nomad.hash(wanted, '2.0.5'));
    expect((await stat(join(folder, 'agent', 'agent.json'))).mode & 0o077).toBe(0);
  });

  it('keeps the configuration before when Nomad refuses the next, with Nomad’s words but its usual warning', async () => {
    await nomad.configure(wanted, never);
    const refused = nomad.configure({ ...wanted, nodePool: 'all' }, never);
    await expect(refused).rejects.toMatchObject({
      problem: {
        code: 'nomad-config-refused',
        detail: 'Invalid node pool: node is not allowed to register in node pool "all"',
      },
    });
    expect((await agent()).configHash).toBe(nomad.hash(wanted, '2.0.5'));
  });

  it('uses a device plugin that is installed on this machine, and wants another configuration for it', async () => {
    await nomad.configure(wanted, never);
    const before = (await agent()).configHash;
    const plugin = join(folder, 'bin', 'nomad-device-nvidia');
    await symlink(program.path, plugin);
    const { programs } = world;
    const find: typeof programs.find = (name) =>
      programs.find(name === 'nomad-device-nvidia' ? plugin : name);
    nomad = createNomad({ ...options, world: { ...world, programs: { ...programs, find } } });
    await agent();
    expect(nomad.hash(wanted, '2.0.5')).not.toBe(before);
    await nomad.configure(wanted, never);
    expect((await agent()).configHash).toBe(nomad.hash(wanted, '2.0.5'));
    expect(await readlink(join(folder, 'agent', 'plugins', 'nomad-device-nvidia'))).toBe(plugin);
    expect(await readFile(join(folder, 'agent', 'agent.json'), 'utf8')).toContain('nomad-device-nvidia');
  });
});

describe('the agent as a process', () => {
  it('starts once, with this configuration and the engine that is seen here', async () => {
    await up();
    const first = await agent();
    expect(first).toMatchObject({ runningHash: nomad.hash(wanted, '2.0.5'), nodeId, died: null });
    expect(Math.abs((first.startedAt ?? 0) - Date.now())).toBeLessThan(10_000);
    await nomad.start(never);
    expect((await agent()).process).toEqual(first.process);
    expect(await readFile(join(folder, 'bin', 'engine'), 'utf8')).toBe('unix:///run/user/7/docker.sock');
    expect(await readFile(join(folder, 'bin', 'temporary'), 'utf8')).toBe(join(folder, 'agent', 'tmp'));
  });

  it('keeps telling with which configuration it was started', async () => {
    await up();
    await nomad.configure({ ...wanted, name: 'other' }, never);
    const { configHash, runningHash } = await agent();
    expect(runningHash).toBe(nomad.hash(wanted, '2.0.5'));
    expect(configHash).toBe(nomad.hash({ ...wanted, name: 'other' }, '2.0.5'));
  });

  it('is found again by another host, with its record, without it, and with a damaged one', async () => {
    await up();
    const { process } = await agent();
    const record = join(folder, 'agent', 'process.json');
    expect(await agent(createNomad(options))).toMatchObject({
      process,
      runningHash: nomad.hash(wanted, '2.0.5'),
    });
    await writeFile(record, '{"boot":"half');
    expect(await agent(createNomad(options))).toMatchObject({ process, runningHash: null });
    await rm(record);
    expect((await agent(createNomad(options))).process).toEqual(process);
  });

  it('is not taken for another process with its id', async () => {
    await up();
    const record = join(folder, 'agent', 'process.json');
    const text = await readFile(record, 'utf8');
    const other = await world.programs.process(process.pid);
    const claim = (over: object): Promise<void> =>
      writeFile(record, JSON.stringify({ ...(JSON.parse(text) as object), ...over }));
    await nomad.kill();
    await claim({ process: { pid: process.pid, startTime: 'before' } });
    expect((await agent(createNomad(options))).process).toBe(null);
    await claim({ process: { pid: process.pid, startTime: other?.startTime }, executable: '/usr/bin/nomad' });
    expect((await agent(createNomad(options))).process).toBe(null);
    await claim({
      process: { pid: process.pid, startTime: other?.startTime },
      executable: null,
      boot: 'another',
    });
    expect((await agent(createNomad(options))).process).toBe(null);
  });

  it('dies at its start with its last words', async () => {
    await program.behave({ dies: '==> Error starting agent: no such interface' });
    await nomad.configure(wanted, never);
    const start = nomad.start(never);
    await expect(start).rejects.toMatchObject({
      problem: { code: 'nomad-died', detail: '==> Error starting agent: no such interface' },
    });
    expect(await agent()).toMatchObject({
      process: null,
      died: { lastLines: ['==> Error starting agent: no such interface'] },
    });
    await program.behave({});
    await nomad.start(never);
    expect(await agent()).toMatchObject({ died: null });
  });

  it('does not start on a port of another program, whether that is seen before or by the agent itself', async () => {
    await nomad.configure(wanted, never);
    const other = createServer((socket) => setTimeout(() => socket.destroy(), 20));
    await new Promise<void>((resolve) => other.listen(wanted.httpPort, '127.0.0.1', resolve));
    expect(await codeOf(nomad.start(never))).toBe('nomad-port-taken');
    expect((await agent()).died).toBe(null);
    const blind = createNomad({ ...options, world: { ...world, freePort: (port) => Promise.resolve(port) } });
    // The other program does not speak HTTP, so that only the agent's end can tell.
    expect(await codeOf(blind.start(never))).toBe('nomad-port-taken');
    await new Promise((resolve) => other.close(resolve));
  });

  it('tells its end by us from its end by anybody else', async () => {
    await up();
    await nomad.kill();
    expect(await agent()).toMatchObject({ process: null, runningHash: null, startedAt: null, died: null });
    await nomad.start(never);
    const { process } = await agent();
    expect(process !== null && (await world.programs.signal(process, 'SIGKILL'))).toBe(true);
    const died = await until(async () => (await agent()).died);
    expect(died.lastLines).toEqual(['==> Nomad agent started!']);
    expect((await agent(createNomad(options))).died).toEqual(died);
  });

  it('ends by our hand alone when told to, and what ran below it is left and swept', async () => {
    await program.behave({ helper: true });
    await up();
    const running = await agent();
    expect(await nomad.leftovers()).toEqual([]);
    // As the sockets of killed helpers; they stay while a helper may be reached by them.
    await writeFile(join(folder, 'agent', 'tmp', 'plugin123'), '');
    await nomad.sweep();
    expect(await readdir(join(folder, 'agent', 'tmp'))).toEqual(['plugin123']);
    await nomad.kill();
    expect((await world.programs.process(running.process?.pid ?? 0))?.zombie ?? true).toBe(true);
    // The shell that has the file open, and the program below it.
    const left = await nomad.leftovers();
    expect(left.length).toBe(2);
    await rm(join(folder, 'agent', 'process.json'));
    const byOpenFile = await createNomad(options).leftovers();
    expect(byOpenFile.map(({ pid }) => pid).sort()).toEqual(left.map(({ pid }) => pid).sort());
    await nomad.sweep();
    expect(await nomad.leftovers()).toEqual([]);
    expect(await readdir(join(folder, 'agent', 'tmp'))).toEqual([]);
    for (const { pid } of left) expect((await world.programs.process(pid))?.zombie ?? true).toBe(true);
  });

  it('prints into a file that does not grow for ever', async () => {
    await up();
    const output = join(folder, 'agent', 'log', 'output.log');
    await appendFile(output, 'x'.repeat(1_100_000));
    await agent();
    expect((await stat(output)).size).toBe(0);
  });

  it('is introduced until the pool knows it, by a file that is then removed and forgotten', async () => {
    await options.secrets.write('introduction-token', 'jwt');
    await up();
    const file = join(folder, 'agent', 'state', 'intro_token.jwt');
    expect(await readFile(file, 'utf8')).toBe('jwt');
    expect((await stat(file)).mode & 0o077).toBe(0);
    await program.answer({ 'GET /v1/status/leader': [500, 'rpc error: Permission denied, somehow'] });
    await nomad.lookNode();
    expect(await options.secrets.read('introduction-token')).toBe('jwt');
    await program.answer({
      'GET /v1/status/leader': [200, '"127.0.0.1:4647"'],
      [`GET /v1/node/${nodeId}`]: [200, node],
    });
    known(await nomad.lookNode());
    await expect(stat(file)).rejects.toThrow('ENOENT');
    expect(await options.secrets.read('introduction-token')).toBe(null);
  });
});

describe('the node', () => {
  const leader = { 'GET /v1/status/leader': [200, '"127.0.0.1:4647"'] } as const;

  it('is not asked for while no agent runs', async () => {
    expect(await nomad.lookNode()).toMatchObject({ known: false, problem: { code: 'nomad-agent-silent' } });
    expect(await codeOf(nomad.open(true, never))).toBe('nomad-agent-silent');
  });

  it('costs one request a look once the link is known, and the leader is asked again after a failure', async () => {
    await up();
    const whole = { ...leader, [`GET /v1/node/${nodeId}`]: [200, node] } as const;
    await program.answer(whole);
    expect(known(await nomad.lookNode())).toMatchObject({ id: nodeId, eligible: false });
    known(await nomad.lookNode());
    await program.answer({ ...whole, [`GET /v1/node/${nodeId}`]: [500, 'rpc error: EOF'] });
    expect(await nomad.lookNode()).toMatchObject({ known: false, problem: { code: 'nomad-server-lost' } });
    await program.answer(whole);
    known(await nomad.lookNode());
    const short = (await program.asked()).map(({ what }) => (what.includes('leader') ? 'leader' : 'node'));
    expect(short).toEqual(['leader', 'node', 'node', 'node', 'leader', 'node']);
  });

  it('is garbled where a field is missing or a word unknown', async () => {
    await up();
    await program.answer({ ...leader, [`GET /v1/node/${nodeId}`]: [200, { ...node, Status: 'dancing' }] });
    expect(await nomad.lookNode()).toMatchObject({ known: false, problem: { code: 'nomad-garbled' } });
  });

  it('is closed by a drain without a deadline that tells the pool why, and never forced', async () => {
    await up();
    await program.answer({ [`PUT /v1/node/${nodeId}/drain`]: [200, {}] });
    await nomad.close({ how: 'now', reason: 'game', under: null }, never);
    await nomad.close({ how: 'finish', reason: 'schedule', under: 'operator' }, never);
    expect((await program.asked()).map(({ body, token }) => [JSON.parse(body) as object, token])).toEqual([
      [
        {
          DrainSpec: { Deadline: 0, IgnoreSystemJobs: false },
          Meta: { by: 'rigshare', how: 'now', reason: 'game' },
        },
        '22222222-2222-2222-2222-222222222222',
      ],
      [
        {
          DrainSpec: { Deadline: 0, IgnoreSystemJobs: false },
          Meta: { by: 'rigshare', how: 'finish', reason: 'schedule', under: 'operator' },
        },
        '22222222-2222-2222-2222-222222222222',
      ],
    ]);
  });

  it('is opened, or left closed, by ending the drain', async () => {
    await up();
    await program.answer({ [`PUT /v1/node/${nodeId}/drain`]: [200, {}] });
    await nomad.open(true, never);
    await nomad.open(false, never);
    expect((await program.asked()).map(({ body }) => JSON.parse(body) as object)).toEqual([
      { DrainSpec: null, MarkEligible: true },
      { DrainSpec: null, MarkEligible: false },
    ]);
    await program.answer({ [`PUT /v1/node/${nodeId}/drain`]: [403, 'Permission denied'] });
    expect(await codeOf(nomad.open(true, never))).toBe('nomad-refused');
  });
});

describe('the work', () => {
  it('is known to be none where no folder is, also without an agent', async () => {
    expect(known(await nomad.lookWork())).toEqual([]);
    expect(await nomad.allocationIds()).toEqual([]);
  });

  it('is not known while there is some and no agent to ask', async () => {
    await mkdir(join(nomad.allocationFolder(), nodeId), { recursive: true });
    expect(await nomad.lookWork()).toMatchObject({ known: false, problem: { code: 'nomad-agent-silent' } });
    expect(await nomad.allocationIds()).toEqual([nodeId]);
  });
});
