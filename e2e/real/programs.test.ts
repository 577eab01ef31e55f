import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFiles } from '../../host/adapters/files/files.ts';
import { createNomad } from '../../host/adapters/nomad/index.ts';
import { createReleases } from '../../host/adapters/releases/index.ts';
import { ServedSite } from '../../host/adapters/releases/testing/served-site.ts';
import { createWorld } from '../../host/adapters/world/index.ts';
import type { AgentWanted, Nomad, NodeSample } from '../../host/core/ports/nomad.ts';
import type { Log, SecretName, Secrets } from '../../host/core/ports/stores.ts';
import { Publisher } from '../../host/demo/releases/publisher.ts';
import { zipOf } from '../../host/demo/releases/zip.ts';
import { nomadProgram, titled } from './availability.ts';
import { LoopbackPool, somePort } from './loopback-pool.ts';
import { known } from './outcomes.ts';
import { run, until } from './run.ts';

const program = nomadProgram();
const never = new AbortController().signal;
const noWord = (): void => undefined;
const log: Log = { debug: noWord, info: noWord, warn: noWord, error: noWord, redact: noWord };

/** The real Nomad, from a real site signed with a key of the test's own, to an agent in a real pool. */
describe.skipIf(!program.ok)(titled('the pool’s program from its publisher’s site', program), () => {
  let folder: string;
  let served: ServedSite;
  let pool: LoopbackPool;
  let version: string;
  let wanted: AgentWanted;
  let nomad: Nomad;
  let parts: ReturnType<typeof createReleases>;
  let world: ReturnType<typeof createWorld>;

  beforeAll(async () => {
    const path = program.ok ? program.value : '';
    folder = await mkdtemp(join(tmpdir(), 'rigshare-real-programs-'));
    version = /v(\d+\.\d+\.\d+)/.exec((await run(path, ['version'])).stdout)?.[1] ?? '';
    const publisher = await Publisher.create(Date.now() - 60_000);
    served = await ServedSite.start(Promise.resolve(publisher));
    const zip = zipOf([
      { name: 'nomad', data: await readFile(path) },
      { name: 'LICENSE.txt', data: Buffer.from('as published'), mode: 0o100644 },
    ]);
    served.site.publish({ program: 'nomad', version, os: 'linux', arch: 'amd64', zip });
    served.site.publish({ program: 'nomad', version, os: 'linux', arch: 'arm64', zip });
    world = createWorld({
      tailscaledSocket: () => null,
      engineSocket: () => null,
      env: { ...process.env, RIGSHARE_RELEASES_URL: served.base.href },
    });
    const files = createFiles(world.clock);
    parts = createReleases({
      world,
      files,
      log,
      folder: join(folder, 'programs'),
      freeBytes: () => Promise.resolve(null),
      key: () => Promise.resolve(publisher.publicHalf),
    });
    nomad = createNomad({
      world,
      folder: join(folder, 'agent'),
      files,
      secrets: fileSecrets(folder),
      log,
      programPath: () => null,
      shelf: parts.shelf,
      engineSocket: () => Promise.resolve(null),
      networkInterface: 'lo',
    });
    pool = await LoopbackPool.start(path, join(folder, 'server'));
    wanted = {
      name: 'rig',
      region: 'global',
      datacenter: 'dc1',
      nodePool: 'contrib',
      servers: [{ address: '127.0.0.1', port: pool.rpcPort }],
      address: '127.0.0.1',
      httpPort: await somePort(),
      meta: {},
      ignoredGpus: [],
      tls: false,
    };
  });

  afterAll(async () => {
    await nomad?.kill();
    await nomad?.sweep();
    await pool?.stop();
    await served?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is installed, goes before the one on PATH, and runs', async () => {
    expect(await parts.releases.versions('nomad', never)).toEqual([version]);
    let largest = 0;
    await parts.releases.install('nomad', version, ({ done }) => (largest = Math.max(largest, done)), never);
    expect(largest).toBeGreaterThan(10_000_000);
    expect(known(await nomad.lookAgent()).programFrom).toBe('path');
    await parts.shelf.choose(version, null);
    const { program: found, programFrom } = known(await nomad.lookAgent());
    expect([programFrom, found?.version]).toEqual(['ours', version]);
    expect(found?.path.startsWith(join(folder, 'programs', 'nomad', version))).toBe(true);
    expect((await run(found?.path ?? '', ['version'])).stdout).toContain(`Nomad v${version}`);
  });

  const ready = async (): Promise<NodeSample> => {
    const at: { node?: NodeSample } = {};
    await until('the node to be ready', async () => {
      const look = await nomad.lookNode();
      if (look.known && look.value.status === 'ready') at.node = look.value;
      return at.node !== undefined;
    });
    return at.node ?? Promise.reject(new Error('not ready'));
  };

  it('joins a pool, and learns its oldest server’s version with the node’s own secret', async () => {
    await writeFile(join(folder, 'secret-introduction-token'), await pool.introduce('rig', 'contrib'), {
      mode: 0o600,
    });
    await nomad.configure(wanted, never);
    await nomad.start(never);
    await ready();
    let oldest: string | null = null;
    await until('the servers to tell', async () => (oldest = await nomad.oldestServer()) !== null);
    expect(oldest).toBe(version);
  });

  it('comes back as the same computer with the state that was kept aside', async () => {
    const before = await ready();
    await nomad.kill();
    await nomad.sweep();
    await nomad.keepState();
    // What a version that does not work might do to it.
    await writeFile(join(folder, 'agent', 'state', 'client-id'), 'not an id');
    await rm(join(folder, 'agent', 'state', 'state.db'), { force: true });
    await nomad.restoreState();
    await nomad.start(never);
    expect((await ready()).id).toBe(before.id);
  });

  it('is no longer run once its file changed', async () => {
    await nomad.kill();
    const path = join(folder, 'programs', 'nomad', version, 'nomad');
    // Another file in its place: one that a dying program still runs cannot be written to.
    await writeFile(`${path}.other`, 'something else', { mode: 0o700 });
    await rename(`${path}.other`, path);
    expect(await parts.shelf.nomad()).toBeNull();
    expect(known(await nomad.lookAgent()).programFrom).toBe('path');
  });
});

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
