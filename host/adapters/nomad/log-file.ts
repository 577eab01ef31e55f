import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

/** The most that is read at once, and handed on as one piece. */
const pieceBytes = 65_536;

/** The most of the past that is read, however long its lines are. */
const pastBytes = 1_048_576;

/** Further behind than this a reader misses what lies between. */
const behindBytes = 1_048_576;

/** A piece of a file: whole characters, and what was left out before it. */
export interface Piece {
  readonly text: string;
  readonly skipped: number;
}

interface Opened {
  readonly file: FileHandle;
  readonly inode: number;
}

/** A log that goes on in another file when one is full: its files from the oldest to the newest are asked for anew each time. */
export class RotatedLog {
  readonly #list: () => Promise<readonly string[]>;
  #decoder = new StringDecoder('utf8');
  #open: Opened | null = null;
  #position = 0;

  constructor(list: () => Promise<readonly string[]>) {
    this.#list = list;
  }

  /** Goes to where the last lines begin, or to the end for none; bytes of the past that are not read count as left out nowhere. */
  async begin(lines: number): Promise<void> {
    const paths = await this.#list();
    let [wanted, budget] = [lines, pastBytes];
    for (const path of [...paths].reverse()) {
      const opened = await openPlain(path);
      if (opened === null) continue;
      await this.#take(opened);
      const { size } = await opened.file.stat();
      const at =
        wanted === 0 ? { start: size, found: 0 } : await startOfLines(opened.file, size, wanted, budget);
      this.#position = at.start;
      wanted -= at.found;
      budget -= size - at.start;
      if (wanted <= 0 || budget <= 0 || at.start > 0) return;
    }
  }

  /** What is there and was not read yet, piece by piece. */
  async *rest(): AsyncGenerator<Piece, void, undefined> {
    for (;;) {
      if (this.#open !== null) yield* this.#restOf(this.#open.file);
      const next = await this.#next();
      if (next === null) return;
      // What came into the old one between the last look at it and its end.
      if (this.#open !== null) yield* this.#restOf(this.#open.file);
      await this.#take(next);
      this.#position = 0;
    }
  }

  async close(): Promise<void> {
    await this.#open?.file.close();
    this.#open = null;
  }

  async *#restOf(file: FileHandle): AsyncGenerator<Piece, void, undefined> {
    let skipped = 0;
    for (;;) {
      const { size } = await file.stat();
      // Emptied in place: it begins anew.
      if (size < this.#position) this.#position = 0;
      if (size - this.#position > behindBytes) {
        skipped += size - pieceBytes - this.#position;
        this.#position = size - pieceBytes;
        this.#decoder = new StringDecoder('utf8');
      }
      const { bytesRead, buffer } = await file.read(
        Buffer.allocUnsafe(pieceBytes),
        0,
        pieceBytes,
        this.#position,
      );
      if (bytesRead === 0) return;
      this.#position += bytesRead;
      const text = this.#decoder.write(buffer.subarray(0, bytesRead));
      if (text === '') continue;
      yield { text, skipped };
      skipped = 0;
    }
  }

  /** The file after the present one; the newest where that is gone, the first where none was read yet. */
  async #next(): Promise<Opened | null> {
    const paths = await this.#list();
    if (this.#open !== null && (await inodeOf(paths.at(-1))) === this.#open.inode) return null;
    const files: Opened[] = [];
    for (const path of paths) {
      const opened = await openPlain(path);
      if (opened !== null) files.push(opened);
    }
    const at = this.#open === null ? -1 : files.findIndex(({ inode }) => inode === this.#open?.inode);
    const next = this.#open !== null && at === -1 ? files.at(-1) : files[at + 1];
    for (const one of files) if (one !== next) await one.file.close();
    return next ?? null;
  }

  async #take(next: Opened): Promise<void> {
    await this.#open?.file.close();
    this.#open = next;
  }
}

/** Where the last lines of a file begin, and how many of them are in it. A last line without its end counts. */
async function startOfLines(
  file: FileHandle,
  size: number,
  lines: number,
  budget: number,
): Promise<{ readonly start: number; readonly found: number }> {
  const floor = Math.max(0, size - budget);
  let found = 0;
  for (let end = size; end > floor;) {
    const begin = Math.max(floor, end - pieceBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(end - begin), 0, end - begin, begin);
    for (let at = bytesRead - 1; at >= 0; at--) {
      if (buffer[at] !== 10 || begin + at === size - 1) continue;
      found += 1;
      if (found === lines) return { start: begin + at + 1, found };
    }
    end = begin;
  }
  return { start: floor, found: size === 0 ? 0 : found + 1 };
}

const inodeOf = (path = ''): Promise<number | null> =>
  lstat(path).then(
    ({ ino }) => ino,
    () => null,
  );

/** A plain file and nothing else: a job may have put a link or a pipe in its place. Null where there is none. */
async function openPlain(path: string): Promise<Opened | null> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  let file: FileHandle;
  try {
    file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch {
    return null;
  }
  const found = await file.stat();
  if (found.isFile()) return { file, inode: found.ino };
  await file.close();
  return null;
}
