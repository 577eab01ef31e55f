import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../host/adapters/engine/index.ts';
import { createFiles } from '../../host/adapters/files/files.ts';
import { createNomad, type NomadOptions } from '../../host/adapters/nomad/index.ts';
import { createWorld } from '../../host/adapters/world/index.ts';
import type { AgentWanted, AllocationSample, Nomad, NodeSample } from '../../host/core/ports/nomad.ts';
import type { Log, SecretName, Secrets } from '../../host/core/ports/stores.ts';
import { nomadProgram, titled } from './availability.ts';
import { dockerAvailable, type DockerEngine, startDocker, testImage } from './docker.ts';
import { LoopbackPool, somePort } from './loopback-pool.ts';
import { codeOf, known } from './outcomes.ts';
import { ProblemError } from '../../contract/problems.ts';
import { batchJob } from './pool.ts';
import { run, until } from './run.ts';

const program = nomadProgram();
const docker = await dockerAvailable();
const never = new AbortController().signal;
const log: Log = { debug: noWord, info: noWord, warn: noWord, error: noWord, redact: noWord };
const world = createWorld({ tailscaledSocket: () => null, engineSocket: () => null, env: process.env });

function noWord(): void {}

function fileSecrets(folder: string): Secrets {
  const path = (name: SecretName): string => join(folder, `secret-${name}`);
  return {
    path,
    write: (name, value) => writeFile(path(name), value, { mode: 0o600 }),
    read: (name) => readFile(path(name), 'utf8').catch(() => null),
    forget: (name) => rm(path(name), { force: true }),
    forgetAll: () => Promise.resolve(),
  };
}

