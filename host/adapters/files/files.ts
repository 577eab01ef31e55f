import { chmod, copyFile, constants, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '../../../contract/problems.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Files } from '../../core/ports/files.ts';

/** Small files of ours on the real disk. */
export function createFiles(clock: Pick<Clock, 'now'>): Files {
  const aside = (path: string) => freeName(path, clock.now());
  return {
    read: (path) => readFile(path, 'utf8').catch(unless('ENOENT', null)),
    replace: (path, text) => fitting(path, () => replace(path, text)),
    append: (path, text) => fitting(path, () => append(path, text)),
    remove: async (path) => {
      await rm(path, { force: true });
      await syncFolder(path);
    },
    privateFolder: async (path) => {
      await mkdir(path, { recursive: true, mode: 0o700 });
      await setMode(path, 0o700);
    },
    privateFile: (path) => setMode(path, 0o600).catch(unless('ENOENT', undefined)),
    moveAside: async (path) => {
      const to = await aside(path);
      return rename(path, to).then(() => to, unless('ENOENT', null));
    },
    copyAside: async (path) => {
      const to = await aside(path);
      const copy = () => copyFile(path, to, constants.COPYFILE_EXCL).then(() => to, unless('ENOENT', null));
      return fitting(path, copy);
    },
  };
}

type OpenFile = Awaited<ReturnType<typeof open>>;

async function replace(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`;
  await rm(fresh, { force: true });
  try {
    await withFile(fresh, 'wx', (file) => file.writeFile(text));
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
  await syncFolder(path);
}

async function append(path: string, text: string): Promise<void> {
  const before = await stat(path).then((s) => s.size, unless('ENOENT', null));
  await withFile(path, 'a', async (file) => {
    try {
      await file.writeFile(text);
      await file.datasync();
    } catch (error) {
      await file.truncate(before ?? 0).catch(() => undefined);
      throw error;
    }
  });
  if (before === null) await syncFolder(path);
}

/** Opens a file that only its owner may read, uses it, syncs it, closes it. */
async function withFile(path: string, flags: string, use: (file: OpenFile) => Promise<void>): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await use(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Changes nothing, and writes nothing, where it is so already. */
async function setMode(path: string, mode: number): Promise<void> {
  if (((await stat(path)).mode & 0o777) !== mode) await chmod(path, mode);
}

/** The file's name is on disk as well; Windows and some network file systems cannot, and do so by themselves. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r').catch(() => null);
  if (folder === null) return;
  await folder.sync().catch(() => undefined);
  await folder.close();
}

async function fitting<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (isFull(error)) fail('disk-full', path);
    throw error;
  }
}

/** "<name>.damaged-20250601T120000Z", with a number behind where that is taken. */
async function freeName(path: string, now: number): Promise<string> {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  for (let n = 1; ; n++) {
    const name = `${path}.damaged-${time}${n === 1 ? '' : `-${n}`}`;
    const taken = await stat(name).then(() => true, unless('ENOENT', false));
    if (!taken) return name;
  }
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined);

const isFull = (error: unknown) => codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT';

/** For a rejection: the value where it is this error, else the error itself. */
function unless<T>(code: string, value: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === code) return value;
    throw error;
  };
}
