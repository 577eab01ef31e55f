import { fail } from '../../../contract/problems.ts';

/** Does something that writes; a full disk is the problem disk-full. */
export async function fitting<T>(write: () => Promise<T>, path: string): Promise<T> {
  try {
    return await write();
  } catch (error) {
    return whereFull(error, path);
  }
}

/** Throws disk-full where that is what this error says, else the error itself. */
export function whereFull(error: unknown, path: string): never {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOSPC' || code === 'EDQUOT') return fail('disk-full', path);
  throw error;
}
