import { lstat, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Folders } from '../../core/ports/stores.ts';

/** Our folders under the data folder. */
export function createFolders(data: string): Folders {
  const disk: Folders['disk'] = async (at = data) => {
    const found = await statfs(at).catch(() => null);
    return found === null
      ? null
      : { freeBytes: found.bavail * found.bsize, totalBytes: found.blocks * found.bsize };
  };
  return {
    agent: join(data, 'agent'),
    secrets: join(data, 'secrets'),
    disk,
    freeBytes: async () => (await disk())?.freeBytes ?? null,
    bytes: bytesUnder,
    remove: async (path) => {
      try {
        await rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
        return 'gone';
      } catch (error) {
        if (isDenied(error)) return 'denied';
        throw error;
      }
    },
  };
}

/** What a folder takes up on the disk; what may not be read counts nothing, links count as themselves. */
async function bytesUnder(path: string): Promise<number> {
  const here = await lstat(path).catch(() => null);
  if (here === null) return 0;
  const own = here.blocks * 512;
  if (!here.isDirectory()) return own;
  let sum = own;
  for (const name of await readdir(path).catch(() => [])) sum += await bytesUnder(join(path, name));
  return sum;
}

/** Files of root's in our folder: EACCES on Linux; a mount point that is left says EBUSY. */
const isDenied = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['EACCES', 'EPERM', 'EBUSY'].includes(String(error.code));
