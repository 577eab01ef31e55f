import { randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Progress } from '../../../contract/node-state.ts';
import { ProblemError, type Problem } from '../../../contract/problems.ts';
import { Publisher } from '../../demo/releases/publisher.ts';
import { zipOf, type ZipEntry } from '../../demo/releases/zip.ts';
import { createFiles } from '../files/files.ts';
import { systemClock } from '../world/clock.ts';
import { httpToSite } from '../world/site.ts';
import { createReleases } from './index.ts';
import type { PublisherKey } from './publisher.ts';
import { ServedSite } from './testing/served-site.ts';

let publisher: Publisher;
let other: Publisher;
let folder: string;
let served: ServedSite;
let freeBytes: number | null;

beforeAll(async () => {
  publisher = await Publisher.create(Date.now() - 60_000);
  other = await Publisher.create(Date.now() - 60_000);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-releases-'));
  served = await ServedSite.start(Promise.resolve(publisher));
  freeBytes = null;
});
afterEach(async () => {
  await served.stop();
  await rm(folder, { recursive: true, force: true });
});

const never = new AbortController().signal;
const program = randomBytes(300_000);
const usual: readonly ZipEntry[] = [
  { name: 'nomad', data: program },
  { name: 'LICENSE.txt', data: Buffer.from('Business Source License 1.1'), mode: 0o100644 },
];

function publish(version: string, entries = usual, os = 'linux', arch = 'amd64'): void {
  served.site.publish({ program: 'nomad', version, os, arch, zip: zipOf(entries) });
}

function open(key: PublisherKey = publisher.publicHalf, arch = 'x64', clock = systemClock) {
  return createReleases({
    world: {
      clock,
      releases: httpToSite(served.base, {}, clock),
      machine: { platform: 'linux', arch, hostname: 'h', user: 'u', uid: 1, root: false, bootId: 'b' },
    },
    files: createFiles(clock),
    log: { warn: () => undefined },
    folder,
    freeBytes: () => Promise.resolve(freeBytes),
    key: () => Promise.resolve(key),
  });
}

async function installing(
  version = '2.0.5',
  { releases } = open(),
  signal = never,
): Promise<{ readonly problem: Problem | null; readonly progress: readonly Progress[] }> {
  const progress: Progress[] = [];
  try {
    await releases.install('nomad', version, (one) => progress.push(one), signal);
    return { problem: null, progress };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { problem: error.problem, progress };
  }
}

const code = async (...args: Parameters<typeof installing>): Promise<string | null> =>
  (await installing(...args)).problem?.code ?? null;

const zipPath = '/nomad/2.0.5/nomad_2.0.5_linux_amd64.zip';
const gets = (): readonly string[] => served.asked.filter((line) => line.startsWith(`GET ${zipPath}`));
const installed = async (): Promise<readonly string[]> => {
  const look = await open().shelf.look();
  return look.known ? look.value.installed : [];
};

/** The zip's download breaks off after so many bytes. */
function breakOffAfter(bytes: number): void {
  served.twist = async (path, request, response) => {
    if (path !== zipPath || request.method === 'HEAD') return null;
    served.twist = () => null;
    const answer = await served.site.handle(request);
    const whole = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.write(whole.subarray(0, bytes));
    setTimeout(() => response.destroy(), 100);
    return 'handled';
  };
}

