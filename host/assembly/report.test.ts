import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inviteSchema } from '../../pool/contract/invite.ts';
import { createFiles } from '../adapters/files/files.ts';
import { noFacts, seen, type Facts } from '../core/facts.ts';
import { emptyIntent, type Intent } from '../core/intent.ts';
import { FakeClock } from '../core/testing/fake-clock.ts';
import { newState } from '../procedures/testing/commands-double.ts';
import { createDemo, type Demo } from '../demo/demo.ts';
import { firstEvening } from '../demo/scenarios/first-evening.ts';
import { Diagnosis } from './diagnosis.ts';
import { openPorts, type Ground } from './ports.ts';
import { Evening } from './testing/evening.ts';

/** What must not be in a report, by what it is. */
const canary = {
  authKey: 'hskey-auth-c4n4ryKey-0123456789abcdef',
  nodeSecret: '7c0a11ed-5ec2-4e7a-9bad-c0ffee00d00d',
  tlsKey: 'MHcCAQEEIC4n4ryPrivateKeyBytesOfTheTestOnlyAAAA',
  introduction: 'eyJhbGciOiJSUzI1NiJ9.eyJjYW5hcnkiOiJpbnRyb2R1Y3Rpb24ifQ.c2lnbmF0dXJlLWNhbmFyeQ',
  user: 'mirabelle',
  host: 'mirabelles-desk',
  homeOfAnother: '/home/ottokar',
  address: '100.64.17.23',
  address6: 'fd7a:115c:a1e0::1723',
  lan: '192.168.178.42',
  mac: '0a:c4:4a:7e:00:17',
  magicName: 'mirabelles-desk.tailcafe.ts.net',
  serverName: 'nomad-7.lab.uni-kanarien.example',
  controlName: 'head.uni-kanarien.example',
  mail: 'wei.canary@uni-kanarien.example',
  operator: 'Dr. Canaria Wei',
  pool: 'Canary Lab',
  contributor: 'Mirabelle Kanari',
  job: 'secret-protein-canary',
  image: 'registry.uni-kanarien.example/fold:7',
  signIn: 'https://login.tailscale.com/a/c4n4rysignin',
  inviteLink: 'rigshare://join#eyJjYW5hcnkiOiJsaW5rIn0',
} as const;

const pem = `-----BEGIN EC PRIVATE KEY-----\n${canary.tlsKey}\n-----END EC PRIVATE KEY-----\n`;

let folder: string;
let demo: Demo;
let clock: FakeClock;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-report-'));
  clock = new FakeClock();
  demo = createDemo({ clock, folder: join(folder, 'demo'), scenario: firstEvening });
});
afterEach(async () => {
  demo.stop();
  await rm(folder, { recursive: true, force: true });
});

const invite = inviteSchema.parse({
  rigshare: 1,
  pool: {
    id: 'canary-lab',
    name: canary.pool,
    operator: canary.operator,
    contact: canary.mail,
    prices: null,
  },
  contributor: { id: 'mirabelle-7', displayName: canary.contributor },
  tailnet: { controlUrl: `https://${canary.controlName}`, tag: 'tag:nomad-client' },
  nomad: { nodePool: 'contrib', servers: [{ host: canary.serverName }] },
});

const intent: Intent = {
  ...emptyIntent,
  pool: { invite, hasAuthKey: true, hasTls: true, hasIntroduction: true, acceptedAt: 1 },
};

function facts(): Facts {
  return {
    ...noFacts,
    work: seen(
      [
        {
          id: 'a7000000-0000-4000-8000-000000000001',
          job: canary.job,
          group: 'fold',
          type: 'batch',
          desired: 'run',
          client: 'running',
          tasks: [
            {
              name: 'fold-task',
              state: 'running',
              failed: false,
              restarts: 0,
              startedAt: 1,
              finishedAt: null,
              pulling: false,
              image: canary.image,
            },
          ],
          gpus: [],
          createdAt: 1,
          modifiedAt: 1,
        },
      ],
      1,
    ),
  };
}

/** Every way in which a log or a program may have written something down. */
const written = (word: string): string =>
  [
    word,
    JSON.stringify({ word }),
    JSON.stringify(JSON.stringify(word)),
    encodeURIComponent(word),
    `x=${word};`,
    `"${word}"`,
  ].join('\n');

const isSecret = new Set<string>([canary.authKey, canary.nodeSecret, canary.introduction]);

