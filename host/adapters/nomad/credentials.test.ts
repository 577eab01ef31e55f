import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ProblemError } from '../../../contract/problems.ts';
import { toBase64Url } from '../../../pool/contract/base64url.ts';
import type { Secrets } from '../../core/ports/stores.ts';
import { createFiles } from '../files/files.ts';
import { createSecrets } from '../secrets/secrets.ts';
import { systemClock } from '../world/clock.ts';
import { Credentials } from './credentials.ts';
import { placesIn } from './places.ts';
import * as made from './testing/certificates.ts';

const token = (name: string, exp: number): string =>
  `eyJh.${toBase64Url(JSON.stringify({ exp, nomad_node_name: name }))}.c2ln`;

let folder: string;
let secrets: Secrets;
let credentials: Credentials;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-credentials-'));
  const files = createFiles(systemClock);
  secrets = createSecrets(join(folder, 'secrets'), files);
  const places = placesIn(join(folder, 'agent'));
  await mkdir(places.folder);
  credentials = new Credentials(secrets, files, places);
});
afterEach(() => rm(folder, { recursive: true }));

const certify = async (certificate = made.client, key = made.clientKey): Promise<void> => {
  await secrets.write('tls-ca', made.authority);
  await secrets.write('tls-certificate', certificate);
  await secrets.write('tls-key', key);
};
const placed = (): Promise<string | null> =>
  readFile(join(folder, 'agent', 'state', 'intro_token.jwt'), 'utf8').catch(() => null);
async function problemOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof ProblemError ? error.problem.code : error;
}

it('sees nothing where the pool gave nothing', async () => {
  expect(await credentials.look(null, false)).toEqual({ tls: null, introduction: null, changed: false });
  expect(await problemOf(credentials.check('global'))).toBe('secrets-lost');
});

it('says until when certificate and introduction hold, and what is wrong with them', async () => {
  await certify();
  await secrets.write('introduction-token', token('rig', 1_900_000_000));
  const { tls, introduction } = await credentials.look(null, false);
  expect(tls?.problem).toBeNull();
  expect(tls?.expiresAt).toBeGreaterThan(Date.now());
  expect(introduction).toEqual({ expiresAt: 1_900_000_000_000 });
  await certify(made.client, made.commandLineKey);
  expect((await credentials.look(null, false)).tls?.problem?.code).toBe('tls-invalid');
});

it('lets an agent start only with certificates that servers of its region take', async () => {
  await certify();
  expect(await problemOf(credentials.check('global'))).toBeNull();
  expect(await problemOf(credentials.check('eu'))).toBe('tls-invalid');
  await certify(made.commandLine, made.commandLineKey);
  expect(await problemOf(credentials.check('global'))).toBe('tls-invalid');
});

it('notices that a running agent was started with others', async () => {
  const changed = async (isKnown = false): Promise<boolean> =>
    (await credentials.look(started, isKnown)).changed;
  let started = await credentials.now();
  expect(await changed()).toBe(false);
  await certify();
  expect(await changed()).toBe(true);
  started = await credentials.now();
  expect(await changed()).toBe(false);
  await secrets.write('introduction-token', token('rig', 1_900_000_000));
  expect([await changed(), await changed(true)]).toEqual([true, false]);
  expect((await credentials.look(null, false)).changed).toBe(false);
});

it('puts the introduction where Nomad reads it, and takes it from both places when it has done its work', async () => {
  const text = token('rig', 1_900_000_000);
  await secrets.write('introduction-token', text);
  await credentials.placeIntroduction();
  expect(await placed()).toBe(text);
  await credentials.forgetIntroduction();
  expect([await placed(), await secrets.read('introduction-token')]).toEqual([null, null]);
});

it('leaves no introduction of before lying where there is none any more', async () => {
  await secrets.write('introduction-token', token('rig', 1_900_000_000));
  await credentials.placeIntroduction();
  await secrets.forget('introduction-token');
  await credentials.placeIntroduction();
  expect(await placed()).toBeNull();
});

it('forgets a new introduction too that the pool needed none of', async () => {
  await credentials.forgetIntroduction();
  await secrets.write('introduction-token', token('rig', 1_900_000_000));
  await credentials.forgetIntroduction();
  expect(await secrets.read('introduction-token')).toBeNull();
});
