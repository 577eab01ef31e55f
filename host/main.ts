import { randomBytes } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProblemError } from '../contract/problems.ts';
import { placesFor, type Places } from '../contract/places.ts';
import packageJson from '../package.json' with { type: 'json' };
import { createFiles } from './adapters/files/files.ts';
import { createLog, type HostLog } from './adapters/log/log.ts';
import { createWorld } from './adapters/world/index.ts';
import { Desk } from './assembly/desk.ts';
import { openPorts, type Ground } from './assembly/ports.ts';
import { Session } from './assembly/session.ts';
import { defaultSettings, type Settings } from '../contract/app-state.ts';
import { createDemo, demoInvite } from './demo/pool.ts';
import { readHostOptions, type HostOptions } from './options.ts';
import { claimHost, serveHost } from './server.ts';

/** The folder of this bundle: page and privileged program lie beside it. */
const here = fileURLToPath(new URL('.', import.meta.url));

const exitCodes = { done: 0, problem: 1, usage: 2 } as const;

await main();

async function main(): Promise<void> {
  const read = readHostOptions(process.argv.slice(2));
  if (!read.ok) return end(exitCodes.usage, read.wrong);
  if (read.options.version) return end(exitCodes.done, packageJson.version);
  const places = placesFor({ platform: process.platform, env: process.env, userHome: homedir(), home: read.options.home });
  try {
    await run(read.options, places);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    end(exitCodes.problem, JSON.stringify({ problem: error.problem }));
  }
}

async function run(options: HostOptions, places: Places): Promise<void> {
  const claim = await claimHost(places);
  const world = createWorld({ tailscaledSocket: () => settings.tailscaleSocket, engineSocket: () => settings.engineSocket, env: process.env });
  const log = await createLog({ folder: places.log, level: 'info', clock: world.clock });
  let settings: Settings = defaultSettings;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));

  const files = createFiles(world.clock);
  const demoFolder = join(places.data, 'demo');
  const common = {
    files,
    log,
    settingsFile: join(places.config, 'settings.json'),
    settings: () => settings,
    privileged: { file: join(here, 'privileged.js'), node: process.execPath, electron: process.versions['electron'] !== undefined, socket: settings.tailscaleSocket ?? '/var/run/tailscale/tailscaled.sock' },
  };
  const desk = await Desk.open(
    {
      clock: world.clock,
      openReal: () => openSession({ ...common, world, data: places.data, engineSocket: () => world.engineSocket() }, false, (s) => (settings = s)),
      openDemo: async () => {
        const demo = await createDemo({ clock: world.clock, folder: demoFolder, scenario: 'first-evening' });
        return openSession({ ...common, world: demo.world, data: demoFolder, settingsFile: join(demoFolder, 'settings.json'), engineSocket: () => Promise.resolve(null) }, true, () => undefined);
      },
      clearDemo: () => rm(demoFolder, { recursive: true, force: true }),
      demoInvite: () => JSON.stringify(demoInvite(world.clock.now())),
      demoGoesOn: () => stat(join(demoFolder, 'intent.json')).then(() => true, () => false),
      onStopped: () => finish(),
    },
    options.demo,
  );
  const page = options.pagePort === null ? null : { port: options.pagePort, root: join(here, '..', 'renderer') };
  const server = await serveHost({ commands: desk, socketPath: places.socket, page, reportFault: (reference, error) => log.error('a procedure threw', { reference, error: String(error) }) });
  if (server.pageAddress !== null) process.stdout.write(`${server.pageAddress}\n`);
  log.info('host started', { version: packageJson.version, pid: process.pid });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => finish());
  await finished;
  await server.close();
  await desk.close();
  log.info('host ended');
  await (log as HostLog).close();
  await claim.release();
  process.exit(exitCodes.done);
}
