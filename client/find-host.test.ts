import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findHost } from './find-host.ts';

let folder: string;
let socket: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-find-'));
  socket = join(folder, 'run', 'host.sock');
});
afterEach(() => rm(folder, { recursive: true }));

describe('finding a host', () => {
  it('finds none where there is no folder, no socket, or a dead one', async () => {
    expect(await findHost(socket)).toBeNull();
    await mkdir(join(folder, 'run'), { mode: 0o700 });
    expect(await findHost(socket)).toBeNull();
    await writeFile(socket, '');
    expect(await findHost(socket)).toBeNull();
  });
  it('trusts no folder into which anybody could have put a socket', async () => {
    await mkdir(join(folder, 'run'));
    await chmod(join(folder, 'run'), 0o777);
    await expect(findHost(socket)).rejects.toMatchObject({
      problem: { code: 'host-not-running', detail: expect.stringContaining('another user') },
    });
  });
});
