import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFiles } from '../../host/adapters/files/files.ts';
import { type ConfigPlaces, configText } from '../../host/adapters/nomad/config.ts';
import { createNomad } from '../../host/adapters/nomad/index.ts';
import { createLogs } from '../../host/adapters/nomad/logs.ts';
import { placesIn } from '../../host/adapters/nomad/places.ts';
import { createSecrets } from '../../host/adapters/secrets/secrets.ts';
import { createWorld } from '../../host/adapters/world/index.ts';
import type { AgentSample, AgentWanted, Nomad } from '../../host/core/ports/nomad.ts';
import type { Log, Secrets } from '../../host/core/ports/stores.ts';
import { nomadProgram, titled } from './availability.ts';
import { LoopbackPool, somePort } from './loopback-pool.ts';
import { codeOf, known } from './outcomes.ts';
import { must, run, until } from './run.ts';

const found = nomadProgram();
const program = found.ok ? found.value : '';
const never = new AbortController().signal;
const silent = (): void => undefined;
const log: Log = { debug: silent, info: silent, warn: silent, error: silent, redact: silent };
const world = createWorld({ tailscaledSocket: () => null, engineSocket: () => null, env: process.env });

const basics: AgentWanted = {
  name: 'rig',
  region: 'global',
  datacenter: 'dc1',
  nodePool: 'contrib',
  servers: [{ address: '127.0.0.1', port: 4647 }],
  address: '127.0.0.1',
  httpPort: 4646,
  meta: { 'gpu-count': '1' },
  ignoredGpus: [],
  reserved: { cpuMhz: 500, memoryMib: 256, diskMib: 1024 },
  maxJobs: 8,
  tls: false,
};

type Block = Record<string, unknown>;
const isBlock = (value: unknown): value is Block =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The dotted names of all settings in a configuration, plugins' too. */
function keysIn(value: Block, under = ''): readonly string[] {
  return Object.entries(value).flatMap(([name, inner]) => {
    const key = `${under}${name}`;
    if (name === 'meta' || name === 'options') return [];
    if (Array.isArray(inner) && inner.every(isBlock) && inner.length > 0)
      return inner.flatMap((one) => keysIn(one, `${key}.`));
    return isBlock(inner) ? keysIn(inner, `${key}.`) : [key];
  });
}

/** The same configuration with one key spelt so that no version knows it. */
function misspelt(config: Block, key: string): Block {
  const copy = structuredClone(config);
  const path = key.split('.');
  const last = path.pop() ?? '';
  let at: Block = copy;
  for (const name of path) {
    const inner = at[name];
    at = (
      Array.isArray(inner) ? (inner as Block[]).find((one) => path.some((p) => p in one)) : inner
    ) as Block;
  }
  at[`${last}_x`] = at[last];
  delete at[last];
  return copy;
}

