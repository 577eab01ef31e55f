// What runs as root: one file, started by pkexec or sudo, that takes a list of tasks on its standard input, works it
// off, answers in JSON lines on its standard output, and ends. See protocol.ts for all that it understands.
import { createInterface } from 'node:readline';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/ports/clock.ts';
import { thisMachine } from './install/this-machine.ts';
import { type Heard, heardSchema, type Said } from './protocol.ts';
import { serve } from './serve.ts';
import { socketFetch } from './socket-fetch.ts';

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};

const input = createInterface({ input: process.stdin, crlfDelay: Infinity });

/** The host's lines; their end is the host's end. A line that is not understood ends the talk as well. */
async function* heard(): AsyncGenerator<Heard> {
  for await (const line of input) {
    yield heardSchema.parse(JSON.parse(line));
  }
}

/** A host that died reads no more: what was begun is still brought to its end. */
function say(said: Said): void {
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

/** The user who asked, as pkexec and sudo tell; without either it is root itself. */
function owner(): number | null {
  const asked = process.env['PKEXEC_UID'] ?? process.env['SUDO_UID'];
  const uid = Number(asked);
  return asked === undefined || uid === 0 ? null : uid;
}

process.stdout.on('error', () => undefined);
// Told to end, it takes back what it began, as if the host had died.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => input.close());
process.stdin.on('error', () => input.close());

try {
  await serve(heard(), { clock, tailscaled: socketFetch, machine: thisMachine, owner: owner(), say });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
process.exit();
