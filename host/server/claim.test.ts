import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { claimHost } from './claim.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let folder: string;
let places: { run: string; socket: string };
let bundles: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  bundles = await mkdtemp(join(tmpdir(), 'rigshare-claim-'));
  await writeFile(
    join(bundles, 'claimer.mjs'),
    `import { claimHost } from ${JSON.stringify(join(import.meta.dirname, 'claim.ts'))};
     const [run] = process.argv.slice(2);
     process.stdin.once('data', () => claimHost({ run, socket: run + '/host.sock' }).then(
       () => console.log('claimed'), (error) => console.log(error.problem?.code ?? String(error))));
     console.log('ready');
     setInterval(() => {}, 1000);`,
  );
  const bundle = await rolldown({
    input: join(bundles, 'claimer.mjs'),
    platform: 'node',
    logLevel: 'silent',
  });
  await bundle.write({ file: join(bundles, 'out.mjs') });
});
afterAll(() => rm(bundles, { recursive: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-claim-'));
  places = { run: join(folder, 'run'), socket: join(folder, 'run', 'host.sock') };
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/** Another process that claims the home when told; its answer is the next line. */
async function claimer() {
  const child = spawn(process.execPath, [join(bundles, 'out.mjs'), places.run], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const line = () =>
    new Promise<string>((resolve) =>
      child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim())),
    );
  expect(await line()).toBe('ready');
  return {
    claim: () => {
      const answer = line();
      child.stdin.write('go\n');
      return answer;
    },
    kill: () => new Promise((resolve) => child.once('exit', resolve) && child.kill('SIGKILL')),
    pid: child.pid ?? 0,
  };
}

describe("a home's claim", () => {
  it('is refused to a second host, naming the first, and free once the first gave it back', async () => {
    const other = await claimer();
    expect(await other.claim()).toBe('claimed');
    await expect(claimHost(places)).rejects.toMatchObject({
      problem: { code: 'host-already-running', detail: `process ${other.pid}` },
    });
    await other.kill();
    const claim = await claimHost(places);
    await claim.release();
    expect(await readdir(places.run)).toEqual([]);
  });
  it('goes to exactly one of several that start at once over what killed ones left', async () => {
    const killed = await claimer();
    expect(await killed.claim()).toBe('claimed');
    const others = await Promise.all([1, 2, 3, 4].map(claimer));
    await killed.kill();
    const answers = await Promise.all(others.map((other) => other.claim()));
    expect(answers.toSorted()).toEqual([
      'claimed',
      'host-already-running',
      'host-already-running',
      'host-already-running',
    ]);
  });
  it('is held against a second host in the same process too', async () => {
    const claim = await claimHost(places);
    await expect(claimHost(places)).rejects.toMatchObject({ problem: { code: 'host-already-running' } });
    await claim.release();
  });
  it('is not held by a process that only has the number of a dead one', async () => {
    const other = await claimer();
    await (await claimHost(places)).release();
    await writeFile(join(places.run, `host-${other.pid}-0000t1.claim`), '');
    const claim = await claimHost(places);
    expect((await readdir(places.run)).length).toBe(1);
    await claim.release();
  });
  it('is held only for a minute by a living process of which no start is known', async () => {
    await (await claimHost(places)).release();
    const file = join(places.run, `host-${process.pid}-unknown.claim`);
    await writeFile(file, '');
    await utimes(file, new Date(), new Date(Date.now() - 61_000));
    await (await claimHost(places)).release();
  });
  it('is refused where something answers at the socket, whoever it is', async () => {
    await (await claimHost(places)).release();
    const server = createServer().listen(places.socket);
    await new Promise((resolve) => server.once('listening', resolve));
    await expect(claimHost(places)).rejects.toMatchObject({
      problem: { code: 'host-already-running', detail: places.socket },
    });
    server.close();
    expect((await readdir(places.run)).filter((name) => name.endsWith('.claim'))).toEqual([]);
  });
});