describe.skipIf(!found.ok)(titled('the configuration against a real Nomad', found), () => {
  let folder: string;
  let version: string;
  let here: ConfigPlaces;
  let config: Block;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rigshare-real-config-'));
    version = /\d+\.\d+\.\d+/.exec(await must(program, ['version']))?.[0] ?? '';
    const places = placesIn(join(folder, 'agent'));
    await mkdir(places.plugins, { recursive: true });
    const tls = { ca: '', certificate: '', key: '' };
    here = { places, networkInterface: 'lo', hasDevicePlugin: false, tls };
    config = JSON.parse(configText({ ...basics, tls: true }, version, here)) as Block;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const validated = async (one: Block): Promise<{ readonly code: number; readonly said: string }> => {
    const file = join(folder, 'one.json');
    await writeFile(file, JSON.stringify(one));
    const { code, stdout, stderr } = await run(program, ['config', 'validate', file]);
    return { code, said: stdout + stderr };
  };

  it('is taken whole, with everything that we may write', async () => {
    expect(await validated(config)).toMatchObject({ code: 0 });
  });

  it('is refused with any one key that the version does not know', async () => {
    // Of these blocks Nomad 2.0.5 says nothing; of a plugin's only at the start.
    const checked = keysIn(config).filter((key) => !/^(ui|consul|vault|plugin)\./.test(key));
    expect(checked.length).toBeGreaterThan(40);
    const taken: string[] = [];
    for (const key of checked) {
      const { code, said } = await validated(misspelt(config, key));
      if (code === 0 || !said.includes(`${key.split('.').at(-1)}_x`)) taken.push(key);
    }
    expect(taken).toEqual([]);
  });

  it('starts no agent with any one key that the Docker driver does not know', async () => {
    const checked = keysIn(config).filter((key) => key.startsWith('plugin.docker.config.'));
    expect(checked.length).toBeGreaterThan(12);
    const plain = JSON.parse(configText({ ...basics, httpPort: await somePort() }, version, here)) as Block;
    const started: string[] = [];
    for (const key of checked) {
      const file = join(folder, 'plugin.json');
      await writeFile(file, JSON.stringify(misspelt(plain, key)));
      const { code, stdout, stderr } = await run(program, ['agent', '-config', file], { timeoutMs: 5_000 });
      if (code !== 1 || !(stdout + stderr).includes('plugin configurations failed')) started.push(key);
    }
    expect(started).toEqual([]);
  });

  it('takes durations as texts alone', async () => {
    const client = { ...(config['client'] as Block), gc_interval: 5 };
    expect(await validated({ ...config, client })).toMatchObject({ code: 1 });
  });

  it('has its log rotated in our folder, and read over all of it', async () => {
    const small = JSON.parse(configText({ ...basics, httpPort: await somePort() }, version, here)) as Block;
    const file = join(folder, 'small.json');
    await writeFile(file, JSON.stringify({ ...small, log_level: 'DEBUG', log_rotate_bytes: 1_500 }));
    await mkdir(join(folder, 'agent', 'log'), { recursive: true });
    const agent = spawn(program, ['agent', '-config', file], { stdio: 'ignore' });
    const names = async (): Promise<readonly string[]> => readdir(join(folder, 'agent', 'log'));
    const text = async (lines: number): Promise<string> => {
      let all = '';
      const wish = { lines, follow: false };
      for await (const chunk of createLogs(join(folder, 'agent'), world.clock).ofAgent(wish, never))
        all += chunk.text;
      return all;
    };
    await until('three full files', async () => (await names()).length === 4);
    await until('the agent to be up', async () => (await text(1_000)).includes('join failed'));
    agent.kill('SIGKILL');
    await new Promise((resolve) => agent.once('exit', resolve));
    const kept = await names();
    expect(kept.length).toBeLessThanOrEqual(4);
    expect(kept.every((name) => /^nomad(-\d+)?\.log$/.test(name))).toBe(true);
    const times = (await text(1_000)).match(/^\d{4}-\S+/gm) ?? [];
    expect(times.length).toBeGreaterThan(5);
    expect(times).toEqual(times.toSorted());
    expect((await text(2)).trimEnd().split('\n').length).toBe(2);
  });
});

