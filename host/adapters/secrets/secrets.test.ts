import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fail } from '../../../contract/problems.ts';
import { createFiles } from '../files/files.ts';
import { createSecrets } from './secrets.ts';

const files = createFiles({ now: () => 0 });
const mode = async (path: string) => (await stat(path)).mode & 0o777;
let parent: string;
let folder: string;
const secrets = () => createSecrets(folder, files);
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'rigshare-secrets-'));
  folder = join(parent, 'secrets');
});
afterEach(() => rm(parent, { recursive: true }));

describe('a secret', () => {
  it('is null, and makes no folder, until it is written', async () => {
    expect(await secrets().read('auth-key')).toBeNull();
    expect(await readdir(parent)).toEqual([]);
  });
  it('comes back exactly, from a file that only its owner reads', async () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n';
    await secrets().write('tls-key', 'older and much longer than what follows it'.repeat(20));
    await secrets().write('tls-key', pem);
    expect(await secrets().read('tls-key')).toBe(pem);
    expect([await mode(folder), await mode(secrets().path('tls-key'))]).toEqual([0o700, 0o600]);
    expect(await readdir(folder)).toEqual(['key.pem']);
  });
  it('that was opened to others is closed again when it is read', async () => {
    await secrets().write('auth-key', 'key');
    await chmod(folder, 0o755);
    await chmod(secrets().path('auth-key'), 0o644);
    expect(await secrets().read('auth-key')).toBe('key');
    expect([await mode(folder), await mode(secrets().path('auth-key'))]).toEqual([0o700, 0o600]);
  });
  it('is gone once forgotten, and the others stay', async () => {
    await secrets().write('auth-key', 'key');
    await secrets().write('introduction-token', 'token');
    await secrets().forget('auth-key');
    await secrets().forget('auth-key');
    expect(await secrets().read('auth-key')).toBeNull();
    expect(await secrets().read('introduction-token')).toBe('token');
  });
  it('is gone with all others, also where there was none', async () => {
    await secrets().forgetAll();
    await secrets().write('tls-ca', 'ca');
    await secrets().write('tls-certificate', 'certificate');
    await secrets().forgetAll();
    expect(await readdir(folder)).toEqual([]);
  });
  it('stays as it was where the disk is full', async () => {
    await secrets().write('auth-key', 'key');
    const full = {
      ...files,
      replace: (path: string) => Promise.resolve().then(() => fail('disk-full', path)),
    };
    await expect(createSecrets(folder, full).write('auth-key', 'other')).rejects.toMatchObject({
      problem: { code: 'disk-full' },
    });
    expect(await secrets().read('auth-key')).toBe('key');
  });
});
