import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { placesFor, type Places } from '../contract/places.ts';
import { ProblemError } from '../contract/problems.ts';
import packageJson from '../package.json' with { type: 'json' };
import { createLog } from './adapters/log/log.ts';
import { systemClock } from './adapters/world/clock.ts';
import { scenarioNames } from './assembly/demo-scenario.ts';
import { openDesk } from './assembly/open-desk.ts';
import { readHostOptions, type HostOptions } from './options.ts';
import { claimHost, serveHost } from './server.ts';

/** The folder of this bundle: the page and the privileged program lie beside it. */
const here = fileURLToPath(new URL('.', import.meta.url));
const { version } = packageJson;

await main();

async function main(): Promise<void> {
  const read = readHostOptions(process.argv.slice(2), scenarioNames);
  if (!read.ok) return say(process.stderr, read.wrong, 2);
  if (read.options.version) return say(process.stdout, version, 0);
  const around = { platform: platform(), env: process.env, userHome: homedir(), home: read.options.home };
  try {
    await serve(read.options, placesFor(around));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    // Whoever started this host reads its problem here.
    say(process.stderr, JSON.stringify({ problem: error.problem }), 1);
  }
}

/** Serves until told to end: by `host.stop`, or by a signal, after which sharing goes on without a host. */
async function serve(options: HostOptions, places: Places): Promise<void> {
  const claim = await claimHost(places);
  const log = await createLog({ folder: places.log, level: 'info', clock: systemClock });
  const { ended, end } = ending();
  const desk = await openDesk({
    places,
    log,
    version,
    privilegedFile: join(here, 'privileged.js'),
    wantsDemo: options.demo,
    scenario: options.scenario,
    onStopped: end,
  });
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
