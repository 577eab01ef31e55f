import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppState } from '../contract/app-state.ts';
import { findHost } from '../client/find-host.ts';
import { bundleCli, type Bundles } from './testing/bundles.ts';

vi.setConfig({ hookTimeout: 60_000 });

let bundles: Bundles;
let home: string;
const running: { readonly child: ChildProcess; readonly ended: Promise<unknown> }[] = [];

beforeAll(async () => void (bundles = await bundleCli()));
afterAll(() => bundles.remove());
beforeEach(async () => void (home = await mkdtemp(join(tmpdir(), 'rigshare-process-'))));
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGTERM');
    await ended;
  }
  // A host that a failed test left, by the claim that bears its number.
  for (const name of await readdir(join(home, 'run')).catch(() => [])) {
    const pid = Number(/^host-(\d+)-/.exec(name)?.[1]);
    if (pid) process.kill(pid, 'SIGKILL');
  }
  await rm(home, { recursive: true });
});

/** The bundled command line as a process of its own, its output so far and its end. */
function rigshare(args: readonly string[], env: Record<string, string> = {}, stdin = '') {
  const child = spawn(process.execPath, [bundles.cli, '--home', home, ...args], {
    env: { PATH: process.env['PATH'], LANG: 'C', ...env },
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => (said.out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said.err += data.toString()));
  child.stdin.on('error', () => undefined).end(stdin);
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, ...said }));
  });
  running.push({ child, ended });
  return { child, said, ended };
}

const wait = { timeout: 20_000, interval: 20 };
const found = async () => {
  const host = await findHost(join(home, 'run', 'host.sock'));
  host?.close();
  return host?.state ?? null;
};
const answers = () => vi.waitFor(async () => expect(await found()).not.toBeNull(), wait);
const isGone = () => vi.waitFor(async () => expect(await found()).toBeNull(), wait);

describe('join', { timeout: 60_000 }, () => {
  it('starts a host that lives on, joins, and the next command finds it', async () => {
    const { code, out } = await rigshare(['join', '-', '--accept', '--json'], {}, 'an invite').ended;
    expect(code).toBe(0);
    expect((JSON.parse(out) as AppState).pool?.name).toBe('Uni Lab');
    const status = await rigshare(['status', '--json']).ended;
    expect(status).toMatchObject({ code: 0, err: '' });
    expect((JSON.parse(status.out) as AppState).node.kind).toBe('sharing');
    expect(await rigshare(['stop']).ended).toMatchObject({ code: 0 });
    expect(await rigshare(['status']).ended).toMatchObject({ code: 3, out: '' });
  });
  it('twice at once starts one host for both', async () => {
    const both = await Promise.all(
      [1, 2].map(() => rigshare(['join', '-', '--accept'], {}, 'an invite').ended),
    );
    expect(both.map(({ code }) => code)).toContain(0);
    for (const { err } of both) expect(err).not.toMatch(/host-(already|not)-running/);
    expect(await rigshare(['stop']).ended).toMatchObject({ code: 0 });
  });
  it('--check leaves no host behind', async () => {
    await writeFile(join(home, 'an.rigshare'), 'an invite');
    const { code, out } = await rigshare(['join', join(home, 'an.rigshare'), '--check']).ended;
    expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining('tcp 4647') });
    await isGone();
  });
  it('leaves no host behind where the invite is none', async () => {
    const { code, err } = await rigshare(['join', '-', '--accept'], {}, 'hello').ended;
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining('(invite-malformed, new-invite)'),
    });
    await isGone();
  });
  it('ends with the problem that kept the host from starting', async () => {
    const { code, err } = await rigshare(['join', '-', '--accept'], { DOUBLE_FAILS: 'problem' }, 'an invite')
      .ended;
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('(disk-full, free-disk)') });
  });
  it('shows the last words of a host that fell over', async () => {
    const { code, err } = await rigshare(['join', '-', '--accept'], { DOUBLE_FAILS: 'words' }, 'an invite')
      .ended;
    expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining('no such luck') });
    expect(await readFile(join(home, 'log', 'start.log'), 'utf8')).toContain('no such luck');
  });
});

describe('run', { timeout: 60_000 }, () => {
  it('is the host in the foreground until it is told to end, and prints the page’s address', async () => {
    const { child, said, ended } = rigshare(['run', '--page', '--demo']);
    await vi.waitFor(() => expect(said.out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}\n$/), wait);
    await vi.waitFor(() => expect(said.err).toContain('Ctrl-C'), wait);
    expect((await found())?.demo).toBe(true);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
    expect(await found()).toBeNull();
  });
  it('says for programs where the host is, once it answers', async () => {
    const { child, said, ended } = rigshare(['run', '--page', '--json']);
    await vi.waitFor(
      () =>
        expect(JSON.parse(said.out)).toMatchObject({
          socket: join(home, 'run', 'host.sock'),
          page: expect.stringContaining('#token='),
        }),
      wait,
    );
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 0, err: '' });
  });
  it('is refused where a host runs already, and the first goes on', async () => {
    const first = rigshare(['run']);
    await answers();
    const { code, err } = await rigshare(['run']).ended;
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining('(host-already-running, restart-app)'),
    });
    expect(first.child.exitCode).toBeNull();
  });
  it('says in words why the host could not start', async () => {
    const { code, err } = await rigshare(['run'], { DOUBLE_FAILS: 'problem' }).ended;
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('rigshare: The disk is full') });
  });
});

describe('any command', { timeout: 60_000 }, () => {
  it('ends with 130 at Ctrl-C while it waits, without a trace', async () => {
    rigshare(['run', '--demo']);
    await answers();
    const { child, said, ended } = rigshare(['pause']);
    await vi.waitFor(() => expect(said.err).toContain('Freeing your GPU'), wait);
    child.kill('SIGINT');
    const { code, err } = await ended;
    expect(code).toBe(130);
    expect(err).toContain('rigshare resume');
    expect(err).not.toMatch(/\n {4}at /);
  });
  it('takes 2 for a line that cannot be meant, and writes no colour into a pipe', async () => {
    expect(await rigshare(['status', '--loud']).ended).toMatchObject({ code: 2, out: '' });
    rigshare(['run', '--demo']);
    await answers();
    expect((await rigshare(['status'], { FORCE_COLOR: '1' }).ended).out).not.toContain('\u001b');
  });
});