describe.skipIf(!program.ok)(titled('the agent against a real Nomad', program), () => {
  let folder: string;
  let pool: LoopbackPool;
  let wanted: AgentWanted;
  let nomad: Nomad;
  let secrets: Secrets;
  let engine: DockerEngine | undefined;
  const meta = {
    'gpu-type': 'nvidia-geforce-rtx-4090',
    'gpu-count': '1',
    region: 'eu',
    'unique.tailscale-ip': '127.0.0.1',
  };

  const make = (over: Partial<NomadOptions> = {}): Nomad =>
    createNomad({
      world,
      folder: join(folder, 'agent'),
      files: createFiles(world.clock),
      secrets,
      log,
      programPath: () => null,
      engineSocket: () => world.engineSocket(),
      networkInterface: 'lo',
      ...over,
    });
  const node = async (): Promise<NodeSample> => known(await nomad.lookNode());
  const work = async (): Promise<readonly AllocationSample[]> => known(await nomad.lookWork());

  beforeAll(async () => {
    // Before the agent: it looks for an engine that was absent only every half minute.
    if (docker.ok) engine = await startDocker();
    folder = await mkdtemp(join(tmpdir(), 'rigshare-real-nomad-'));
    pool = await LoopbackPool.start(program.ok ? program.value : '', join(folder, 'server'));
    secrets = fileSecrets(folder);
    nomad = make();
    wanted = {
      name: 'rig',
      region: 'global',
      datacenter: 'dc1',
      nodePool: 'contrib',
      servers: [{ address: '127.0.0.1', port: pool.rpcPort }],
      address: '127.0.0.1',
      httpPort: await somePort(),
      meta,
      ignoredGpus: [],
      tls: false,
    };
  });

  afterAll(async () => {
    await nomad?.kill();
    await nomad?.sweep();
    await pool?.stop();
    await engine?.stop();
    // As root the agent mounts a folder for each task's secrets.
    const mounts = (await readFile('/proc/mounts', 'utf8'))
      .split('\n')
      .map((line) => line.split(' ')[1] ?? '');
    for (const path of mounts.filter((one) => one.startsWith(`${folder}/`)).reverse())
      await run('umount', [path]);
    await rm(folder, { recursive: true, force: true });
  });

  it('finds the program and its version', async () => {
    const { program: found, programProblem, process, nodeId } = known(await nomad.lookAgent());
    expect(found?.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect([programProblem, process, nodeId]).toEqual([null, null, null]);
  });

  it('has a configuration refused in Nomad’s own words and keeps the one before', async () => {
    await nomad.configure(wanted, never);
    const before = known(await nomad.lookAgent()).configHash;
    const refused = nomad.configure({ ...wanted, nodePool: 'all' }, never);
    await expect(refused).rejects.toMatchObject({ problem: { code: 'nomad-config-refused' } });
    await expect(refused).rejects.toThrow(/node pool/i);
    expect(known(await nomad.lookAgent()).configHash).toBe(before);
    expect(before).toBe(nomad.hash(wanted, known(await nomad.lookAgent()).program?.version ?? ''));
  });

  it('starts nothing on a port that another program has', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(wanted.httpPort, '127.0.0.1', resolve));
    expect(await codeOf(nomad.start(never))).toBe('nomad-port-taken');
    await new Promise((resolve) => other.close(resolve));
  });

  it('says why an agent died at its start', async () => {
    const doomed = make({ folder: join(folder, 'doomed'), networkInterface: 'none0' });
    await doomed.configure(wanted, never);
    const start = doomed.start(never);
    await expect(start).rejects.toMatchObject({ problem: { code: 'nomad-died' } });
    await expect(start).rejects.toThrow(/none0/);
    const { process, died } = known(await doomed.lookAgent());
    expect(process).toBe(null);
    expect(died?.lastLines.join('\n')).toContain('none0');
  });

  it('sees that the pool does not admit it without an introduction', async () => {
    await nomad.start(never);
    expect(await nomad.lookNode()).toMatchObject({
      known: false,
      problem: { code: 'introduction-missing' },
    });
    await nomad.kill();
    expect(known(await nomad.lookAgent())).toMatchObject({ process: null, died: null });
  });

  it('registers closed, with its metadata, once introduced, and forgets what introduced it', async () => {
    await secrets.write('introduction-token', await pool.introduce('rig', 'contrib'));
    await nomad.start(never);
    const seen = await until('the node to be ready', async () => {
      const fact = await nomad.lookNode();
      return fact.known && fact.value.status === 'ready' ? fact.value : undefined;
    });
    expect(seen).toMatchObject({ eligible: false, drain: null, lastDrain: null, meta });
    expect(seen.events.map(({ kind }) => kind)).toContain('registered');
    expect(seen.id).toBe(known(await nomad.lookAgent()).nodeId);
    expect(await secrets.read('introduction-token')).toBe(null);
    expect(await readdir(join(folder, 'agent', 'state'))).not.toContain('intro_token.jwt');
    expect((await stat(join(folder, 'agent', 'agent.json'))).mode & 0o077).toBe(0);
  });

  it('is found again after a crash of the host, with its record and without', async () => {
    const { process, runningHash, configHash } = known(await nomad.lookAgent());
    expect(runningHash).toBe(configHash);
    expect(known(await make().lookAgent())).toMatchObject({ process, runningHash });
    await rm(join(folder, 'agent', 'process.json'));
    expect(known(await make().lookAgent())).toMatchObject({ process, runningHash: null });
    expect(known(await nomad.lookAgent()).process).toEqual(process);
    expect(await nomad.leftovers()).toEqual([]);
  });

  it('opens with its own secret, tells its watcher, and closes again', async () => {
    let changes = 0;
    const watching = new AbortController();
    nomad.watch(() => void changes++, watching.signal);
    await until('the watch to begin', () => changes > 0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = changes;
    await nomad.open(true, never);
    await until('the watcher to be told', () => changes > before, { withinMs: 5_000 });
    watching.abort();
    expect(await node()).toMatchObject({ eligible: true, drain: null });
    await nomad.close({ how: 'finish', reason: 'schedule', under: 'operator' }, never);
    const closed = await until('the drain to complete', async () => {
      const now = await node();
      return now.lastDrain?.status === 'complete' ? now : undefined;
    });
    expect(closed.eligible).toBe(false);
    expect(closed.lastDrain).toMatchObject({
      accessor: `client:${closed.id}`,
      meta: { by: 'rigshare', how: 'finish', reason: 'schedule', under: 'operator' },
    });
    expect(closed.events.map(({ kind }) => kind).slice(-2)).toEqual(['drain-set', 'drain-complete']);
    await nomad.open(true, never);
  });

  it('translates what an operator does', async () => {
    const { id } = await node();
    for (const word of ['ineligible', 'eligible']) {
      await pool.request('PUT', `/v1/node/${id}/eligibility`, { NodeID: id, Eligibility: word });
      expect((await node()).events.at(-1)?.kind).toBe(word);
    }
    await pool.request('PUT', `/v1/node/${id}/drain`, { DrainSpec: null, MarkEligible: true });
  });

  describe.skipIf(!docker.ok)(titled('with a real engine', docker), () => {
    let registry: Server;
    beforeAll(async () => {
      registry = createServer((socket) => socket.on('error', noWord));
      await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    });
    afterAll(async () => {
      const left = await createEngine(world, () => world.engineSocket()).look(
        (await nomad?.allocationIds()) ?? [],
      );
      for (const { id } of left.known ? left.value.containers : []) {
        await createEngine(world, () => world.engineSocket()).stop(id, 0, never);
        await createEngine(world, () => world.engineSocket()).remove(id);
      }
      registry?.close();
    });
    const look = async (): Promise<Awaited<ReturnType<ReturnType<typeof createEngine>['look']>>> =>
      createEngine(world, () => world.engineSocket()).look(await nomad.allocationIds());
    const allocationOf = (job: string): Promise<AllocationSample> =>
      until(`an allocation of ${job}`, async () => (await work()).find((one) => one.job === job));

    it('sees a job that pulls its image', async () => {
      const { port } = registry.address() as { port: number };
      const image = `127.0.0.1:${port}/slow:1`;
      const job = batchJob({ id: 'slow', image, script: 'true' });
      await until('the docker driver', async () => {
        await pool.request('POST', '/v1/jobs', { Job: job });
        return (await work()).some((one) => one.job === 'slow');
      });
      const pulling = await until('the pull', async () =>
        (await work()).find((one) => one.tasks.some((task) => task.pulling)),
      );
      expect(pulling).toMatchObject({
        job: 'slow',
        client: 'pending',
        tasks: [{ name: 'work', state: 'pending', image }],
      });
      await pool.request('DELETE', '/v1/job/slow?purge=true');
    });

    it('sees a job that runs and one that ended', async () => {
      await pool.request('POST', '/v1/jobs', {
        Job: batchJob({ id: 'short', image: testImage, script: 'true' }),
      });
      await pool.request('POST', '/v1/jobs', {
        Job: batchJob({ id: 'long', image: testImage, script: 'sleep 600' }),
      });
      await until('the short job to end', async () => (await allocationOf('short')).client === 'complete');
      await until('the long job to run', async () => (await allocationOf('long')).client === 'running');
      const { id, ...long } = await allocationOf('long');
      expect(long).toMatchObject({
        group: 'main',
        type: 'batch',
        desired: 'run',
        tasks: [{ name: 'work', state: 'running', failed: false, pulling: false, image: testImage }],
      });
      expect(Math.abs((long.tasks[0]?.startedAt ?? 0) - Date.now())).toBeLessThan(60_000);
      const containers = known(await look()).containers;
      expect(containers.filter((one) => one.state === 'running').map((one) => one.allocation)).toEqual([id]);
      expect(await nomad.leftovers()).toEqual([]);
    });

    it('closes without ending the job, and says now on top of it', async () => {
      await nomad.close({ how: 'finish', reason: 'you', under: null }, never);
      expect(await node()).toMatchObject({
        eligible: false,
        drain: { deadlineMs: 0, ignoreSystemJobs: false },
      });
      await nomad.close({ how: 'now', reason: 'game', under: null }, never);
      expect((await node()).lastDrain).toMatchObject({
        status: 'draining',
        meta: { by: 'rigshare', how: 'now', reason: 'game' },
      });
      expect((await allocationOf('long')).client).toBe('running');
    });

    it('takes the machine back: agent killed, container stopped, helpers swept, nothing left', async () => {
      await nomad.kill();
      const ours = known(await look()).containers.filter((one) => one.state === 'running');
      expect(ours.length).toBe(1);
      const left = await nomad.leftovers();
      expect(left.length).toBeGreaterThan(0);
      for (const one of ours)
        await createEngine(world, () => world.engineSocket()).stop(one.id, 1_000, never);
      await nomad.sweep();
      expect(await nomad.leftovers()).toEqual([]);
      for (const { pid } of left) expect((await world.programs.process(pid))?.zombie ?? true).toBe(true);
      for (const { pid } of await world.programs.processes()) {
        expect(await world.programs.touches(pid, join(folder, 'agent'))).toBe(false);
      }
      expect(known(await look()).containers.filter((one) => one.state === 'running')).toEqual([]);
      expect(await readdir(join(folder, 'agent', 'tmp'))).toEqual([]);
      expect(await nomad.lookNode()).toMatchObject({ known: false, problem: { code: 'nomad-agent-silent' } });
    });

    it('finds orphaned helpers also without any record of them', async () => {
      await nomad.start(never);
      await until('the node', async () => (await nomad.lookNode()).known);
      await nomad.open(true, never);
      await pool.request('POST', '/v1/jobs', {
        Job: batchJob({ id: 'other', image: testImage, script: 'sleep 600' }),
      });
      await until('the job to run', async () => (await allocationOf('other')).client === 'running');
      await nomad.close({ how: 'now', reason: 'you', under: null }, never);
      await nomad.kill();
      await rm(join(folder, 'agent', 'process.json'));
      const fresh = make();
      expect((await fresh.leftovers()).length).toBeGreaterThan(0);
      for (const one of known(await look()).containers)
        await createEngine(world, () => world.engineSocket()).stop(one.id, 0, never);
      await fresh.sweep();
      expect(await fresh.leftovers()).toEqual([]);
    });
  });

  it('stays closed by us after all of it, and opens', async () => {
    await nomad.start(never);
    const seen = await until('the node', async () => {
      const fact = await nomad.lookNode();
      return fact.known && fact.value.status === 'ready' ? fact.value : undefined;
    });
    expect(seen.lastDrain?.accessor).toBe(`client:${seen.id}`);
    await nomad.open(true, never);
    expect((await node()).eligible).toBe(true);
  });

  it('says that the server is gone, and reads the node again when it is back', async () => {
    await pool.interrupt();
    const fact = await nomad.lookNode();
    expect(fact).toMatchObject({ known: false, problem: { code: 'nomad-server-lost' } });
    pool.resume();
    await until('the node again', async () => (await nomad.lookNode()).known, { withinMs: 60_000 });
  });

  it('tells an agent that was killed by somebody from one that we ended', async () => {
    const { process: agent } = known(await nomad.lookAgent());
    expect(agent && (await world.programs.signal(agent, 'SIGKILL'))).toBe(true);
    const died = await until(
      'its death to be seen',
      async () => known(await nomad.lookAgent()).died ?? undefined,
    );
    expect(died?.lastLines.length).toBeGreaterThan(0);
    // The system lets the dead one's port go in its own time.
    await until('its port', () =>
      nomad.start(never).then(
        () => true,
        (error: unknown) => {
          if (error instanceof ProblemError && error.problem.code === 'nomad-port-taken') return false;
          throw error;
        },
      ),
    );
    expect(known(await nomad.lookAgent())).toMatchObject({ died: null });
  });
});
