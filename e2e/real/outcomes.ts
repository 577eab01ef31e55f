import { ProblemError } from '../../contract/problems.ts';
import type { Fact } from '../../host/core/facts.ts';

/** What a fact tells; throws its problem where it is not known. */
export function known<T>(fact: Fact<T>): T {
  if (!fact.known) throw new Error(`not known: ${fact.problem?.code} ${fact.problem?.detail}`);
  return fact.value;
}

/** The code of the problem with which this fails; throws where it does not. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof ProblemError) return error.problem.code;
  throw new Error('no problem', { cause: error });
}
