import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AppState } from '../contract/app-state.ts';
import { problem } from '../contract/problems.ts';
import { commandsDouble, sharingState } from '../host/procedures/testing/commands-double.ts';
import { serveHost, type HostServer } from '../host/server.ts';
import { findHostOfSession, lackedGroup, sessionHasGroup } from './new-session.ts';

vi.setConfig({ testTimeout: 30_000 });

const waiting: AppState = {
  ...sharingState,
  demo: false,
  notes: [{ kind: 'attention', problem: problem('engine-login-needed', 'docker') }],
};

let folder: string;
let server: HostServer | null = null;

beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'rigshare-session-'))));
afterEach(async () => {
  await server?.close();
  await rm(folder, { recursive: true });
});

/** A host in this state, which ends when it is told to. */
async function hostIn(state: AppState): Promise<{ socket: string; told: () => readonly string[] }> {
  const socket = join(folder, 'run', 'host.sock');
  const commands = commandsDouble(state);
  const stop = commands.stop.bind(commands);
  commands.stop = (sharing) => {
    setTimeout(() => void server?.close(), 50);
    return stop(sharing);
  };
  server = await serveHost({ commands, socketPath: socket, page: null, reportFault: () => undefined });
  return { socket, told: () => commands.calls.map(({ name }) => name) };
}

it('ends a host that waits for a new login, where this session has had one', async () => {
  const { socket, told } = await hostIn(waiting);
  expect(await findHostOfSession(socket, () => Promise.resolve(true))).toBe(null);
  expect(told()).toContain('stop');
});

it.each<readonly [string, AppState, boolean]>([
  ['one that waits, in a session of before', waiting, false],
  ['one that waits for nothing', { ...sharingState, demo: false }, true],
  ['the demo’s', { ...waiting, demo: true }, true],
])('leaves %s alone', async (_, state, has) => {
  const { socket, told } = await hostIn(state);
  const found = await findHostOfSession(socket, () => Promise.resolve(has));
  expect(found?.state.node).toEqual(state.node);
  found?.close();
  expect(told()).not.toContain('stop');
});

it('finds none where none runs', async () => {
  expect(await findHostOfSession(join(folder, 'run', 'host.sock'))).toBe(null);
});

it('reads which group is lacking, and whether this session is in it', async () => {
  expect(lackedGroup(waiting)).toBe('docker');
  expect(lackedGroup(sharingState)).toBe(null);
  const file = join(folder, 'group');
  await writeFile(file, 'root:x:0:\ndocker:x:998:mira\n');
  expect(await sessionHasGroup('docker', [1000, 998], file)).toBe(true);
  expect(await sessionHasGroup('docker', [1000], file)).toBe(false);
  expect(await sessionHasGroup('podman', [1000, 998], file)).toBe(false);
});
