import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../client/connect.ts';
import { findHost } from '../client/find-host.ts';
import { isHostGone, problemOf } from '../client/problem-of.ts';
import { ProblemError, problem } from '../contract/problems.ts';
import { commandsDouble, sharingState, type CommandsDouble } from './procedures/testing/commands-double.ts';
import { serveHost, type HostServer } from './server.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });
const wait = { timeout: 15_000, interval: 10 };

let folder: string;
let socketPath: string;
let commands: CommandsDouble;
const faults: { reference: string; error: unknown }[] = [];
const open: { close: () => void | Promise<void> }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-server-'));
  socketPath = join(folder, 'run', 'host.sock');
  commands = commandsDouble(sharingState);
  faults.length = 0;
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  await rm(folder, { recursive: true });
});

async function serve(page: { port: number; root: string } | null = null): Promise<HostServer> {
  const server = await serveHost({
    commands,
    socketPath,
    page,
    reportFault: (reference, error) => faults.push({ reference, error }),
  });
  open.push(server);
  return server;
}

function client() {
  const connection = connect(socketPath);
  open.push(connection);
  return connection;
}

describe('the socket', () => {
  it('is for the owner alone, in a folder for the owner alone', async () => {
    await serve();
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'run'))).mode & 0o777).toBe(0o700);
  });
  it('takes the place of one that a dead host left, and goes away at the end', async () => {
    await mkdir(join(folder, 'run'));
    await writeFile(socketPath, '');
    const server = await serve();
    expect((await findHost(socketPath))?.state).toEqual(sharingState);
    await server.close();
    await expect(stat(socketPath)).rejects.toThrow('ENOENT');
    expect(await findHost(socketPath)).toBeNull();
  });
  it('is not put into a folder that is only linked there', async () => {
    await mkdir(join(folder, 'other'));
    await symlink(join(folder, 'other'), join(folder, 'run'));
    await expect(serve()).rejects.toThrow('own folder');
  });
});

describe('a call', () => {
  it('reaches the command with what was parsed and brings its answer back', async () => {
    await serve();
    const { host } = client();
    expect(await host.sharing.pause({ how: 'now', until: null })).toEqual({ revision: 2 });
    expect((await host.earnings.ledger({})).map((row) => row.job)).toEqual(['render']);
    expect(commands.calls).toEqual([
      { name: 'pause', args: ['now', null] },
      { name: 'ledger', args: [{ limit: 100, before: null }] },
    ]);
  });
  it('leaves out of a change of settings what was not said', async () => {
    await serve();
    expect(await client().host.settings.update({ theme: 'dark' })).toMatchObject({
      theme: 'dark',
      language: 'system',
    });
    expect(commands.calls[0]?.args).toEqual([{ theme: 'dark' }]);
  });
  it('fails with the problem the command threw', async () => {
    await serve();
    commands.breakWith('pause', new ProblemError(problem('not-joined', 'no pool')));
    const error = await client()
      .host.sharing.pause({ how: 'now', until: null })
      .catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'not-joined', defined: true });
    expect(problemOf(error)).toEqual(problem('not-joined', 'no pool'));
    expect(faults).toEqual([]);
  });
  it('tells of an unexpected error only a reference, under which it was reported', async () => {
    await serve();
    commands.breakWith('leave', new Error('the secret tskey-123'));
    const told = problemOf(
      await client()
        .host.pool.leave()
        .catch((error: unknown) => error),
    );
    expect(told).toEqual(problem('internal', faults[0]?.reference ?? ''));
    expect(JSON.stringify(told)).not.toContain('tskey');
    expect(faults[0]?.error).toMatchObject({ message: 'the secret tskey-123' });
  });
  it('with wrong input never reaches the command, and its answer does not repeat the input', async () => {
    await serve();
    const wrong = { text: 'tskey-123', from: 'mars' } as unknown as { text: string; from: 'file' };
    const told = problemOf(
      await client()
        .host.pool.join(wrong)
        .catch((error: unknown) => error),
    );
    expect(told).toMatchObject({ code: 'bad-request', detail: expect.stringContaining('from') });
    expect(JSON.stringify(told)).not.toMatch(/tskey|mars/);
    expect(commands.calls).toEqual([]);
  });
  it('with an answer that breaks the contract fails as a fault of ours', async () => {
    await serve();
    vi.spyOn(commands, 'history').mockResolvedValue([{ ...sharingState.work[0]!, restarts: -1 }]);
    expect(
      problemOf(
        await client()
          .host.work.history({})
          .catch((error: unknown) => error),
      ).code,
    ).toBe('internal');
    expect(String(faults[0]?.error)).toContain('0.restarts');
  });
  it('that nobody answers is told from one that was refused', async () => {
    const error = await client()
      .host.sharing.retry()
      .catch((error: unknown) => error);
    expect(isHostGone(error)).toBe(true);
    expect(problemOf(error)).toEqual(problem('host-not-running', 'ENOENT'));
  });
});

