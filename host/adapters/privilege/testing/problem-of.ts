import { type Problem, ProblemError } from '../../../../contract/problems.ts';

/** The problem that this ends with; throws where it ends otherwise. */
export async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('no problem');
}
