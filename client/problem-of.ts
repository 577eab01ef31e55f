import { problem, ProblemError, problemSchema, type Problem } from '../contract/problems.ts';

/** Whatever a call to the host threw, as a problem: the host's own, or that no host answers. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof Error && 'data' in error) {
    const sent = problemSchema.safeParse(error.data);
    if (sent.success) return sent.data;
  }
  const code = codeOf(error);
  if (code !== null) return problem('host-not-running', code);
  return problem('internal', error instanceof Error ? error.message : String(error));
}

const gone = [
  'ENOENT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_DESTROYED',
  'UND_ERR_BODY_TIMEOUT',
];

/** Whether a call failed because no host answers at its socket, or because the host ended meanwhile. */
export function isHostGone(error: unknown): boolean {
  return gone.includes(codeOf(error) ?? '');
}

/** The error code of the system or of undici behind an error, however deep it lies. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string' && !('data' in error)) return error.code;
  return codeOf(error.cause);
}
