import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { AppState } from '../contract/app-state.ts';
import { findHost, type FoundHost } from './find-host.ts';

/** How long a host that is told to end may take, ms. */
const endsWithinMs = 15_000;

/**
 * The host at this socket, or null where none runs. A host lives on when its user signs out, with the groups of before:
 * where it waits for a new login and this session has the group it lacks, it is ended, so that one of this session follows.
 */
export async function findHostOfSession(
  socket: string,
  hasGroup: (group: string) => Promise<boolean> = sessionHasGroup,
): Promise<FoundHost | null> {
  const found = await findHost(socket);
  const group = found === null ? null : lackedGroup(found.state);
  if (found === null || group === null || !(await hasGroup(group))) return found;
  try {
    await found.host.host.stop({ sharing: 'stop' });
  } finally {
    found.close();
  }
  for (const until = Date.now() + endsWithinMs; Date.now() < until; await delay(100)) {
    const left = await findHost(socket);
    if (left === null) return null;
    left.close();
  }
  return findHost(socket);
}

/** The group for which a host waits for a new login; null: it waits for none. */
export function lackedGroup({ demo, node, notes }: AppState): string | null {
  if (demo) return null;
  const waits = [node, ...notes].find(
    (one) => one.kind === 'attention' && one.problem.code === 'engine-login-needed',
  );
  return waits?.kind === 'attention' ? waits.problem.detail : null;
}

/** Whether this process is in a group of this name. */
export async function sessionHasGroup(
  group: string,
  groups: readonly number[] = process.getgroups?.() ?? [],
  file = '/etc/group',
): Promise<boolean> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
  const id = lines.find(([name]) => name === group)?.[2];
  return id !== undefined && groups.includes(Number(id));
}
