import { lstat } from 'node:fs/promises';
import type { AppState } from '../contract/app-state.ts';
import { socketFolder } from '../contract/places.ts';
import { fail } from '../contract/problems.ts';
import { connect, type Connection, type Host } from './connect.ts';
import { isHostGone } from './problem-of.ts';

/** A host that answered, with the state it is in. */
export interface FoundHost extends Connection {
  readonly state: AppState;
}

/** The host at this socket, or null where none runs; throws `host-not-running` where something is there but is no host of ours. */
export async function findHost(socketPath: string, timeoutMs = 5000): Promise<FoundHost | null> {
  if (!(await isOwnFolder(socketPath))) return null;
  const connection = connect(socketPath);
  try {
    return { ...connection, state: await presentState(connection.host, AbortSignal.timeout(timeoutMs)) };
  } catch (error) {
    connection.close();
    if (isHostGone(error)) return null;
    if (isTimeout(error)) fail('host-not-running', `no answer from ${socketPath} in ${timeoutMs / 1000} s`);
    throw error;
  }
}

/** The state as it is now. */
export async function presentState(host: Host, signal?: AbortSignal): Promise<AppState> {
  for await (const state of await host.state(undefined, signal ? { signal } : {})) return state;
  return fail('host-not-running', 'the host ended');
}

/** False where the folder is not there. In /tmp it could be another user's, who would be handed an invite with its key. */
async function isOwnFolder(socketPath: string): Promise<boolean> {
  if (process.getuid === undefined) return true;
  const folder = socketFolder(socketPath);
  const found = await lstat(folder).catch(() => null);
  if (found === null) return false;
  const mine = found.isDirectory() && [0, process.getuid()].includes(found.uid) && (found.mode & 0o002) === 0;
  return mine || fail('host-not-running', `${folder} belongs to another user`);
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
}
