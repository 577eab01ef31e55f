import { dirname } from 'node:path';
import { problem, ProblemError } from '../../../contract/problems.ts';
import type { FootprintEntry } from '../../core/footprint.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Files } from '../../core/ports/files.ts';
import type { FootprintStore, Opened } from '../../core/ports/stores.ts';
import { type FootprintRecord, readRecord, recordText } from './footprint-line.ts';
import { oneAtATime } from './one-at-a-time.ts';

/**
 * The footprint as JSON lines, each synced before its promise resolves. A last line torn by a crash was never acknowledged,
 * so its change was never made: it is cut off. Once all is undone the file goes.
 */
export function createFootprintStore(file: string, files: Files, clock: Pick<Clock, 'now'>): FootprintStore {
  const inTurn = oneAtATime();
  let known: FileContent | null = null;
  const write = async (before: FileContent, record: FootprintRecord) => {
    await files.append(file, recordText(record));
    known = take(before, record);
    return known;
  };
  return {
    load: () =>
      inTurn(async () => {
        const opened = await open(file, files);
        known = opened.value;
        return { value: known.entries, problem: opened.problem };
      }),
    add: (line) =>
      inTurn(async () => {
        const before = known ?? (await open(file, files)).value;
        const id = before.lastId + 1;
        await write(before, { id, at: clock.now(), line });
        return id;
      }),
    undone: (id) =>
      inTurn(async () => {
        const before = known ?? (await open(file, files)).value;
        if (!before.entries.some((e) => e.id === id)) return;
        const { entries } = await write(before, { undone: id, at: clock.now() });
        if (entries.length === 0) await files.remove(file);
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

async function open(file: string, files: Files): Promise<Opened<FileContent>> {
  await files.privateFolder(dirname(file));
  const text = await files.read(file);
  if (text === null) return { value: empty, problem: null };
  const end = text.lastIndexOf('\n') + 1;
  const lines = text
    .slice(0, end)
    .split('\n')
    .filter((l) => l !== '')
    .map(readRecord);
  const last = readRecord(text.slice(end));
  const good = [...lines, last].filter((r) => r !== null);
  const damaged = lines.includes(null);
  const mended = good.map(recordText).join('');
  const value = good.reduce(take, empty);
  try {
    const aside = damaged ? await files.copyAside(file) : null;
    if (mended !== text) await files.replace(file, mended);
    return { value, problem: damaged ? problem('footprint-damaged', aside) : null };
  } catch (error) {
    // On a full disk the file stays as it is: what can be read of it holds, and it is mended when there is room.
    if (!(error instanceof ProblemError)) throw error;
    return { value, problem: damaged ? problem('footprint-damaged', file) : error.problem };
  }
}
