import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../host/adapters/engine/index.ts';
import type { LocalApi } from '../../host/adapters/privilege/local-api.ts';
import { recipeOf } from '../../host/adapters/privilege/install/recipes.ts';
import type { Tools } from '../../host/adapters/privilege/install/recipe.ts';
import { noUndo, toolsFor } from '../../host/adapters/privilege/install/tools.ts';
import { thisMachine } from '../../host/adapters/privilege/install/this-machine.ts';
import { createWorld } from '../../host/adapters/world/index.ts';
import type { InstallUndo } from '../../host/core/ports/installing.ts';
import { dockerAvailable } from './docker.ts';
import { onPath, titled } from './availability.ts';
import { end, type ProcessId, Processes } from './processes.ts';
import { until } from './run.ts';

const docker = await dockerAvailable();
const canStart =
  process.getuid?.() === 0 && ['dockerd', 'containerd', 'runc'].every((name) => onPath(name) !== undefined);
const here = docker.ok && canStart;

/** An engine of the test's own, whose settings the recipe may change. */
describe.skipIf(!here)(titled('NVIDIA’s runtime in a real engine', docker), () => {
  let folder: string;
  let processes: Processes;
  let dockerd: ProcessId;
  let tools: Tools;
  const noted: InstallUndo[] = [];
  const settings = (): string => join(folder, 'daemon.json');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rigshare-runtime-'));
    processes = new Processes(join(folder, 'processes'));
    await writeFile(settings(), '{"log-level": "warn"}');
    const containerd = join(folder, 'containerd.sock');
    const state = ['--root', join(folder, 'containerd'), '--state', join(folder, 'state'), '-a', containerd];
    processes.start('containerd', state, { log: join(folder, 'containerd.log') });
    await until('containerd', () => existsSync(containerd));
    dockerd = processes.start(
      'dockerd',
      [
        ...['--config-file', settings(), '--containerd', containerd, '--pidfile', join(folder, 'pid')],
        ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
        ...['-H', `unix://${join(folder, 'docker.sock')}`, '--storage-driver=vfs'],
        ...['--bridge=none', '--iptables=false', '--ip6tables=false'],
      ],
      { log: join(folder, 'dockerd.log') },
    );
    await until('dockerd', async () => (await nvidia()) !== null, { withinMs: 40_000 });
    tools = await toolsOverThisEngine();
  });
  afterAll(async () => {
    if (dockerd !== undefined) await end([dockerd], 10_000);
    await processes?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  /** What the engine says of NVIDIA's runtime; null: it does not answer. */
  async function nvidia(): Promise<string | null> {
    const socket = join(folder, 'docker.sock');
    const world = createWorld({ tailscaledSocket: () => null, engineSocket: () => socket, env: {} });
    const look = await createEngine(world, () => Promise.resolve(socket)).look([]);
    return look.known ? look.value.nvidia : null;
  }

  /** The recipe's tools, with this engine in the place of the machine's. */
  async function toolsOverThisEngine(): Promise<Tools> {
    const real = await toolsFor(thisMachine, {} as LocalApi, null, {
      note: (undo) => Promise.resolve(void noted.push({ ...noUndo, ...undo })),
      waits: () => undefined,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      monotonic: () => performance.now(),
    });
    const at = (path: string): string =>
      path === '/etc/docker/daemon.json' ? settings() : `${folder}${path}`;
    return {
      ...real,
      packages: { ...real.packages, needed: () => Promise.resolve([]), remove: () => Promise.resolve() },
      has: () => Promise.resolve(true),
      try: () => Promise.resolve({ exitCode: 2, stdout: '', stderr: '', failure: null }),
      run: (program, args) => {
        if (program !== 'systemctl' || args[0] !== 'reload') throw new Error(`${program} ${args.join(' ')}`);
        // What `systemctl reload docker` does.
        process.kill(dockerd.pid, 'SIGHUP');
        return Promise.resolve('');
      },
      services: { ...real.services, isActive: () => Promise.resolve(true) },
      files: {
        read: (path) => thisMachine.files.read(at(path)),
        exists: (path) => thisMachine.files.exists(at(path)),
        write: (path, content) => thisMachine.files.write(at(path), content),
        remove: (path) => thisMachine.files.remove(at(path)),
      },
    };
  }

  it('is known to it without a restart, and forgotten again', async () => {
    expect(await nvidia()).toBe('none');
    await recipeOf('nvidia-runtime').install(tools);
    await until('the runtime', async () => (await nvidia()) === 'runtime', { withinMs: 5_000 });
    expect(noted).toMatchObject([{ files: ['/etc/docker/daemon.json'] }]);
    expect(await recipeOf('nvidia-runtime').undo(noted[0]!, tools)).toBe('undone');
    await until('it to be gone', async () => (await nvidia()) === 'none', { withinMs: 5_000 });
    expect(JSON.parse(await readFile(settings(), 'utf8'))).toEqual({ 'log-level': 'warn' });
    expect((await readFile(join(folder, 'pid'), 'utf8')).trim()).toBe(String(dockerd.pid));
  });
});
