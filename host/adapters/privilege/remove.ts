import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, readFile, realpath, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { fail } from '../../../contract/problems.ts';
import type { RemoveTask } from './protocol.ts';

const asFolder = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const deepest = 200;

/**
 * Removes a folder below the agent's folder with everything in it (the agent's own folder itself is only emptied),
 * whoever wrote it there. Each folder on the way is opened without following links and its entries are named through
 * that open folder, so that nothing which is exchanged meanwhile leads elsewhere.
 * `owner`: who must own the agent's folder (null: anybody).
 */
export async function remove({ folder, under }: RemoveTask, owner: number | null): Promise<void> {
  const inside = relative(under, folder);
  if (inside === '..' || inside.startsWith(`..${sep}`)) refuse(folder, `is not below ${under}`);
  const base = await realpath(under).catch(() => null);
  if (base === null) return;
  if (base.split(sep).length < 4) refuse(under, 'is a folder of the system');
  await clearMounts(join(base, inside), owner);
  const opened = await openFrom(base, inside === '' ? '' : dirname(inside));
  if (opened === null) return;
  try {
    const { uid } = await opened.base.stat();
    if (owner !== null && uid !== owner) refuse(under, 'belongs to somebody else');
    if (inside === '') await empty(opened.base, 0);
    else await removeEntry(opened.parent, basename(inside), 0);
  } finally {
    await opened.close();
  }
}

/** An agent of root's own mounts small file systems for secrets; anybody else has nothing mounted there. */
async function clearMounts(folder: string, owner: number | null): Promise<void> {
  const mounted = await mountsBelow(folder);
  if (mounted.length > 0 && owner !== null) refuse(folder, `has ${mounted.length} mounts`);
  for (const path of mounted.reverse()) await promisify(execFile)('umount', [path], { timeout: 10_000 });
  if ((await mountsBelow(folder)).length > 0) refuse(folder, 'has mounts that stay');
}

async function mountsBelow(folder: string): Promise<string[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  const paths = text.split('\n').map((line) => unescaped(line.split(' ')[4] ?? ''));
  return paths.filter((path) => path === folder || path.startsWith(`${folder}/`)).sort();
}

// The kernel writes a space as \040, and so on.
const unescaped = (path: string): string =>
  path.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 8)));

interface Opened {
  readonly base: FileHandle;
  readonly parent: FileHandle;
  close(): Promise<void>;
}

/** Opens the base, component by component from the root, and the folder below it that holds the entry; null: gone. */
async function openFrom(base: string, below: string): Promise<Opened | null> {
  const handles: FileHandle[] = [await open('/', asFolder)];
  const close = async (): Promise<void> => {
    for (const handle of handles) await handle.close();
  };
  const baseParts = base.split(sep).filter(Boolean);
  const parts = [...baseParts, ...below.split(sep).filter((part) => part !== '' && part !== '.')];
  for (const part of parts) {
    const last = handles.at(-1);
    const next = last === undefined ? null : await openIn(last, part).catch(closing(close));
    if (next === null) {
      await close();
      return null;
    }
    handles.push(next);
  }
  const [baseHandle, parent] = [handles[baseParts.length], handles.at(-1)];
  if (baseHandle === undefined || parent === undefined) throw new Error('no folder was opened');
  return { base: baseHandle, parent, close };
}

const closing =
  (close: () => Promise<void>) =>
  async (error: unknown): Promise<never> => {
    await close();
    throw error;
  };

/** A name inside an open folder, wherever that folder has been moved to. */
const through = (folder: FileHandle, name: string): string => `/proc/self/fd/${folder.fd}/${name}`;

async function openIn(folder: FileHandle, name: string): Promise<FileHandle | null> {
  try {
    return await open(through(folder, name), asFolder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    return refuse(name, 'is a link or no folder');
  }
}

async function removeEntry(folder: FileHandle, name: string, depth: number): Promise<void> {
  if (depth > deepest) refuse(name, 'lies too deep');
  const child = await open(through(folder, name), asFolder).catch((error: unknown) => codeOf(error));
  if (child === 'ENOENT') return;
  if (typeof child === 'string') return removeFile(folder, name);
  try {
    for (const entry of await readdir(`/proc/self/fd/${child.fd}`))
      await removeEntry(child, entry, depth + 1);
  } finally {
    await child.close();
  }
  await rmdir(through(folder, name)).catch(goneIsFine);
}

async function empty(folder: FileHandle, depth: number): Promise<void> {
  for (const entry of await readdir(`/proc/self/fd/${folder.fd}`))
    await removeEntry(folder, entry, depth + 1);
}

/** A file, or a link itself; never what it leads to. */
async function removeFile(folder: FileHandle, name: string): Promise<void> {
  await unlink(through(folder, name)).catch(goneIsFine);
}

function goneIsFine(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';

const refuse = (path: string, why: string): never =>
  fail('administrator-failed', `not removed: ${path} ${why}`);
