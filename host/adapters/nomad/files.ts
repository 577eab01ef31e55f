import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { problem, ProblemError } from '../../../contract/problems.ts';

/** A file's text, or null where there is none. */
export async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Writes a file whole or not at all, synced, readable by us alone. Problem: disk-full. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  try {
    await writeSynced(draft, text);
    await rename(draft, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw diskFull(error);
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null);
  // Windows lets nobody open a folder; there the rename is all that can be had.
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

/** A full disk as the problem it is; anything else as it came. */
export function diskFull(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new ProblemError(problem('disk-full', error instanceof Error ? error.message : null));
}
