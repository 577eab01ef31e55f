import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createExports } from './export.ts';
import { createFolders } from './folders.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'rigshare-export-'))));
afterEach(() => rm(folder, { recursive: true }));

async function* chunks(...texts: readonly (string | Error)[]): AsyncGenerator<string> {
  for (const text of texts) {
    await Promise.resolve();
    if (text instanceof Error) throw text;
    yield text;
  }
}

const failed = { problem: { code: 'export-failed' } };

describe('a file that the owner asked for', () => {
  it('is written whole, and is theirs alone', async () => {
    const file = join(folder, 'e.csv');
    await createExports().check(file);
    await createExports().write(file, chunks('a', 'b', 'c'));
    expect(await readFile(file, 'utf8')).toBe('abc');
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(await readdir(folder)).toEqual(['e.csv']);
  });
  it('is not there by half, and one that was there stays', async () => {
    const file = join(folder, 'e.csv');
    await writeFile(file, 'before');
    await expect(createExports().write(file, chunks('a', new Error('no')))).rejects.toThrow('no');
    expect(await readFile(file, 'utf8')).toBe('before');
    expect(await readdir(folder)).toEqual(['e.csv']);
  });
  it('is refused beforehand where it is there already, no path, or in no folder', async () => {
    const file = join(folder, 'e.csv');
    await writeFile(file, 'before');
    for (const path of [file, 'e.csv', '', join(folder, 'none', 'e.csv'), join(file, 'e.csv')])
      await expect(createExports().check(path)).rejects.toMatchObject(failed);
    await expect(createExports().write(join(folder, 'none', 'e.csv'), chunks('a'))).rejects.toMatchObject(
      failed,
    );
  });
});

describe('a folder', () => {
  it('takes up what lies in it, links as themselves, and what may not be read nothing', async () => {
    const bytes = (path: string) => createFolders(folder).bytes(path);
    expect(await bytes(join(folder, 'none'))).toBe(0);
    const empty = await bytes(folder);
    await writeFile(join(folder, 'f'), Buffer.alloc(1_000_000, 1));
    await symlink('/usr', join(folder, 'link'));
    const full = await bytes(folder);
    expect(full - empty).toBeGreaterThanOrEqual(1_000_000);
    expect(full - empty).toBeLessThan(1_100_000);
    await chmod(join(folder, 'f'), 0);
    expect(await bytes(folder)).toBe(full);
  });
  it('lies on a disk of some size', async () => {
    const disk = await createFolders(folder).disk();
    expect(disk!.freeBytes).toBeGreaterThan(0);
    expect(disk!.totalBytes).toBeGreaterThan(disk!.freeBytes);
    expect(await createFolders(join(folder, 'none')).disk()).toBeNull();
    expect(await createFolders(join(folder, 'none')).disk(folder)).toMatchObject({
      totalBytes: disk!.totalBytes,
    });
  });
});
