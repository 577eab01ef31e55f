import { mapEventIterator, ORPCError } from '@orpc/client';
import { ValidationError } from '@orpc/contract';
import { problem, ProblemError, type Problem } from '../../contract/problems.ts';

/** Is told what nobody expected; `reference` is what the owner sees of it. */
export type ReportFault = (reference: string, error: unknown) => void;

/** A problem as it goes over the wire: its code is the error's, its data the problem. */
export type WireProblem = ORPCError<string, Problem>;

/** The problem as an error for the wire. */
export function wireProblem(of: Problem): WireProblem {
  return new ORPCError(of.code, { defined: true, message: of.code, data: of });
}

/** Whatever was thrown as a problem for the wire; what nobody expected is reported and becomes `internal` with a reference. */
export function toWireProblem(error: unknown, path: readonly string[], report: ReportFault): WireProblem {
  if (error instanceof ProblemError) return wireProblem(error.problem);
  if (error instanceof ORPCError && error.cause instanceof ValidationError) {
    const issues = issuesOf(error.cause);
    // What was refused may be an invite with its key: only where and why, never what.
    if (error.code === 'BAD_REQUEST')
      return wireProblem(problem('bad-request', `${path.join('.')}: ${issues}`));
    return internal(
      new Error(`${path.join('.')} would have answered what the contract does not have: ${issues}`),
      report,
    );
  }
  return internal(error, report);
}

/** The answer of a procedure, the errors of its stream made problems for the wire too. */
export function withTypedErrors(output: unknown, toProblem: (error: unknown) => WireProblem): unknown {
  if (!isIterator(output)) return output;
  return mapEventIterator(output, {
    value: (value: unknown) => Promise.resolve(value),
    error: (error) => Promise.resolve(toProblem(error)),
  });
}

function internal(error: unknown, report: ReportFault): WireProblem {
  const reference = crypto.randomUUID().slice(0, 8);
  report(reference, error);
  return wireProblem(problem('internal', reference));
}

function issuesOf({ issues }: ValidationError): string {
  return issues
    .slice(0, 5)
    .map(({ path = [], message }) =>
      `${path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.')} ${message}`.trim(),
    )
    .join('; ');
}

function isIterator(output: unknown): output is AsyncIterator<unknown, unknown, undefined> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output && 'next' in output;
}
