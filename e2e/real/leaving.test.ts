import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nomadProgram, tailnetPrograms, titled } from './availability.ts';
import {
  dockerAvailable,
  startDocker,
  testImage,
  type DockerEngine,
  type ListedContainer,
} from './docker.ts';
import { isAlive } from './processes.ts';
import { batchJob, startPool, type Pool } from './pool.ts';
import { Registry } from './registry.ts';
import { run, until } from './run.ts';
import { Sharer } from './sharer.ts';
import { ask, askJson } from './socket-http.ts';
import { startTailnet, type Tailnet } from './tailnet.ts';

const programs = await tailnetPrograms();
const nomad = nomadProgram();
const docker = await dockerAvailable();
const here = programs.ok && nomad.ok && docker.ok;

/** Writes as root where its owner may not even look, and runs until it is told to end. */
const writesAsRoot = [
  'mkdir -p /alloc/data/deep /local/deep',
  'dd if=/dev/zero of=/alloc/data/deep/f bs=1024 count=2048',
  'echo x > /local/deep/f; ln -s /etc /local/deep/link; chmod -R 700 /alloc/data/deep',
].join('; ');
const untilTold = 'trap "exit 0" TERM; sleep 600 & wait';

/** From joining to leaving, and what is left of it: told in order, each test goes on where the last one ended. */
describe.skipIf(!here)(titled('leaving a real pool, as an ordinary user', programs, nomad, docker), () => {
  let tailnet: Tailnet;
  let pool: Pool;
  let engine: DockerEngine;
  let registry: Registry;
  let sharer: Sharer;
  let before: Awaited<ReturnType<typeof machine>>;
  let short = '';
  /** An image that was there before joining, whose name a job's newer image takes. */
  let owners: { readonly id: string; readonly name: string };

  beforeAll(async () => {
    engine = await startDocker();
    registry = await Registry.open();
    tailnet = await startTailnet(programs.ok ? programs.value : '');
    pool = await startPool(tailnet, nomad.ok ? nomad.value : '');
    const own = await tailnet.ownNetwork();
    await own.addUser('alice');
    const node = await tailnet.add('rig');
    await node.signIn({ key: await own.mintKey({ user: 'alice' }), controlUrl: own.url });
    sharer = await Sharer.at(node, engine.group);
    const name = await registry.put('lab/base', '1');
    await pull(name);
    owners = { id: (await inspected(name)).Id, name };
    // Joining finds a host that has been there for a while, with its settings and its log.
    sharer.start();
    await until('the host', async () => (await sharer.rigshare('status')).code === 0);
  });
  afterAll(async () => {
    for (const one of await images())
      if (one.Id === owners?.id || (one.RepoTags ?? []).some((tag) => tag.startsWith(registry.host)))
        await ask(engine.socket, { method: 'DELETE', path: `/images/${one.Id}?force=true` });
    await tailnet?.stop();
    await registry?.close();
    await engine?.stop();
  });

  const pull = async (name: string): Promise<void> => {
    const { status, text } = await ask(engine.socket, {
      method: 'POST',
      path: `/images/create?fromImage=${encodeURIComponent(name)}`,
    });
    if (status !== 200 || text.includes('"error"')) throw new Error(text);
  };
  const inspected = (name: string): Promise<{ Id: string }> =>
    askJson(engine.socket, { path: `/images/${encodeURIComponent(name)}/json` });
  const images = () => askJson<Image[]>(engine.socket, { path: '/images/json?all=1' });
  const isHere = async (name: string) =>
    (await ask(engine.socket, { path: `/images/${encodeURIComponent(name)}/json` })).status === 200;
  const ourAllocations = async (job: string) =>
    (await pool.allocations(job)).map(({ ID }) => join(sharer.home, 'data', 'agent', 'alloc', ID));
  const settings = (change: object) =>
    askJson(join(sharer.home, 'run', 'host.sock'), {
      method: 'POST',
      path: '/rpc/settings/update',
      headers: { 'Content-Type': 'application/json', Host: 'localhost' },
      body: JSON.stringify({ json: change }),
    });
  /** A job runs whose image is a newer one under the owner's name, and which writes as root. */
  const brings = async (id: string) => {
    await registry.put('lab/base', '1', 1_000_000);
    const job = batchJob({ id, image: owners.name, script: `${writesAsRoot}; ${untilTold}` });
    await pool.submit(withForcedPull(job));
    await sharer.until('the job', (s) => s.work.some((w) => w.job === id && w.state === 'running'));
    await until('its files', async () => {
      const [folder = ''] = await ourAllocations(id);
      return existsSync(join(folder, 'alloc', 'data', 'deep', 'f'));
    });
  };
  const finished = async (job: string) => {
    const ended = await until(
      `${job} to end`,
      async () => (await pool.allocations(job)).find((a) => ['complete', 'failed'].includes(a.ClientStatus)),
      { withinMs: 60_000 },
    );
    const { TaskStates } = await pool.request<{ TaskStates: object }>('GET', `/v1/allocation/${ended.ID}`);
    expect(ended.ClientStatus, JSON.stringify(TaskStates)).toBe('complete');
  };

  /** Of this pool's jobs, and those that Rigshare itself makes; the engine may have others beside. */
  const ourContainers = async () => {
    const allocations = await Promise.all(['short', 'long', 'again'].map((job) => pool.allocations(job)));
    const ids = new Set(allocations.flat().map(({ ID }) => ID));
    const all = await askJson<ListedContainer[]>(engine.socket, { path: '/containers/json?all=1' });
    return all
      .filter(
        ({ Labels }) => 'rigshare.empties' in Labels || ids.has(Labels['com.hashicorp.nomad.alloc_id'] ?? ''),
      )
      .map(({ Names }) => Names[0]);
  };
  /** Everything of the computer that joining could have changed; the ledger is the owner's. */
  const machine = async () => {
    const { user, node } = { user: sharer.owner.user, node: sharer.owner.node };
    const listed = (path: string) =>
      askJson<{ Id: string; Names?: string[]; Name?: string }[]>(engine.socket, { path });
    const { Volumes } = await askJson<{ Volumes: { Name: string }[] | null }>(engine.socket, {
      path: '/volumes',
    });
    const prefs = await node.localApi.prefs();
    return {
      // Looking at the card is a program of a moment.
      processes: (await sharer.owner.processes())
        .map(({ command }) => command)
        .filter((command) => !command.includes('nvidia-smi'))
        .toSorted(),
      containers: await ourContainers(),
      images: (await images())
        .filter(({ RepoTags }) => (RepoTags ?? []).some((tag) => tag.startsWith(registry.host)))
        .map(({ Id, RepoTags }) => `${Id} ${RepoTags?.join()}`)
        .toSorted(),
      volumes: (Volumes ?? []).map(({ Name }) => Name).toSorted(),
      networks: (await listed('/networks')).map(({ Name }) => Name).toSorted(),
      files: (await filesBelow(user.home)).filter(
        (path) => !/^rigshare\/(data\/ledger\.db|log\/|run\/host-.*\.claim)/.test(path),
      ),
      groups: await readFile(join(node.computer.etc, 'group'), 'utf8'),
      crontab: await readFile(`/var/spool/cron/crontabs/${user.name}`, 'utf8').catch(() => ''),
      profiles: (await node.localApi.profiles()).map(({ ID, Name }) => `${ID} ${Name}`),
      current: (await node.localApi.currentProfile()).ID,
      operator: prefs['OperatorUser'] ?? '',
      shieldsUp: prefs['ShieldsUp'],
    };
  };

  const inviteFile = async () =>
    sharer.invite({
      rigshare: 1,
      pool: {
        id: 'uni',
        name: 'Uni pool',
        operator: 'Wei',
        contact: 'wei@uni.example',
        prices: { currency: 'EUR', perGpuHour: { default: 300_000 } },
      },
      tailnet: {
        controlUrl: tailnet.headscale.url,
        authKey: await tailnet.headscale.mintKey(),
        tag: 'tag:nomad-client',
      },
      nomad: {
        nodeName: 'rig',
        nodePool: 'contrib',
        servers: [{ host: 'server' }],
        minimumVersion: '2.0.4',
      },
    });

  it('notes what a job brought, and what it left', async () => {
    const invite = await inviteFile();
    before = await machine();
    await sharer.did('join', '--accept', invite);
    await sharer.until('sharing', (s) => s.node.kind === 'sharing');
    short = await registry.put('lab/short', '1', 3_000_000);
    await pool.submit(batchJob({ id: 'short', image: short, script: writesAsRoot }));
    await finished('short');
    const state = await sharer.until('the figures', (s) => (s.limits?.folderBytes ?? 0) > 0);
    expect(state.limits?.imageBytes).toBeGreaterThan(3_000_000);
    // What stays the owner's is not for the pool to plan with.
    const node = (await pool.nodes()).find((n) => n.Name === 'rig');
    const { ReservedResources: reserved } = await pool.request<{ ReservedResources: Reserved }>(
      'GET',
      `/v1/node/${node?.ID}`,
    );
    expect(reserved.Memory.MemoryMB).toBe(state.limits?.keepMemoryMib);
    expect(reserved.Cpu.CpuShares).toBeGreaterThanOrEqual(500);
    expect(reserved.Disk.DiskMB).toBeGreaterThan(0);
    expect(await isHere(short)).toBe(true);
  });

  it('makes room over the budget: the image goes, and a folder that its owner cannot empty', async () => {
    const [folder = ''] = await ourAllocations('short');
    const deep = join(folder, 'alloc', 'data', 'deep');
    expect((await sharer.owner.run(['rm', '-rf', deep])).code).not.toBe(0);
    expect(existsSync(join(deep, 'f'))).toBe(true);
    await settings({ limits: { keepCores: null, keepMemoryMib: null, jobs: null, budgetMib: 0 } });
    await until('the folder to be gone', () => !existsSync(folder));
    await until('the image to be gone', async () => !(await isHere(short)));
    // What a link in it led to is still there, and so is what came with nobody's job.
    expect(existsSync('/etc/passwd')).toBe(true);
    expect(await isHere(testImage)).toBe(true);
    expect((await sharer.status()).node.kind).toBe('sharing');
    await settings({ limits: { keepCores: null, keepMemoryMib: null, jobs: null, budgetMib: null } });
  });

  it('is left as it was found, with one question: images, volumes, files of root, profiles, processes', async () => {
    await brings('long');
    expect((await inspected(owners.name)).Id).not.toBe(owners.id);
    await sharer.did('leave');
    expect((await sharer.status()).node.kind).toBe('new');
    expect(await machine()).toEqual(before);
    expect(sharer.owner.elevation.asked).toHaveLength(2);
    const earned = JSON.parse(await sharer.did('earnings', '--json', '--ledger')) as unknown;
    expect(JSON.stringify(earned)).toContain('long');
  });

  it('is left as it was found by the next host where one was killed while it left', async () => {
    await sharer.did('join', '--accept', await inviteFile());
    await sharer.until('sharing', (s) => s.node.kind === 'sharing');
    await brings('again');
    const earned = join(sharer.owner.user.home, 'earned.csv');
    await sharer.did('leave', '--export', earned, '--no-wait');
    await new Promise((resolve) => setTimeout(resolve, 700));
    const host = await sharer.host();
    process.kill(host.pid, 'SIGKILL');
    await until('the host to be gone', () => !isAlive(host));
    sharer.start();
    await until('the next host', async () => (await sharer.rigshare('status')).code === 0);
    await sharer.until('everything to be undone', (s) => s.node.kind === 'new');
    expect(await readFile(earned, 'utf8')).toContain('again');
    expect(await sharer.did('earnings', '--json', '--ledger')).not.toContain('again');
    await rm(earned);
    expect(await machine()).toEqual(before);
  });
});

interface Reserved {
  readonly Cpu: { readonly CpuShares: number };
  readonly Memory: { readonly MemoryMB: number };
  readonly Disk: { readonly DiskMB: number };
}

interface Image {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
}

/** The same job, which asks the registry even where an image of that name is here. */
const withForcedPull = <J>(job: J): J =>
  JSON.parse(JSON.stringify(job).replace('"force_pull":false', '"force_pull":true')) as J;

/** Every file and folder below one, with its owner where that is somebody else's than the folder's. */
async function filesBelow(folder: string): Promise<string[]> {
  const { stdout } = await run('find', [folder, '-mindepth', '1', '-printf', '%P %y %U\\n']);
  return stdout.split('\n').filter(Boolean).toSorted();
}
