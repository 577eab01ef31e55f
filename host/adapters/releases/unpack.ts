import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Entry, ZipFile } from 'yauzl';
import { fail, ProblemError } from '../../../contract/problems.ts';
import { whereFull } from './disk.ts';
import { isFileName } from './wire.ts';

/** An archive of the publisher's holds a program and its licence. */
const entriesMax = 10;
const unpackedMaxBytes = 2 ** 30;

/** What an archive must and may hold. */
export interface Expected {
  /** The program's file name; it must be there. */
  readonly program: string;
}

/**
 * Unpacks an archive into a folder: plain files at its top, the program executable. Answers the SHA-256 of each.
 * Problems: release-unsafe, disk-full.
 */
export async function unpack(
  zip: string,
  folder: string,
  { program }: Expected,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const archive = await openZip(zip);
  const sums: Record<string, string> = {};
  let bytes = 0;
  try {
    for await (const entry of entriesOf(archive)) {
      if (signal.aborted) fail('releases-unreachable', `${zip}: broken off`);
      const fault = faultOf(entry);
      if (fault !== null || entry.fileName in sums)
        fail('release-unsafe', `${entry.fileName.slice(0, 200)}: ${fault ?? 'it is there twice'}`);
      bytes += entry.uncompressedSize;
      if (bytes > unpackedMaxBytes || Object.keys(sums).length >= entriesMax)
        fail('release-unsafe', 'there is too much in it');
      const to = join(folder, entry.fileName);
      sums[entry.fileName] = await write(archive, entry, to, entry.fileName === program ? 0o700 : 0o600);
    }
  } catch (error) {
    // What is wrong with an archive yauzl says as a plain error.
    if (error instanceof ProblemError || (error instanceof Error && 'code' in error)) throw error;
    fail('release-unsafe', String(error));
  } finally {
    archive.close();
  }
  if (!(program in sums)) fail('release-unsafe', `there is no ${program} in it`);
  return sums;
}

/** Why an entry is not taken, or null. */
function faultOf(entry: Entry): string | null {
  if (!isFileName(entry.fileName)) return 'its name leads elsewhere';
  // The upper half is the mode of the system that packed it; 0 where that has none.
  const kind = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (kind !== 0 && kind !== 0o100000) return 'it is no plain file';
  return entry.isEncrypted() ? 'it is encrypted' : null;
}

async function openZip(path: string): Promise<ZipFile> {
  const { open: openArchive } = await import('yauzl');
  return new Promise((resolve, reject) => {
    openArchive(path, { lazyEntries: true, autoClose: false, strictFileNames: true }, (error, archive) => {
      if (error === null) resolve(archive);
      else if ('code' in error) reject(error);
      else reject(new ProblemError({ code: 'release-unsafe', remedy: 'copy-report', detail: error.message }));
    });
  });
}

async function* entriesOf(archive: ZipFile): AsyncIterable<Entry> {
  const next = (): Promise<Entry | null> =>
    new Promise((resolve, reject) => {
      const done = (entry: Entry | null, error: Error | null): void => {
        archive.removeAllListeners();
        if (error === null) resolve(entry);
        else reject(error);
      };
      archive.once('entry', (entry: Entry) => done(entry, null));
      archive.once('end', () => done(null, null));
      archive.once('error', (error: Error) => done(null, error));
      archive.readEntry();
    });
  for (let entry = await next(); entry !== null; entry = await next()) yield entry;
}

async function write(archive: ZipFile, entry: Entry, to: string, mode: number): Promise<string> {
  const stream = await new Promise<Readable>((resolve, reject) =>
    archive.openReadStream(entry, (error, opened) => (error === null ? resolve(opened) : reject(error))),
  );
  const hash = createHash('sha256');
  stream.on('data', (chunk: Buffer) => hash.update(chunk));
  try {
    await pipeline(stream, createWriteStream(to, { flags: 'wx', mode }));
    const file = await open(to, 'r+');
    await file.sync();
    await file.close();
  } catch (error) {
    whereFull(error, to);
  }
  return hash.digest('hex');
}
