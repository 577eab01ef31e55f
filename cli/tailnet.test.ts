import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppState } from '../contract/app-state.ts';
import { newState, sharingState } from '../host/procedures/testing/commands-double.ts';
import { followed, newRig, type Rig } from './testing/rig.ts';
import { qrLines } from './views/qr.ts';

vi.setConfig({ testTimeout: 30_000 });

let rig: Rig;
beforeEach(async () => void (rig = await newRig()));
afterEach(() => rig.close());

const away: AppState = {
  ...sharingState,
  ownNetwork: { wanted: true, there: true, none: false, offered: false },
};

describe('tailnet', () => {
  it('goes to the own network and says how to come back', async () => {
    const commands = await rig.serve(sharingState);
    const { code, out } = await rig.run('tailnet mine');
    expect([code, out]).toEqual([
      0,
      'This computer is in your own network. Back with: rigshare tailnet pool\n',
    ]);
    expect(commands.calls).toContainEqual({ name: 'ownNetwork', args: [true] });
  });

  it('comes back and shows what comes of it', async () => {
    const commands = await rig.serve(away);
    const { code, out } = await rig.run('tailnet pool --json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ ownNetwork: { wanted: false, there: false } });
    expect(commands.calls).toContainEqual({ name: 'ownNetwork', args: [false] });
  });

  it('takes no third network for one of the two', async () => {
    const { code, err } = await rig.run('tailnet theirs');
    expect([code, err]).toEqual([2, expect.stringContaining('mine')]);
  });

  it('says so where no pool is joined', async () => {
    await rig.serve(newState);
    const { code, err } = await rig.run('tailnet mine');
    expect([code, err]).toEqual([1, expect.stringContaining('(not-joined,')]);
  });
});

describe('signing in', () => {
  const joining = (signInUrl: string | null): AppState => ({
    ...sharingState,
    node: { kind: 'joining', step: 'sign-in', progress: null, signInUrl },
  });

  it('shows the page’s address, and on a terminal a code for phones', async () => {
    await writeFile(join(rig.home, 'a.rigshare'), 'an invite');
    const commands = await rig.serve(newState);
    const running = rig.run(`join --accept ${join(rig.home, 'a.rigshare')}`, { columns: 100 });
    await followed(commands);
    commands.set(joining('https://head.uni.example/register/x'));
    await new Promise((resolve) => setTimeout(resolve, 60));
    commands.set(sharingState);
    const { err } = await running;
    expect(err).toContain('Sign in here to go on: https://head.uni.example/register/x');
    expect(err).toMatch(/[▀▄█]{4}/);
  });

  it('draws no code where it does not fit', () => {
    const url = 'https://head.uni.example/register/hskey-authreq-x';
    expect(qrLines(url, 20)).toEqual([]);
    const lines = qrLines(url, 80);
    expect(lines.length).toBeGreaterThan(10);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });

  it('is broken off at a word', async () => {
    const commands = await rig.serve(joining(null));
    const { code, out } = await rig.run('cancel');
    expect([code, out]).toEqual([0, expect.stringContaining('rigshare retry')]);
    expect(commands.calls).toContainEqual({ name: 'cancelSignIn', args: [] });
  });
});

describe('a session that would be cut off', () => {
  const env = { LANG: 'C', SSH_CONNECTION: '100.64.0.9 50022 100.64.0.1 22' };
  const file = () => join(rig.home, 'a.rigshare');
  beforeEach(() => writeFile(file(), 'an invite'));

  it('is told to the host, and what it answers is said with the way on', async () => {
    await rig.serve(newState);
    const { code, err } = await rig.run(`join --accept ${file()}`, { env });
    expect([code, err]).toEqual([1, expect.stringContaining('session-over-tailnet')]);
    expect(err).toContain('--i-will-lose-this-session');
  });

  it('may be lost where its owner says so', async () => {
    const commands = await rig.serve(newState);
    const words = `join --accept --no-wait --i-will-lose-this-session ${file()}`;
    expect((await rig.run(words, { env })).code).toBe(0);
    expect(commands.calls.map(({ name }) => name)).toContain('join');
  });
});
