import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFiles } from './files.ts';

const files = createFiles({ now: () => Date.UTC(2025, 5, 1, 12) });
const mode = async (path: string) => (await stat(path)).mode & 0o777;
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-files-'));
  file = join(folder, 'a.json');
});
afterEach(() => rm(folder, { recursive: true }));

describe('a small file', () => {
  it('is null where it is not there', async () => {
    expect(await files.read(file)).toBeNull();
  });
  it('is replaced whole, for its owner alone, and leaves nothing beside it', async () => {
    await writeFile(file, 'old and longer', { mode: 0o644 });
    await files.replace(file, 'new ✓');
    expect(await files.read(file)).toBe('new ✓');
    expect(await mode(file)).toBe(0o600);
    expect(await readdir(folder)).toEqual(['a.json']);
  });
  it('keeps its old content where the new cannot be put in its place', async () => {
    await mkdir(join(folder, 'dir/inside'), { recursive: true });
    await expect(files.replace(join(folder, 'dir'), 'x')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['dir']);
  });
  it('grows at its end', async () => {
    await files.append(file, 'a\n');
    await files.append(file, 'b\n');
    expect(await readFile(file, 'utf8')).toBe('a\nb\n');
    expect(await mode(file)).toBe(0o600);
  });
  it('may be removed twice', async () => {
    await writeFile(file, 'a');
    await files.remove(file);
    await files.remove(file);
    expect(await readdir(folder)).toEqual([]);
  });
  it.runIf(process.platform === 'linux')(
    'that cannot grow on a full disk is the problem disk-full',
    async () => {
      // Every write to /dev/full fails as on a full disk.
      await symlink('/dev/full', file);
      await expect(files.append(file, 'x')).rejects.toMatchObject({
        problem: { code: 'disk-full', detail: file },
      });
    },
  );
  it('keeps its old content on a full disk', async (context) => {
    await mkdir(join(folder, 'small'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', join(folder, 'small')]);
    if (mounted.status !== 0) return context.skip('a small disk of our own cannot be mounted here');
    try {
      const small = join(folder, 'small/a.json');
      await files.replace(small, 'old\n');
      await expect(files.replace(small, 'x'.repeat(30_000))).rejects.toMatchObject({
        problem: { code: 'disk-full' },
      });
      await expect(files.append(small, 'x'.repeat(30_000))).rejects.toMatchObject({
        problem: { code: 'disk-full' },
      });
      expect(await files.read(small)).toBe('old\n');
      expect(await readdir(join(folder, 'small'))).toEqual(['a.json']);
    } finally {
      spawnSync('umount', [join(folder, 'small')]);
    }
  });
  it('is its owner’s alone again after somebody opened it to others', async () => {
    await files.privateFolder(join(folder, 'deep/er'));
    await writeFile(file, 'a', { mode: 0o666 });
    await chmod(join(folder, 'deep/er'), 0o777);
    await files.privateFolder(join(folder, 'deep/er'));
    await files.privateFile(file);
    await files.privateFile(join(folder, 'absent'));
    expect([await mode(join(folder, 'deep/er')), await mode(file)]).toEqual([0o700, 0o600]);
  });
});

describe('a damaged file', () => {
  it('is moved aside under a name that says when, and never over another', async () => {
    await writeFile(file, '1');
    expect(await files.moveAside(file)).toBe(`${file}.damaged-20250601T120000Z`);
    await writeFile(file, '2');
    expect(await files.copyAside(file)).toBe(`${file}.damaged-20250601T120000Z-2`);
    expect(await files.moveAside(file)).toBe(`${file}.damaged-20250601T120000Z-3`);
    expect(await files.moveAside(file)).toBeNull();
    const texts = await Promise.all(
      (await readdir(folder)).sort().map((name) => readFile(join(folder, name), 'utf8')),
    );
    expect(texts).toEqual(['1', '2', '2']);
  });
});
