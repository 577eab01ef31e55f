import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { fail } from '../../../contract/problems.ts';
import type { Exports } from '../../core/ports/stores.ts';

/** Files that the owner asked for, in a place they chose. */
export function createExports(): Exports {
  return {
    check: async (path) => {
      if (!isAbsolute(path)) fail('export-failed', `${path}: no absolute path`);
      if (await stat(path).catch(() => null)) fail('export-failed', `${path}: there is one already`);
      const folder = await stat(dirname(path)).catch(() => null);
      if (folder?.isDirectory() !== true) fail('export-failed', `${dirname(path)}: no such folder`);
    },
    write: async (path, chunks) => {
      const fresh = `${path}.part`;
      try {
        await rm(fresh, { force: true });
        const file = await open(fresh, 'wx', 0o600);
        try {
          for await (const chunk of chunks) await file.write(chunk);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(fresh, path);
      } catch (error) {
        await rm(fresh, { force: true }).catch(() => undefined);
        if (error instanceof Error && 'code' in error) fail('export-failed', error.message);
        throw error;
      }
    },
  };
}