describe('what is published', () => {
  it('is listed for this kind of machine, oldest first, without betas', async () => {
    for (const version of ['2.0.10', '2.0.9', '2.1.0-beta.1', '2.0.5+ent']) publish(version);
    publish('2.0.11', usual, 'linux', 'arm64');
    publish('2.0.12', usual, 'windows', 'amd64');
    expect(await open().releases.versions('nomad', never)).toEqual(['2.0.9', '2.0.10']);
    expect(await open(undefined, 'arm64').releases.versions('nomad', never)).toEqual(['2.0.11']);
  });

  it('is offered with version, size and licence, and the device plugin where there is one', async () => {
    publish('2.0.5');
    served.site.publish({
      program: 'nomad-device-nvidia',
      version: '1.1.0',
      os: 'linux',
      arch: 'amd64',
      zip: zipOf(usual),
    });
    const bytes = zipOf(usual).byteLength;
    expect(await open().releases.offers((all) => all.at(-1) ?? null, 3_000)).toMatchObject([
      { program: 'nomad', version: '2.0.5', bytes, licence: 'BUSL-1.1', publisher: 'HashiCorp' },
      { program: 'nomad-device-nvidia', version: '1.1.0', bytes, licence: 'MPL-2.0' },
    ]);
    expect(await open(undefined, 'arm64').releases.offers(() => null, 3_000)).toMatchObject([
      { program: 'nomad', version: null, bytes: null },
    ]);
  });

  it('is offered without figures where the site is silent, within the limit', async () => {
    served.twist = () => 'handled';
    const began = Date.now();
    expect(await open().releases.offers((all) => all.at(-1) ?? null, 200)).toMatchObject([
      { program: 'nomad', version: null, bytes: null },
      { program: 'nomad-device-nvidia', version: '1.1.0', bytes: null },
    ]);
    expect(Date.now() - began).toBeLessThan(3_000);
  });
});

