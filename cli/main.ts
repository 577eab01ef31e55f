import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { sessionFrom } from '../client/session-from.ts';
import { placesFor } from '../contract/places.ts';
import { version } from '../package.json' with { type: 'json' };
import { runProgram, type CommonOptions } from './program.ts';
import { speechFor } from './speech.ts';
import { terminalOf } from './terminal.ts';
import { exitCodes, type Cli } from './cli.ts';

const { env, platform, stdin, stdout, stderr } = process;
const terminal = terminalOf({ stdin, stdout, stderr, env });
const interrupted = new AbortController();
process.once('SIGINT', () => {
  interrupted.abort();
  // Who follows a state ends by itself, and who runs a host waits for its end; nothing else is worth waiting for.
  if (process.listenerCount('SIGINT') === 0)
    setTimeout(() => process.exit(exitCodes.interrupted), 500).unref();
});

const cli = ({ json, home }: CommonOptions): Cli => ({
  terminal,
  speech: () => speechFor(env, Date.now()),
  json,
  places: placesFor({ platform, env, userHome: homedir(), home }),
  hostArgs: home === null ? [] : ['--home', home],
  hostEntry: fileURLToPath(new URL('../host/main.js', import.meta.url)),
  version,
  sessionFrom: sessionFrom(env),
  interrupted: interrupted.signal,
});

process.exitCode = await runProgram(process.argv.slice(2), {
  version,
  speech: speechFor(env, Date.now()),
  terminal,
  cli,
});
