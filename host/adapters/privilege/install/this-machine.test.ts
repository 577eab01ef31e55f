import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { thisMachine } from './this-machine.ts';

describe('writing a file of the system', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rigshare-machine-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

  it('makes a new one readable by all, with the folders on the way, whatever the umask', async () => {
    const path = join(folder, 'keys', 'one.gpg');
    const before = process.umask(0o077);
    try {
      await thisMachine.files.write(path, 'key');
    } finally {
      process.umask(before);
    }
    expect([await readFile(path, 'utf8'), await modeOf(path)]).toEqual(['key', '644']);
  });

  it('keeps from others what was not for them before', async () => {
    const path = join(folder, 'daemon.json');
    await writeFile(path, 'old');
    await chmod(path, 0o600);
    await thisMachine.files.write(path, 'new');
    expect([await readFile(path, 'utf8'), await modeOf(path)]).toEqual(['new', '600']);
  });

  it('writes where a link of the owner’s leads, and leaves the link', async () => {
    const [kept, link] = [join(folder, 'kept.json'), join(folder, 'daemon.json')];
    await writeFile(kept, 'old');
    await symlink(kept, link);
    await thisMachine.files.write(link, 'new');
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(kept, 'utf8')).toBe('new');
    expect((await readdir(folder)).toSorted()).toEqual(['daemon.json', 'kept.json']);
  });
});
