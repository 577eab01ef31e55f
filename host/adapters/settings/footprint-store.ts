import { dirname } from 'node:path';
import { problem, ProblemError } from '../../../contract/problems.ts';
import type { FootprintEntry } from '../../core/footprint.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Files } from '../../core/ports/files.ts';
import type { FootprintStore, Opened } from '../../core/ports/stores.ts';
import { type FootprintRecord, readRecord, recordText } from './footprint-line.ts';
import { oneAtATime } from './one-at-a-time.ts';

/**
 * The footprint as JSON lines with a second copy beside it, each line synced in both before its promise resolves: whoever
 * loses one of them loses no line that undoing needs. A last line torn by a crash was never acknowledged, so its change was
 * never made: it is cut off. Once all is undone both files go.
 */
export function createFootprintStore(file: string, files: Files, clock: Pick<Clock, 'now'>): FootprintStore {
  const copy = `${file}.copy`;
  const inTurn = oneAtATime();
  let known: FileContent | null = null;
  const write = async (before: FileContent, record: FootprintRecord) => {
    const text = recordText(record);
    await files.append(file, text);
    // The line stands. Where the disk is full just now the copy is made whole at the next use.
    const copied = await files.append(copy, text).then(() => true, notFitting);
    const after = take(before, record);
    known = copied ? after : null;
    return after;
  };
  return {
    load: () =>
      inTurn(async () => {
        const opened = await open(file, copy, files);
        known = opened.value;
        return { value: known.entries, problem: opened.problem };
      }),
    add: (line) =>
      inTurn(async () => {
        const before = known ?? (await open(file, copy, files)).value;
        const id = before.lastId + 1;
        await write(before, { id, at: clock.now(), line });
        return id;
      }),
    undone: (id) =>
      inTurn(async () => {
        const before = known ?? (await open(file, copy, files)).value;
        if (!before.entries.some((e) => e.id === id)) return;
        const { entries } = await write(before, { undone: id, at: clock.now() });
        if (entries.length > 0) return;
        await files.remove(copy);
        await files.remove(file);
      }),
  };
}

interface FileContent {
  /** What is not undone, oldest first. */
  readonly entries: readonly FootprintEntry[];
  readonly lastId: number;
}

const empty: FileContent = { entries: [], lastId: 0 };

function take({ entries, lastId }: FileContent, record: FootprintRecord): FileContent {
  if ('undone' in record) return { entries: entries.filter((e) => e.id !== record.undone), lastId };
  return { entries: [...entries, record], lastId: Math.max(lastId, record.id) };
}

/** One of the two files as it was found. */
interface Copy {
  readonly path: string;
  readonly text: string | null;
  readonly records: readonly FootprintRecord[];
  /** A line in its middle is none of ours; a torn last one is no damage. */
  readonly damaged: boolean;
}

async function readCopy(path: string, files: Files): Promise<Copy> {
  const text = await files.read(path);
  const end = (text ?? '').lastIndexOf('\n') + 1;
  const lines = (text ?? '')
    .slice(0, end)
    .split('\n')
    .filter((l) => l !== '');
  const records = lines.map(readRecord);
  const last = readRecord((text ?? '').slice(end));
  const good = [...records, last].filter((r) => r !== null);
  return { path, text, records: good, damaged: records.includes(null) };
}

async function open(file: string, copy: string, files: Files): Promise<Opened<FileContent>> {
  await files.privateFolder(dirname(file));
  const [first, second] = [await readCopy(file, files), await readCopy(copy, files)];
  const records = together(first.records, second.records);
  const value = records.reduce(take, empty);
  const text = records.map(recordText).join('');
  // Gone though its copy still tells of changes: somebody removed it. A copy alone of what is all undone is a crash's.
  const lost = first.text === null && value.entries.length > 0;
  const damaged = [first, second].filter((one) => one.damaged);
  try {
    const aside = [];
    for (const one of damaged) aside.push(await files.copyAside(one.path));
    for (const one of [first, second]) await mend(one, value.entries.length === 0 ? null : text, files);
    const where = aside[0] ?? (damaged.length > 0 || lost ? file : null);
    return { value, problem: where === null ? null : problem('footprint-damaged', where) };
  } catch (error) {
    // On a full disk the files stay as they are: what can be read of them holds, and they are mended when there is room.
    if (!(error instanceof ProblemError)) throw error;
    return {
      value,
      problem: damaged.length > 0 || lost ? problem('footprint-damaged', file) : error.problem,
    };
  }
}

/** What either file tells, in the order it was written: a line's number is its own in both. */
function together(
  first: readonly FootprintRecord[],
  second: readonly FootprintRecord[],
): readonly FootprintRecord[] {
  const made = new Map([...second, ...first].flatMap((r) => ('line' in r ? [[r.id, r] as const] : [])));
  const undone = new Map(
    [...second, ...first].flatMap((r) => ('undone' in r ? [[r.undone, r] as const] : [])),
  );
  const lines = [...made.values()].toSorted((a, b) => a.id - b.id);
  return [...lines, ...undone.values()];
}

/** Makes a file say this; null: nothing is left to say, and the file goes. */
async function mend({ path, text: found }: Copy, text: string | null, files: Files): Promise<void> {
  if (text === null) {
    if (found !== null) await files.remove(path);
  } else if (found === null || !sameLines(found, text)) await files.replace(path, text);
}

function notFitting(error: unknown): false {
  if (error instanceof ProblemError) return false;
  throw error;
}

/** The order of lines in the file may be another: undoing comes between. */
const sameLines = (a: string, b: string): boolean =>
  a.endsWith('\n') && a.split('\n').toSorted().join('\n') === b.split('\n').toSorted().join('\n');