describe('the state', () => {
  it('comes at once and at each change', async () => {
    await serve();
    const states = await client().host.state();
    expect((await states.next()).value).toEqual(sharingState);
    commands.set({ demo: true });
    expect((await states.next()).value).toMatchObject({ demo: true, revision: 2 });
    await states.return?.();
  });
  it('is no longer watched once the client went away, also while nothing changes', async () => {
    await serve();
    const asked = new AbortController();
    const states = await client().host.state(undefined, { signal: asked.signal });
    await states.next();
    await vi.waitFor(() => expect(commands.listeners()).toBe(1), wait);
    asked.abort();
    await vi.waitFor(() => expect(commands.listeners()).toBe(0), wait);
  });
  it('is no longer watched once the client was killed', async () => {
    await serve();
    const { host, close } = client();
    const states = await host.state();
    await states.next();
    await vi.waitFor(() => expect(commands.listeners()).toBe(1), wait);
    close();
    await vi.waitFor(() => expect(commands.listeners()).toBe(0), wait);
  });
  it('ends when the host ends on purpose, and the next host is found at the same place', async () => {
    const first = await serve();
    const states = await client().host.state();
    await states.next();
    const end = states.next();
    await first.close();
    expect(await end).toMatchObject({ done: true });
    expect(commands.listeners()).toBe(0);
    await serve();
    expect((await findHost(socketPath))?.state).toEqual(sharingState);
  });
});

describe('a check', () => {
  it('sends one result after the other and is ended by a client that goes away', async () => {
    await serve();
    let signal: AbortSignal | undefined;
    vi.spyOn(commands, 'checks').mockImplementation(async function* (_invite, given) {
      signal = given;
      yield { id: 'gpu', state: 'passed', found: null, problem: null } as const;
      await new Promise((resolve) => given.addEventListener('abort', resolve));
    });
    const asked = new AbortController();
    const results = await client().host.checks.run({ invite: null }, { signal: asked.signal });
    expect((await results.next()).value).toMatchObject({ id: 'gpu' });
    asked.abort();
    await vi.waitFor(() => expect(signal?.aborted).toBe(true), wait);
  });
  it('that fails on the way fails as a typed problem', async () => {
    await serve();
    vi.spyOn(commands, 'checks').mockImplementation(async function* () {
      yield { id: 'gpu', state: 'passed', found: null, problem: null } as const;
      throw new ProblemError(problem('invite-expired'));
    });
    const results = await client().host.checks.run({ invite: null });
    await results.next();
    expect(problemOf(await results.next().catch((error: unknown) => error))).toEqual(
      problem('invite-expired'),
    );
  });
});

describe('a host that does not answer', () => {
  it('is a problem and not taken for none', async () => {
    await mkdir(join(folder, 'run'), { mode: 0o700 });
    const silent = createServer().listen(socketPath);
    open.push({ close: () => void silent.close() });
    await vi.waitFor(() => stat(socketPath), wait);
    const error = await findHost(socketPath, 100).catch((error: unknown) => error);
    expect(problemOf(error)).toMatchObject({
      code: 'host-not-running',
      detail: expect.stringContaining('no answer'),
    });
  });
});

it('ends the streams of a host that ends on purpose, instead of breaking them off', async () => {
  const server = await serve();
  const seen: unknown[] = [];
  const followed = (async () => {
    for await (const state of await client().host.state()) seen.push(state);
    return 'ended';
  })();
  await vi.waitFor(() => expect(seen).toHaveLength(1), wait);
  await server.close();
  await expect(followed).resolves.toBe('ended');
});
