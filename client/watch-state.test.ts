import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { commandsDouble, sharingState } from '../host/procedures/testing/commands-double.ts';
import { serveHost } from '../host/server.ts';
import { watchState } from './watch-state.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'rigshare-watch-'))));
afterEach(() => rm(folder, { recursive: true }));

it('a watcher sees each state, that no host answers, and then the next host’s', async () => {
  const commands = commandsDouble(sharingState);
  const socketPath = join(folder, 'run', 'host.sock');
  const serve = () => serveHost({ commands, socketPath, page: null, reportFault: () => undefined });
  const stop = new AbortController();
  const seen: (number | null)[] = [];
  const watching = (async () => {
    for await (const state of watchState(socketPath, stop.signal, 10)) seen.push(state?.revision ?? null);
  })();
  await vi.waitFor(() => expect(seen).toEqual([null]));
  const first = await serve();
  await vi.waitFor(() => expect(seen).toEqual([null, 1]));
  await first.close();
  await vi.waitFor(() => expect(seen).toEqual([null, 1, null]));
  commands.set({});
  const second = await serve();
  await vi.waitFor(() => expect(seen).toEqual([null, 1, null, 2]));
  stop.abort();
  await watching;
  await vi.waitFor(() => expect(commands.listeners()).toBe(0));
  await second.close();
});