describe.skipIf(!found.ok)(titled('what a real pool knows a computer by', found), () => {
  let folder: string;
  let pool: LoopbackPool;
  let secrets: Secrets;
  let nomad: Nomad;
  let wanted: AgentWanted;
  let expiring: { readonly token: string; readonly until: number };

  const certificate = async (
    name: string,
  ): Promise<{ readonly certificate: string; readonly key: string }> => ({
    certificate: await readFile(join(folder, 'tls', `global-${name}-nomad.pem`), 'utf8'),
    key: await readFile(join(folder, 'tls', `global-${name}-nomad-key.pem`), 'utf8'),
  });
  const certify = async (name: string): Promise<void> => {
    const made = await certificate(name);
    await secrets.write('tls-ca', await readFile(join(folder, 'tls', 'nomad-agent-ca.pem'), 'utf8'));
    await secrets.write('tls-certificate', made.certificate);
    await secrets.write('tls-key', made.key);
  };
  const make = async (...words: string[]): Promise<void> => {
    await must(program, ['tls', ...words], { cwd: join(folder, 'tls') });
  };
  const look = async (): Promise<AgentSample> => known(await nomad.lookAgent());
  const trouble = async (): Promise<string | null> => {
    const fact = await nomad.lookNode();
    return fact.known ? null : (fact.problem?.code ?? null);
  };
  const ready = (): Promise<unknown> =>
    until('the node to be ready', async () => {
      const fact = await nomad.lookNode();
      return fact.known && fact.value.status === 'ready';
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rigshare-real-tls-'));
    await mkdir(join(folder, 'tls'));
    await make('ca', 'create');
    await make('cert', 'create', '-server', '-region', 'global');
    await make('cert', 'create', '-client');
    await make('cert', 'create', '-cli');
    const at = (name: string): string => join(folder, 'tls', name);
    pool = await LoopbackPool.start(program, join(folder, 'server'), {
      ca: at('nomad-agent-ca.pem'),
      certificate: at('global-server-nomad.pem'),
      key: at('global-server-nomad-key.pem'),
    });
    expiring = { token: await pool.introduce('rig', 'contrib', '1s'), until: Date.now() + 64_000 };
    const files = createFiles(world.clock);
    secrets = createSecrets(join(folder, 'secrets'), files);
    nomad = createNomad({
      world,
      folder: join(folder, 'agent'),
      files,
      secrets,
      log,
      programPath: () => null,
      engineSocket: () => Promise.resolve(null),
      networkInterface: 'lo',
    });
    const servers = [{ address: '127.0.0.1', port: pool.rpcPort }];
    wanted = { ...basics, servers, httpPort: await somePort(), tls: true };
  });
  afterAll(async () => {
    await nomad?.kill();
    await nomad?.sweep();
    await pool?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is no certificate of another role', async () => {
    await certify('cli');
    await expect(nomad.configure(wanted, never)).rejects.toThrow(/client\.global\.nomad/);
    expect(await codeOf(nomad.configure(wanted, never))).toBe('tls-invalid');
  });

  it('is nothing where it was not introduced', async () => {
    await certify('client');
    await nomad.configure(wanted, never);
    await nomad.start(never);
    expect(await trouble()).toBe('introduction-missing');
    await nomad.kill();
  });

  it('is no introduction of another computer', async () => {
    await secrets.write('introduction-token', await pool.introduce('other', 'contrib'));
    await nomad.start(never);
    expect(await trouble()).toBe('introduction-refused');
    expect((await look()).credentials).toMatchObject({ changed: false });
  });

  it('is read at a start alone: a fresh introduction is noticed as one', async () => {
    await secrets.write('introduction-token', expiring.token);
    const { credentials } = await look();
    expect(credentials?.changed).toBe(true);
    expect(credentials?.introduction?.expiresAt).toBeLessThan(Date.now());
    await nomad.kill();
  });

  it('is no introduction that has expired', async () => {
    // Servers allow for clocks that differ by a minute.
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, expiring.until - Date.now())));
    await nomad.start(never);
    expect(await trouble()).toBe('introduction-expired');
    await nomad.kill();
  });

  it('is its certificate and its introduction, of which the latter goes when it has done its work', async () => {
    const token = await pool.introduce('rig', 'contrib');
    await secrets.write('introduction-token', token);
    await nomad.start(never);
    await ready();
    expect(await secrets.read('introduction-token')).toBeNull();
    const state = join(folder, 'agent', 'state');
    expect(await readdir(state)).not.toContain('intro_token.jwt');
    for (const file of ['agent.json', 'process.json', 'log/nomad.log', 'log/output.log'])
      expect(await readFile(join(folder, 'agent', file), 'utf8')).not.toContain(token);
    expect((await stat(secrets.path('tls-key'))).mode & 0o077).toBe(0);
    const { credentials } = await look();
    expect(credentials).toMatchObject({ changed: false, introduction: null, tls: { problem: null } });
    const days = ((credentials?.tls?.expiresAt ?? 0) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(300);
    expect(days).toBeLessThan(370);
  });

  it('starts again without an introduction, and with a fresh certificate', async () => {
    for (const name of ['global-client-nomad.pem', 'global-client-nomad-key.pem'])
      await rm(join(folder, 'tls', name));
    await make('cert', 'create', '-client', '-days', '7');
    await certify('client');
    const wasChanged = (await look()).credentials?.changed;
    await nomad.kill();
    await nomad.start(never);
    await ready();
    expect([wasChanged, (await look()).credentials?.changed]).toEqual([true, false]);
  });

  it('is nothing without certificates', async () => {
    const other = createNomad({
      world,
      folder: join(folder, 'bare'),
      files: createFiles(world.clock),
      secrets: createSecrets(join(folder, 'no-secrets'), createFiles(world.clock)),
      log,
      programPath: () => null,
      engineSocket: () => Promise.resolve(null),
      networkInterface: 'lo',
    });
    expect(await codeOf(other.configure({ ...wanted, httpPort: await somePort() }, never))).toBe(
      'secrets-lost',
    );
  });
});
