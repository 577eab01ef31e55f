import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fail } from '../../../contract/problems.ts';
import type { LogChunk, LogStream, LogWish } from '../../../contract/logs.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Logs } from '../../core/ports/logs.ts';
import { RotatedLog } from './log-file.ts';
import { type Places, placesIn } from './places.ts';

/** How often a log that is followed is looked at; only while somebody reads, ms. */
const lookMs = 250;

/** What a job wrote is looked for again this often after its end, before the reader is told that it is over. */
const looksAfterEnd = 3;

/** The paths of a log's files, oldest first, by who writes them; null where nothing can be written there any more. */
type Files = () => Promise<ReadonlyMap<string, readonly string[]> | null>;

/** What is written below the agent's folder. */
export function createLogs(folder: string, clock: Pick<Clock, 'now' | 'sleep'>): Logs {
  const places = placesIn(folder);
  return {
    ofJob: (allocation, stream, wish, signal, isOver) =>
      read(() => jobFiles(places, allocation, stream), wish, { clock, signal, isOver }),
    ofAgent: (wish, signal) => read(() => agentFiles(places), wish, { clock, signal, isOver: () => false }),
  };
}

async function* read(
  files: Files,
  { lines, follow }: LogWish,
  {
    clock,
    signal,
    isOver,
  }: { clock: Pick<Clock, 'now' | 'sleep'>; signal: AbortSignal; isOver: () => boolean },
): AsyncGenerator<LogChunk, void, undefined> {
  const writers = new Map<string, RotatedLog>();
  let last = (await files()) ?? fail('logs-missing');
  let quiet = 0;
  try {
    for (const writer of last.keys()) await writerOf(writer).begin(lines);
    for (;;) {
      let found = false;
      for (const [task, log] of writers)
        for await (const { text, skipped } of log.rest()) {
          if (signal.aborted) return;
          found = true;
          yield { task, text, at: clock.now(), skipped };
        }
      quiet = found || !isOver() ? 0 : quiet + 1;
      if (!follow || signal.aborted || quiet > looksAfterEnd) return;
      await clock.sleep(lookMs, signal).catch(() => undefined);
      const now = signal.aborted ? null : await files();
      if (now === null) return;
      last = now;
      // A part that begins to write meanwhile is read from its beginning.
      for (const writer of last.keys()) writerOf(writer);
    }
  } finally {
    for (const log of writers.values()) await log.close();
  }

  function writerOf(name: string): RotatedLog {
    const known = writers.get(name) ?? new RotatedLog(() => Promise.resolve(last.get(name) ?? []));
    writers.set(name, known);
    return known;
  }
}

const numbered = /^(.+)\.(stdout|stderr)\.(\d+)$/;

/** An agent writes `<task>.stdout.0`, then `.1`, and so on. */
async function jobFiles(
  { allocations }: Places,
  allocation: string,
  stream: LogStream,
): Promise<ReadonlyMap<string, readonly string[]> | null> {
  const below = join(allocation, 'alloc', 'logs');
  const folder = join(allocations, below);
  const names = await namesIn(folder);
  // The job itself may write here: a folder that leads elsewhere is none of its logs.
  const [real, root] = [await whereIs(folder), await whereIs(allocations)];
  if (names === null || root === null || real !== join(root, below)) return null;
  const found = new Map<string, { readonly path: string; readonly number: number }[]>();
  for (const name of names) {
    const [, task = '', of, number] = numbered.exec(name) ?? [];
    if (of !== stream) continue;
    found.set(task, [...(found.get(task) ?? []), { path: join(folder, name), number: Number(number) }]);
  }
  return new Map(
    [...found].map(([task, files]) => [
      task,
      files.toSorted((a, b) => a.number - b.number).map(({ path }) => path),
    ]),
  );
}

/** The agent writes `nomad.log`; a full one becomes `nomad-<time in ns>.log`. */
async function agentFiles({ log }: Places): Promise<ReadonlyMap<string, readonly string[]> | null> {
  const names = await namesIn(dirname(log));
  if (names === null) return null;
  const full = names.filter((name) => /^nomad-\d+\.log$/.test(name)).toSorted();
  return new Map([['', [...full, basename(log)].map((name) => join(dirname(log), name))]]);
}

/** Where a path really leads; null: nowhere, any more. */
const whereIs = (path: string): Promise<string | null> => realpath(path).catch(() => null);

async function namesIn(folder: string): Promise<readonly string[] | null> {
  try {
    return await readdir(folder);
  } catch {
    return null;
  }
}
