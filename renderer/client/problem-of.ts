import { ORPCError } from '@orpc/client';
import type { Problem } from '../../contract/problems.ts';
import { LockedError } from './rpc.ts';

/** What went wrong with a call, as a problem to show. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ORPCError)
    return isProblem(error.data)
      ? error.data
      : { code: 'internal', remedy: 'copy-report', detail: error.message };
  // What fails before the host answers is the way to it.
  if (error instanceof LockedError || error instanceof TypeError)
    return { code: 'host-not-running', remedy: 'start-host', detail: null };
  return { code: 'internal', remedy: 'copy-report', detail: error instanceof Error ? error.message : null };
}

function isProblem(data: unknown): data is Problem {
  return (
    typeof data === 'object' &&
    data !== null &&
    'code' in data &&
    typeof data.code === 'string' &&
    'remedy' in data
  );
}