describe('a download', () => {
  it('is verified, unpacked, and found whole by the next host', async () => {
    publish('2.0.5');
    const { problem, progress } = await installing();
    expect(problem).toBeNull();
    expect(progress.at(0)).toMatchObject({ done: 0, total: zipOf(usual).byteLength, unit: 'bytes' });
    const { shelf } = open();
    await shelf.choose('2.0.5', null);
    const path = join(folder, 'nomad', '2.0.5', 'nomad');
    expect(await shelf.nomad()).toEqual({ path, version: '2.0.5' });
    expect((await readFile(path)).equals(program)).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect((await readdir(join(folder, 'nomad', '2.0.5'))).sort()).toEqual([
      'LICENSE.txt',
      'nomad',
      'verified.json',
    ]);
    expect(await readdir(join(folder, 'downloads'))).toEqual([]);
    served.asked.length = 0;
    expect(await code()).toBeNull();
    expect(served.asked).toEqual([]);
  });

  it('prefers the signature that carries the name of a key we know', async () => {
    publish('2.0.5');
    expect(await code()).toBeNull();
    const signatures = served.asked.filter((line) => line.endsWith('.sig'));
    expect(signatures).toEqual([`GET /nomad/2.0.5/nomad_2.0.5_SHA256SUMS.${publisher.keyId}.sig`]);
  });

  it('with a wrong signature is not even begun', async () => {
    publish('2.0.5');
    served.site.signatureIsBad = true;
    expect(await code()).toBe('release-signature-wrong');
    expect(gets()).toEqual([]);
  });

  it('with something that is no signature is refused', async () => {
    publish('2.0.5');
    served.twist = (path) => (path.endsWith('.sig') ? new Response('<html>') : null);
    expect(await code()).toBe('release-signature-wrong');
  });

  it('signed with another key is refused, whoever that key says it is', async () => {
    publish('2.0.5');
    expect(await code('2.0.5', open(other.publicHalf))).toBe('release-key-unknown');
    const exchanged = { fingerprint: other.publicHalf.fingerprint, armored: publisher.publicHalf.armored };
    expect(await code('2.0.5', open(exchanged))).toBe('release-key-unknown');
    expect(gets()).toEqual([]);
  });

  it('signed with a key that has expired since is refused', async () => {
    const old = await Publisher.create(Date.now() - 3_600_000, 7_200);
    await served.stop();
    served = await ServedSite.start(Promise.resolve(old));
    publish('2.0.5');
    const later = { ...systemClock, now: () => Date.now() + 7_200_000 };
    expect(await code('2.0.5', open(old.publicHalf, 'x64', later))).toBe('release-key-expired');
    expect(await code('2.0.5', open(old.publicHalf))).toBeNull();
  });

  it('that is another file than the signed one is thrown away', async () => {
    publish('2.0.5');
    const wrong = zipOf([{ name: 'nomad', data: Buffer.from('evil') }]);
    served.twist = (path) => (path === zipPath ? new Response(Buffer.from(wrong)) : null);
    expect(await code()).toBe('release-sum-wrong');
    expect(await installed()).toEqual([]);
    expect(await readdir(join(folder, 'downloads'))).toEqual([]);
  });

  it('that is not in the signed list is refused', async () => {
    publish('2.0.5', usual, 'linux', 'arm64');
    served.twist = async (path, request) => {
      if (!path.endsWith('index.json')) return null;
      const text = await (await served.site.handle(request)).text();
      return new Response(text.replaceAll('arm64', 'amd64'));
    };
    expect(await code()).toBe('release-sum-wrong');
  });

  it('that breaks off says so, and goes on from there the next time', async () => {
    publish('2.0.5');
    breakOffAfter(100_000);
    expect(await code()).toMatch(/releases-unreachable|release-truncated/);
    const { size } = await stat(join(folder, 'downloads', 'nomad_2.0.5_linux_amd64.zip'));
    expect(size).toBeGreaterThan(0);
    expect(await code()).toBeNull();
    expect(gets()).toEqual([`GET ${zipPath}`, `GET ${zipPath} bytes=${size}-`]);
    expect(await installed()).toEqual(['2.0.5']);
  });

  it('that ends early without a word is truncated', async () => {
    publish('2.0.5');
    const whole = zipOf(usual);
    served.twist = (path, request) =>
      path === zipPath && request.method === 'GET'
        ? new Response(Buffer.from(whole.subarray(0, 9_000)))
        : null;
    expect(await code()).toBe('release-truncated');
    expect(await installed()).toEqual([]);
  });

  it('of a file that was changed in the meantime begins anew', async () => {
    publish('2.0.5');
    breakOffAfter(50_000);
    await installing();
    // The rest would be of another file: the site sends it whole instead.
    served.twist = async (path, request) => {
      if (path !== zipPath || request.method !== 'GET') return null;
      const headers = new Headers(request.headers);
      headers.set('if-range', '"another"');
      return served.site.handle(new Request(request.url, { headers }));
    };
    expect(await code()).toBeNull();
    expect(gets().at(-1)).toMatch(/ bytes=\d+-$/);
    expect(await installed()).toEqual(['2.0.5']);
  });

  it('whose kept part does not fit is fetched once more from the beginning', async () => {
    publish('2.0.5');
    breakOffAfter(50_000);
    await installing();
    const part = join(folder, 'downloads', 'nomad_2.0.5_linux_amd64.zip');
    const { size } = await stat(part);
    await writeFile(part, randomBytes(size));
    expect(await code()).toBeNull();
    expect(gets().at(-1)).toBe(`GET ${zipPath}`);
  });

  it('may be broken off by its owner, and goes on later', async () => {
    publish('2.0.5');
    const stop = new AbortController();
    served.twist = async (path, request, response) => {
      if (path !== zipPath || request.method !== 'GET') return null;
      const answer = await served.site.handle(request);
      const whole = Buffer.from(await answer.arrayBuffer());
      response.writeHead(200, Object.fromEntries(answer.headers));
      response.write(whole.subarray(0, 80_000), () => setTimeout(() => stop.abort(), 50));
      return 'handled';
    };
    expect(await code('2.0.5', open(), stop.signal)).toBe('releases-unreachable');
    served.twist = () => null;
    expect(await code()).toBeNull();
    expect(gets().at(-1)).toBe(`GET ${zipPath} bytes=80000-`);
  });

  it('of another version than the one begun throws that one away', async () => {
    publish('2.0.5');
    breakOffAfter(80_000);
    await installing();
    expect(await readdir(join(folder, 'downloads'))).toHaveLength(2);
    publish('2.0.6');
    expect(await code('2.0.6')).toBeNull();
    expect(await readdir(join(folder, 'downloads'))).toEqual([]);
  });

  it('tells how fast it is and how much longer it takes', async () => {
    publish('2.0.5');
    served.twist = async (path, request, response) => {
      if (path !== zipPath || request.method !== 'GET') return null;
      const whole = Buffer.from(await (await served.site.handle(request)).arrayBuffer());
      response.writeHead(200, { 'content-length': whole.byteLength });
      response.write(whole.subarray(0, 100_000));
      setTimeout(() => response.write(whole.subarray(100_000, 200_000)), 300);
      setTimeout(() => response.end(whole.subarray(200_000)), 600);
      return 'handled';
    };
    const { problem, progress } = await installing();
    expect(problem).toBeNull();
    const told = progress.find((one) => one.perSecond !== undefined);
    expect(told?.perSecond).toBeGreaterThan(10_000);
    expect(told?.leftMs).toBeGreaterThan(10);
  });

  it('that does not fit on the disk is not begun', async () => {
    publish('2.0.5');
    freeBytes = zipOf(usual).byteLength * 3;
    const { problem } = await installing();
    expect(problem).toMatchObject({ code: 'disk-full', remedy: 'free-disk' });
    expect(problem?.detail).toContain('MiB needed');
    expect(gets()).toEqual([]);
    freeBytes = zipOf(usual).byteLength * 4;
    expect(await code()).toBeNull();
  });

  it('larger than the site said is cut off', async () => {
    publish('2.0.5');
    served.twist = (path, request, response) => {
      if (path !== zipPath) return null;
      if (request.method === 'HEAD') {
        response.writeHead(200, { 'content-length': 1_000 }).end();
        return 'handled';
      }
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.end(Buffer.alloc(2_000_000));
      return 'handled';
    };
    expect(await code()).toBe('release-garbled');
  });
});

