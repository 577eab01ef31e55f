import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problemOf } from './testing/problem-of.ts';
import { remove } from './remove.ts';

const me = userInfo().uid;
// /proc names open folders on Linux alone, and there alone is this program used.
const onLinux = process.platform === 'linux';

describe.skipIf(!onLinux)('removing what containers wrote', () => {
  let root: string;
  let under: string;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'rigshare-remove-')));
    under = join(root, 'home', 'agent');
    await mkdir(join(under, 'alloc', 'one', 'local'), { recursive: true });
    await writeFile(join(under, 'alloc', 'one', 'local', 'file'), 'x');
    await writeFile(join(root, 'precious'), 'mine');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const task = (folder: string, below = under) => ({ task: 'remove' as const, folder, under: below });

  it('removes a folder below the agent’s with everything in it', async () => {
    await remove(task(join(under, 'alloc')), me);
    expect(await readdir(under)).toEqual([]);
  });

  it('only empties the agent’s folder itself', async () => {
    await remove(task(under), me);
    expect(await readdir(under)).toEqual([]);
  });

  it('is content with what is gone already', async () => {
    await remove(task(join(under, 'alloc', 'two', 'deeper')), me);
    await remove(task(join(root, 'nowhere', 'x'), join(root, 'nowhere')), me);
    expect(await readdir(join(under, 'alloc'))).toEqual(['one']);
  });

  it('removes a link and leaves what it leads to', async () => {
    await mkdir(join(root, 'outside'));
    await writeFile(join(root, 'outside', 'kept'), 'mine');
    await symlink(join(root, 'outside'), join(under, 'alloc', 'one', 'folder-link'));
    await symlink(join(root, 'precious'), join(under, 'alloc', 'one', 'file-link'));
    await remove(task(join(under, 'alloc')), me);
    expect(await readdir(under)).toEqual([]);
    expect(await readFile(join(root, 'outside', 'kept'), 'utf8')).toBe('mine');
    expect(await readFile(join(root, 'precious'), 'utf8')).toBe('mine');
  });

  it('goes through no link on the way', async () => {
    await mkdir(join(root, 'outside', 'local'), { recursive: true });
    await symlink(join(root, 'outside'), join(under, 'alloc', 'trap'));
    const { code, detail } = await problemOf(remove(task(join(under, 'alloc', 'trap', 'local')), me));
    expect(code).toBe('administrator-failed');
    expect(detail).toContain('is a link or no folder');
    expect(await readdir(join(root, 'outside'))).toEqual(['local']);
  });

  it('finds an agent’s folder whose home is a link', async () => {
    await symlink(join(root, 'home'), join(root, 'also-home'));
    const linked = join(root, 'also-home', 'agent');
    await remove(task(join(linked, 'alloc'), linked), me);
    expect(await readdir(under)).toEqual([]);
  });

  it.each(['../../precious', '..', 'alloc/../../../precious'])(
    'refuses what leads outside: %s',
    async (way) => {
      expect((await problemOf(remove(task(`${under}/${way}`), me))).detail).toContain('is not below');
      expect(await readFile(join(root, 'precious'), 'utf8')).toBe('mine');
    },
  );

  it('refuses a folder of somebody else', async () => {
    const { detail } = await problemOf(remove(task(join(under, 'alloc')), me + 1));
    expect(detail).toContain('belongs to somebody else');
    expect(await readdir(under)).toEqual(['alloc']);
  });

  it('refuses a folder of the system', async () => {
    expect((await problemOf(remove(task('/usr/share/nothing-here', '/usr/share'), null))).detail).toContain(
      'of the system',
    );
  });
});
