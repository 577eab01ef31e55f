// Where things are in this checkout, and how its scripts speak.
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root folder. */
export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** What set-up makes once for all checkouts of this user. */
export const cacheFolder = path.join(
  process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'),
  'rigshare',
);

const startedAt = Date.now();

/** One line on stderr with the seconds since the script started, so that stdout stays the program's. */
export function say(text) {
  process.stderr.write(`[rigshare] ${text} (+${((Date.now() - startedAt) / 1000).toFixed(1)} s)\n`);
}

/** An end that the reader can do something about: shown without a stack. */
export class Stop extends Error {}

/** Runs a script's main function; a Stop is one message and exit code 1. */
export async function main(run) {
  try {
    process.exitCode = (await run(process.argv.slice(2))) ?? 0;
  } catch (error) {
    process.stderr.write(`\n${error instanceof Stop ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}

/** Whether the script at `url` (import.meta.url) was started itself and not imported. */
export function startedDirectly(url) {
  return path.resolve(process.argv[1] ?? '') === fileURLToPath(url);
}
