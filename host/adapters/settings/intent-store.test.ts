import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { usualLeave } from '../../../contract/usual.ts';
import { fail } from '../../../contract/problems.ts';
import { inviteSchema } from '../../../pool/contract/invite.ts';
import { emptyIntent, type Intent } from '../../core/intent.ts';
import { createFiles } from '../files/files.ts';
import { createIntentStore } from './intent-store.ts';

const now = Date.UTC(2025, 5, 1, 12);
const files = createFiles({ now: () => now });
const invite = inviteSchema.parse({
  rigshare: 1,
  pool: { id: 'uni', name: 'Uni', operator: 'Wei', contact: 'wei@uni.example', prices: null },
  tailnet: { controlUrl: 'https://head.uni.example', tag: 'tag:nomad-client' },
  nomad: { nodePool: 'contrib', servers: [{ host: 'server.pool.example' }] },
});
const joined: Intent = {
  version: 1,
  pool: { invite, hasAuthKey: true, hasTls: false, hasIntroduction: false, acceptedAt: now },
  pause: { how: 'now', since: now, until: null },
  keptGpus: ['GPU-1'],
};
let folder: string;
let file: string;
const store = () => createIntentStore(file, files);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-intent-'));
  file = join(folder, 'intent.json');
});
afterEach(() => rm(folder, { recursive: true }));

describe('the intent', () => {
  it('is that nothing is wanted until something is', async () => {
    expect(await store().load()).toEqual({ value: emptyIntent, problem: null });
    expect(await readdir(folder)).toEqual([]);
  });
  it('leaves no file behind once nothing is wanted any more', async () => {
    await store().save(joined);
    await store().save({ ...emptyIntent, retryAt: now });
    expect(await readdir(folder)).toEqual([]);
    expect(await store().load()).toEqual({ value: emptyIntent, problem: null });
  });
  it('keeps how the owner leaves until that is done', async () => {
    const leaving = { ...emptyIntent, leaving: { ...usualLeave, how: 'finish' as const } };
    await store().save(leaving);
    expect(await store().load()).toEqual({ value: leaving, problem: null });
  });
  it('comes back as it was saved, without what ends with this host', async () => {
    await store().save({ ...joined, stopping: true, retryAt: now });
    expect(await store().load()).toEqual({ value: joined, problem: null });
  });
  it('never holds a secret on disk', async () => {
    const secret = 'hskey-auth-very-secret';
    const pem = (kind: string) => `-----BEGIN ${kind}-----\nc2VjcmV0\n-----END ${kind}-----\n`;
    const tls = { ca: pem('CERTIFICATE'), certificate: pem('CERTIFICATE'), key: pem('PRIVATE KEY') };
    const full = {
      ...invite,
      tailnet: { ...invite.tailnet, authKey: secret },
      nomad: { ...invite.nomad, tls, introductionToken: secret },
    };
    await store().save({ ...joined, pool: { ...joined.pool!, invite: full } });
    for (const name of await readdir(folder)) {
      const text = await readFile(join(folder, name), 'utf8');
      expect(text).not.toContain(secret);
      expect(text).not.toContain('BEGIN');
      expect(text).toContain('head.uni.example');
    }
  });
  it('survives a damaged file by its copy, which is said, and is whole again', async () => {
    await store().save(joined);
    const damaged = (await readFile(file, 'utf8')).slice(0, 100);
    await writeFile(file, damaged);
    expect(await store().load()).toEqual({
      value: joined,
      problem: {
        code: 'settings-damaged',
        remedy: 'see-moved-file',
        detail: `${file}.damaged-20250601T120000Z`,
      },
    });
    expect(await readFile(`${file}.damaged-20250601T120000Z`, 'utf8')).toBe(damaged);
    expect(await store().load()).toEqual({ value: joined, problem: null });
  });
  it('survives a file that somebody removed, and says so', async () => {
    await store().save(joined);
    await rm(file);
    expect(await store().load()).toMatchObject({
      value: joined,
      problem: { code: 'settings-damaged', detail: file },
    });
  });
  it('is empty where both are damaged, and both are kept aside', async () => {
    await store().save(joined);
    await writeFile(file, '{}');
    await writeFile(`${file}.copy`, JSON.stringify({ ...joined, version: 2 }));
    expect(await store().load()).toMatchObject({ value: emptyIntent, problem: { code: 'settings-damaged' } });
    expect((await readdir(folder)).sort()).toEqual([
      'intent.json.copy.damaged-20250601T120000Z',
      'intent.json.damaged-20250601T120000Z',
    ]);
  });
  it('stays as it was where the disk is full', async () => {
    await store().save(joined);
    const full = {
      ...files,
      replace: (path: string) => Promise.resolve().then(() => fail('disk-full', path)),
    };
    await expect(createIntentStore(file, full).save({ ...joined, pause: null })).rejects.toMatchObject({
      problem: { code: 'disk-full' },
    });
    expect((await store().load()).value).toEqual(joined);
  });
  it('is the last one of several saved at once', async () => {
    const one = store();
    await Promise.all([one.save(emptyIntent), one.save(joined), one.save({ ...joined, pause: null })]);
    expect((await one.load()).value).toEqual({ ...joined, pause: null });
  });
});
