import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../../core/ports/clock.ts';
import { type Fetch, Unreachable } from '../../core/ports/world.ts';
import { httpTo } from './http.ts';

/** What is known of where an engine may listen. */
export interface EngineHints {
  /** The owner's setting: nothing else is tried then. */
  readonly setting: string | null;
  /** Where the agent that we started has its engine: what watches it must look at the same one. */
  readonly last: string | null;
  readonly uid: number;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Where a container engine's socket may lie, the likeliest first: what was named, then an engine without root,
 * then root's, then Podman's.
 */
export async function engineSockets({ setting, last, uid, env }: EngineHints): Promise<readonly string[]> {
  if (setting !== null) return [setting];
  const runtime = env['XDG_RUNTIME_DIR'] ?? `/run/user/${uid}`;
  const named = [last, socketOf(env['DOCKER_HOST']), await contextSocket(env)].filter((one) => one !== null);
  return [
    ...new Set([
      ...named,
      join(runtime, 'docker.sock'),
      '/var/run/docker.sock',
      join(runtime, 'podman', 'podman.sock'),
      '/run/podman/podman.sock',
    ]),
  ];
}

/** The socket's path in an engine's address; null for one on another machine. */
const socketOf = (address: string | undefined): string | null =>
  address?.match(/^unix:\/\/(\/.+)$/)?.[1] ?? null;

/** The socket of the context that `docker` itself uses now, or null. */
async function contextSocket(env: NodeJS.ProcessEnv): Promise<string | null> {
  const folder = env['DOCKER_CONFIG'] ?? (env['HOME'] === undefined ? null : join(env['HOME'], '.docker'));
  if (folder === null) return null;
  const name = env['DOCKER_CONTEXT'] ?? (await field(join(folder, 'config.json'), ['currentContext']));
  if (name === null || name === 'default') return null;
  const meta = join(folder, 'contexts', 'meta', createHash('sha256').update(name).digest('hex'), 'meta.json');
  const socket = socketOf((await field(meta, ['Endpoints', 'docker', 'Host'])) ?? undefined);
  // Docker Desktop runs its engine in a virtual machine, which no card reaches.
  return socket?.includes('/.docker/desktop/') === true ? null : socket;
}

/** A text deep in a JSON file; null where there is none. */
async function field(path: string, way: readonly string[]): Promise<string | null> {
  try {
    let value: unknown = JSON.parse(await readFile(path, 'utf8'));
    for (const key of way) value = (value as Record<string, unknown> | null)?.[key];
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

/** Finds the socket to use; one that was found stays until it fails. */
export interface SocketChoice {
  choose(): Promise<string | null>;
  /** The chosen one did not answer: the next choice looks again. */
  failed(): void;
}

/** Chooses among sockets that may come and go; the setting is asked at each use, the other hints when it chooses. */
export function engineChoice(
  setting: () => string | null,
  hints: () => Omit<EngineHints, 'setting'>,
): SocketChoice {
  let chosen: { readonly path: string; readonly setting: string | null } | null = null;
  return {
    choose: async () => {
      const set = setting();
      // Podman's is taken where there is nothing else, and left when there is.
      if (chosen === null || chosen.setting !== set || chosen.path.endsWith('podman.sock')) {
        const path = await chooseSocket(await engineSockets({ ...hints(), setting: set }));
        chosen = path === null ? null : { path, setting: set };
      }
      return chosen?.path ?? null;
    },
    failed: () => void (chosen = null),
  };
}

/** The first of these sockets that answers; else the first that refuses us, else one on which nobody listens; else none. */
export async function chooseSocket(paths: readonly string[]): Promise<string | null> {
  let denied: string | null = null;
  let silent: string | null = null;
  for (const path of paths) {
    const use = await usable(path);
    if (use === 'yes') return path;
    if (use === 'denied') denied ??= path;
    if (use === 'silent') silent ??= path;
  }
  return denied ?? silent;
}

async function usable(path: string): Promise<'yes' | 'denied' | 'silent' | 'no'> {
  try {
    if (!(await stat(path)).isSocket()) return 'no';
    await access(path, constants.R_OK | constants.W_OK);
    return await answers(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'denied' : 'no';
  }
}

/** Whether somebody listens: a socket's file outlives the program that made it. */
function answers(path: string): Promise<'yes' | 'denied' | 'silent'> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve('yes');
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code === 'EACCES' || code === 'EPERM' ? 'denied' : 'silent'),
    );
  });
}

/** Speaks to whichever socket is there at the time: an engine may be installed or started while we run. */
export function httpToChosen(
  choose: () => Promise<string | null>,
  origin: string,
  clock: Clock,
  failed: () => void = () => undefined,
): Fetch {
  const known = new Map<string, Fetch>();
  return async (request) => {
    const path = await choose();
    if (path === null) throw new Unreachable('absent', 'no socket is there');
    let fetch = known.get(path);
    if (fetch === undefined) known.set(path, (fetch = httpTo({ origin, socketPath: path }, clock)));
    try {
      return await fetch(request);
    } catch (error) {
      if (error instanceof Unreachable && gone.has(error.why)) failed();
      throw error;
    }
  };
}

/** What says that nobody is there for us any more. */
const gone: ReadonlySet<Unreachable['why']> = new Set(['absent', 'refused', 'denied', 'broken']);