describe('a site', () => {
  it.each([
    ['that is gone', () => new Response('', { status: 503 }), 'releases-unreachable'],
    ['whose index is gone', () => new Response('', { status: 404 }), 'release-missing'],
    ['that answers no JSON', () => new Response('<html>'), 'release-garbled'],
    ['that answers another shape', () => Response.json({ versions: 3 }), 'release-garbled'],
    [
      'that tells of another version',
      () => Response.json({ version: '1.0.0', builds: [] }),
      'release-garbled',
    ],
  ])('%s is said to be so', async (_, answer, expected) => {
    publish('2.0.5');
    served.twist = (path) => (path.endsWith('index.json') ? answer() : null);
    expect(await code()).toBe(expected);
  });

  it('that cannot be reached is said to be so', async () => {
    const closed = open();
    await served.stop();
    expect(await code('2.0.5', closed)).toBe('releases-unreachable');
    served = await ServedSite.start(Promise.resolve(publisher));
  });

  it('whose files have names that lead elsewhere is not followed', async () => {
    publish('2.0.5');
    served.twist = async (path, request) => {
      if (!path.endsWith('index.json')) return null;
      const text = await (await served.site.handle(request)).text();
      return new Response(text.replaceAll('nomad_2.0.5_SHA256SUMS', '../../other/SHA256SUMS'));
    };
    expect(await code()).toBe('release-garbled');
  });

  it('that passes an older version off as this one gets no further than its name', async () => {
    publish('2.0.4');
    publish('2.0.5');
    served.twist = async (path, request) => {
      if (path.endsWith('index.json')) {
        const text = await (await served.site.handle(request)).text();
        return new Response(text.replaceAll('nomad_2.0.5_', 'nomad_2.0.4_'));
      }
      return served.site.handle(new Request(request.url.replace('/2.0.5/', '/2.0.4/'), request));
    };
    expect(await code()).toBe('release-garbled');
  });

  it('without a build for this machine is said to be so', async () => {
    publish('2.0.5');
    expect(await code('2.0.5', open(undefined, 'riscv64'))).toBe('release-no-build');
    expect(await code('2.0.6')).toBe('release-missing');
  });
});

