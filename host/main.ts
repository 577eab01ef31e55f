import { rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultSettings } from '../contract/app-state.ts';
import { placesFor, type Places } from '../contract/places.ts';
import { ProblemError } from '../contract/problems.ts';
import packageJson from '../package.json' with { type: 'json' };
import { createFiles } from './adapters/files/files.ts';
import { createLog } from './adapters/log/log.ts';
import { createWorld } from './adapters/world/index.ts';
import { Desk } from './assembly/desk.ts';
import { openSession } from './assembly/open-session.ts';
import type { Ground } from './assembly/ports.ts';
import { createDemo } from './demo/demo.ts';
import { demoInvite } from './demo/invite.ts';
import { firstEvening } from './demo/scenarios/first-evening.ts';
import { readHostOptions, type HostOptions } from './options.ts';
import { claimHost, serveHost } from './server.ts';

/** The folder of this bundle: the page and the privileged program lie beside it. */
const here = fileURLToPath(new URL('.', import.meta.url));
const { version } = packageJson;

await main();

async function main(): Promise<void> {
  const read = readHostOptions(process.argv.slice(2));
  if (!read.ok) return say(process.stderr, read.wrong, 2);
  if (read.options.version) return say(process.stdout, version, 0);
  const { platform, env } = process;
  try {
    await serve(read.options, placesFor({ platform, env, userHome: homedir(), home: read.options.home }));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    // Whoever started this host reads its problem here.
    say(process.stderr, JSON.stringify({ problem: error.problem }), 1);
  }
}

/** Serves until told to end: by `host.stop`, or by a signal, after which sharing goes on without a host. */
async function serve(options: HostOptions, places: Places): Promise<void> {
  const claim = await claimHost(places);
  let settings = defaultSettings;
  const world = createWorld({
    tailscaledSocket: () => settings.tailscaleSocket,
    engineSocket: () => settings.engineSocket,
    env: process.env,
  });
  const log = await createLog({ folder: places.log, level: 'info', clock: world.clock });
  const { ended, end } = ending();
  const real: Ground = {
    world,
    data: places.data,
    settingsFile: join(places.config, 'settings.json'),
    files: createFiles(world.clock),
    log,
    privileged: {
      file: join(here, 'privileged.js'),
      node: process.execPath,
      electron: process.versions['electron'] !== undefined,
      socket: () => world.tailscaledSocket(),
    },
    engineSocket: () => world.engineSocket(),
    settings: () => settings,
  };
  const common = { version, random: Math.random, reference: () => crypto.randomUUID().slice(0, 8) };
  const demoFolder = join(places.data, 'demo');
  const desk = await Desk.open(
    {
      clock: world.clock,
      openReal: () =>
        openSession(real, {
          ...common,
          demo: false,
          onSettings: (s) => (settings = s),
          release: () => undefined,
        }),
      openDemo: () => {
        const demo = createDemo({ clock: world.clock, folder: demoFolder, scenario: firstEvening });
        const ground: Ground = {
          ...real,
          world: demo.world,
          data: demoFolder,
          engineSocket: () => Promise.resolve(null),
        };
        return openSession(ground, {
          ...common,
          demo: true,
          onSettings: (s) => (settings = s),
          release: () => demo.stop(),
        });
      },
      clearDemo: () => rm(demoFolder, { recursive: true, force: true }),
      demoInvite: () => JSON.stringify(demoInvite(world.clock.now())),
      demoGoesOn: () => exists(join(demoFolder, 'intent.json')),
      onStopped: end,
    },
    options.demo,
  );
  const server = await serveHost({
    commands: desk,
    socketPath: places.socket,
    page: options.pagePort === null ? null : { port: options.pagePort, root: join(here, '..', 'renderer') },
    reportFault: (reference, error) => log.error('a procedure threw', { reference, error: String(error) }),
  });
  log.info('host started', { version, pid: process.pid });
  if (server.pageAddress !== null) process.stdout.write(`${server.pageAddress}\n`);
  await ended;
  await server.close();
  await desk.close();
  log.info('host ended');
  await log.close();
  await claim.release();
  process.exit(0);
}

function ending(): { readonly ended: Promise<void>; readonly end: () => void } {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end());
  return { ended, end: () => end() };
}

function say(stream: NodeJS.WriteStream, line: string, exitCode: 0 | 1 | 2): void {
  process.exitCode = exitCode;
  stream.write(`${line}\n`);
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