/** A computer on which everything was written down everywhere. */
async function leakyComputer(): Promise<Diagnosis> {
  const all = Object.values(canary).map(written).join('\n');
  const encoded = [...isSecret]
    .flatMap((one) => ['', 'a', 'ab'].map((before) => Buffer.from(`${before}${one}!`)))
    .flatMap((bytes) => [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')])
    .join('\n');
  const log = `${all}\n${encoded}\n${pem}\n${JSON.stringify({ key: pem })}\n`;
  const agent = join(folder, 'data', 'agent');
  for (const path of ['data/secrets', 'data/agent/state', 'data/agent/log', 'log'])
    await mkdir(join(folder, path), { recursive: true });
  await writeFile(join(folder, 'data/secrets/auth-key'), canary.authKey);
  await writeFile(join(folder, 'data/secrets/tls-key'), pem);
  await writeFile(join(folder, 'data/secrets/introduction-token'), canary.introduction);
  await writeFile(join(agent, 'state/secret-id'), `${canary.nodeSecret}\n`);
  await writeFile(join(agent, 'log/nomad.log'), `first line\n${log}`);
  await writeFile(join(agent, 'log/output.log'), log);
  await writeFile(join(agent, 'agent.json'), JSON.stringify({ name: canary.host, note: all }));
  await writeFile(join(folder, 'log/host.3.log'), log);
  const home = `/home/${canary.user}`;
  const quiet = { debug() {}, info() {}, warn() {}, error() {}, redact() {} };
  const { surroundings } = demo;
  const ground: Ground = {
    world: {
      ...demo.world,
      machine: { ...demo.world.machine, user: canary.user, hostname: canary.host },
    },
    data: join(folder, 'data'),
    settingsFile: join(folder, 'settings.json'),
    files: createFiles(clock),
    log: quiet,
    privileged: { file: '', node: '', electron: false, env: {}, socket: () => '' },
    engineSocket: () => Promise.resolve(null),
    sleepingCards: () => null,
    activity: surroundings.activity,
    inventory: surroundings.inventory,
    diskFolders: [folder],
    report: { logs: join(folder, 'log'), home, saveIn: [join(folder, 'nowhere'), folder] },
    settings: () => newState.settings,
  };
  const ports = await openPorts(ground);
  return new Diagnosis({
    ports,
    reconciler: { intent, facts: facts() },
    state: () => ({
      ...newState,
      version: '1.2.3',
      node: { kind: 'joining', step: 'sign-in', progress: null, signInUrl: canary.signIn },
    }),
    reference: () => 'ref',
  });
}

describe('a report', () => {
  it('has no canary in any byte of it, and says what there is beforehand', async () => {
    const diagnosis = await leakyComputer();
    const preview = await clock.finish(diagnosis.previewReport());
    const { base64 } = await diagnosis.createReport(preview.id, 'hand-over');
    const zip = unzipSync(Buffer.from(base64 ?? '', 'base64'));
    expect(Object.entries(zip).map(([name, bytes]) => ({ name, bytes: bytes.length }))).toEqual(
      preview.files,
    );
    expect(Object.keys(zip)).toEqual(
      expect.arrayContaining([
        'versions.json',
        'checks.json',
        'logs/host.3.log',
        'logs/nomad.log',
        'config/agent.json',
      ]),
    );
    const found: string[] = [];
    for (const [name, bytes] of Object.entries(zip)) {
      const text = `${name}\n${Buffer.from(bytes).toString('utf8')}`;
      for (const [what, word] of Object.entries(canary)) {
        const forms = [word, encodeURIComponent(word), JSON.stringify(word).slice(1, -1)];
        if (isSecret.has(word)) forms.push(...cores(word));
        for (const form of forms)
          if (text.toLowerCase().includes(form.toLowerCase())) found.push(`${what} in ${name}: ${form}`);
      }
    }
    expect(found.join('\n')).toBe('');
    const log = Buffer.from(zip['logs/nomad.log'] ?? []).toString('utf8');
    expect(log).toContain('first line');
    expect(log).toMatch(/<address-\d>/);
    expect(JSON.parse(Buffer.from(zip['versions.json'] ?? []).toString('utf8'))).toMatchObject({
      rigshare: '1.2.3',
    });
  });

  it('would be caught with a canary in it', () => {
    expect(
      cores(canary.nodeSecret).some((core) =>
        Buffer.from(`ab${canary.nodeSecret}`).toString('base64').includes(core),
      ),
    ).toBe(true);
  });

  it('is saved for its owner alone, never over another file, and only as it was shown', async () => {
    const diagnosis = await leakyComputer();
    const { id } = await clock.finish(diagnosis.previewReport());
    const [first, second] = [
      await diagnosis.createReport(id, 'save'),
      await diagnosis.createReport(id, 'save'),
    ];
    expect(first.path).not.toBe(second.path);
    expect((await stat(first.path ?? '')).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).filter((name) => name.endsWith('.zip')).length).toBe(2);
    await expect(diagnosis.createReport('another', 'save')).rejects.toMatchObject({
      problem: { code: 'report-gone' },
    });
    await clock.advance(16 * 60_000);
    await expect(diagnosis.createReport(id, 'save')).rejects.toMatchObject({
      problem: { code: 'report-gone' },
    });
  });

  it('is made of a computer that shares as well', async () => {
    const evening = await Evening.begin(firstEvening);
    await evening.join();
    await evening.clock.advance(20_000);
    const preview = await evening.clock.finish(evening.session.diagnosis.previewReport());
    expect(preview.files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['facts.json', 'wishes.json']),
    );
    await evening.close();
  });
});

/** What is left of a secret in base64 and hex, wherever in a longer text it stood. */
function cores(word: string): readonly string[] {
  return [
    ...[0, 1, 2].map((before) =>
      Buffer.from(`${'a'.repeat(before)}${word}`)
        .toString('base64')
        .slice(4, 28),
    ),
    Buffer.from(word).toString('hex').slice(0, 32),
  ];
}
