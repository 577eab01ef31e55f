import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../core/ports/clock.ts';
import { type Fetch, Unreachable } from '../../core/ports/world.ts';
import { httpTo } from './http.ts';

/** Where a container engine's socket may lie, the likeliest first: a setting, DOCKER_HOST, Docker, rootless Docker, Podman. */
export function engineSockets(setting: string | null, env: NodeJS.ProcessEnv): readonly string[] {
  if (setting !== null) return [setting];
  const runtime = env['XDG_RUNTIME_DIR'];
  const named = env['DOCKER_HOST']?.match(/^unix:\/\/(\/.+)$/)?.[1];
  return [
    ...(named === undefined ? [] : [named]),
    '/var/run/docker.sock',
    ...(runtime === undefined ? [] : [join(runtime, 'docker.sock'), join(runtime, 'podman', 'podman.sock')]),
  ];
}

/** The first of these sockets that we may use; else the first that exists (and will refuse us); else none. */
export async function chooseSocket(paths: readonly string[]): Promise<string | null> {
  let existing: string | null = null;
  for (const path of paths) {
    const use = await usable(path);
    if (use === 'yes') return path;
    if (use === 'denied') existing ??= path;
  }
  return existing;
}

async function usable(path: string): Promise<'yes' | 'denied' | 'no'> {
  try {
    if (!(await stat(path)).isSocket()) return 'no';
    await access(path, constants.R_OK | constants.W_OK);
    return 'yes';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'denied' : 'no';
  }
}

/** Speaks to whichever socket is there at the time: an engine may be installed or started while we run. */
export function httpToChosen(choose: () => Promise<string | null>, origin: string, clock: Clock): Fetch {
  const known = new Map<string, Fetch>();
  return async (request) => {
    const path = await choose();
    if (path === null) throw new Unreachable('absent', 'no socket is there');
    let fetch = known.get(path);
    if (fetch === undefined) known.set(path, (fetch = httpTo({ origin, socketPath: path }, clock)));
    return fetch(request);
  };
}
