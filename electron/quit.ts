import { setTimeout as delay } from 'node:timers/promises';
import type { Host } from '../client/connect.ts';
import type { Problem } from '../contract/problems.ts';
import type { HostKeeper } from './host-keeper.ts';

/** How long the GPU may take to be freed before the shell quits all the same: a kill timeout and some. */
export const freeWithinMs = 60_000;

/** How stopping went: the host is gone, it goes on freeing the GPU by itself, or it refused. */
export type Stopped = 'stopped' | 'slow' | Problem;

/** Asks the host to free the GPU and end, and waits for that; the tray shows how far it is. */
export async function stopSharing(
  keeper: Pick<HostKeeper, 'host' | 'problemOf' | 'beginStopping' | 'goOn' | 'ended'>,
  deadlineMs = freeWithinMs,
): Promise<Stopped> {
  if (keeper.host === null) return 'stopped';
  keeper.beginStopping();
  const timer = new AbortController();
  const slow = delay(deadlineMs, 'slow' as const, { signal: timer.signal }).catch(() => 'slow' as const);
  const ended = keeper.ended().then(() => 'stopped' as const);
  const refused = refusalOf(keeper.host, (error) => keeper.problemOf(error));
  const outcome: Stopped = await Promise.race([slow, ended, refused]);
  timer.abort();
  if (typeof outcome === 'object') keeper.goOn();
  return outcome;
}

/** Why the host does not stop; never resolves where it does, for its end is what counts. */
function refusalOf(host: Host, problemOf: (error: unknown) => Problem): Promise<Problem> {
  return new Promise((resolve) => {
    host.host.stop({ sharing: 'stop' }).catch((error: unknown) => {
      const problem = problemOf(error);
      // A host that ends while it answers has done what it was asked.
      if (problem.code !== 'host-not-running') resolve(problem);
    });
  });
}