describe('an archive', () => {
  const file = (name: string, mode?: number): ZipEntry => ({
    name,
    data: Buffer.from('x'),
    ...(mode === undefined ? {} : { mode }),
  });
  it.each<[string, readonly ZipEntry[]]>([
    ['that leads out of its folder', [...usual, file('../../evil')]],
    ['with an absolute path', [...usual, file('/etc/evil')]],
    ['with a path of Windows', [...usual, file('..\\evil')]],
    ['with a folder', [...usual, file('bin/')]],
    ['with a hidden file', [...usual, file('.profile')]],
    ['with a link', [...usual, file('link', 0o120777)]],
    ['with a device', [...usual, file('device', 0o020666)]],
    ['with a file twice', [...usual, file('nomad')]],
    ['without the program', [file('LICENSE.txt')]],
    ['with far too many files', Array.from({ length: 12 }, (_, i) => file(`f${i}`))],
  ])('%s is refused whole, though it was signed', async (_, entries) => {
    publish('2.0.5', entries);
    expect(await code()).toBe('release-unsafe');
    expect(await readdir(join(folder, 'nomad'))).toEqual([]);
    expect(await installed()).toEqual([]);
  });

  it('that is none is refused, though it was signed', async () => {
    const zip = Buffer.from('no zip at all, but signed');
    served.site.publish({ program: 'nomad', version: '2.0.5', os: 'linux', arch: 'amd64', zip });
    expect(await code()).toBe('release-unsafe');
  });
});

describe('what lies on the shelf', () => {
  it('is not used any more when it changed, and is fetched anew', async () => {
    publish('2.0.5');
    await installing();
    const { releases, shelf } = open();
    await shelf.choose('2.0.5', null);
    expect(await shelf.nomad()).not.toBeNull();
    await appendFile(join(folder, 'nomad', '2.0.5', 'nomad'), 'x');
    expect(await shelf.nomad()).toBeNull();
    expect(await installed()).toEqual([]);
    await releases.install('nomad', '2.0.5', () => undefined, never);
    expect(await shelf.nomad()).not.toBeNull();
  });

  it('keeps the version before until the new one has shown that it works', async () => {
    for (const version of ['2.0.4', '2.0.5']) {
      publish(version);
      await installing(version);
    }
    const { shelf } = open();
    await shelf.choose('2.0.4', null);
    await shelf.choose('2.0.5', '2.0.4');
    expect(await shelf.look()).toMatchObject({
      value: {
        installed: ['2.0.4', '2.0.5'],
        chosen: '2.0.5',
        trial: { from: '2.0.4', since: expect.any(Number) as number },
      },
    });
    await shelf.settle();
    expect(await shelf.look()).toMatchObject({
      value: { installed: ['2.0.5'], chosen: '2.0.5', trial: null, failed: [] },
    });
  });

  it('goes back, and remembers what did not work', async () => {
    for (const version of ['2.0.4', '2.0.5']) {
      publish(version);
      await installing(version);
    }
    const { shelf } = open();
    await shelf.choose('2.0.4', null);
    await shelf.choose('2.0.5', '2.0.4');
    await shelf.revert();
    expect(await shelf.look()).toMatchObject({
      value: { installed: ['2.0.4'], chosen: '2.0.4', trial: null, failed: ['2.0.5'] },
    });
  });

  it('is chosen from anew where the note of the choice is damaged', async () => {
    publish('2.0.5');
    await installing();
    await writeFile(join(folder, 'choice.json'), '{"chosen":');
    expect(await open().shelf.look()).toMatchObject({ value: { installed: ['2.0.5'], chosen: null } });
  });
});
