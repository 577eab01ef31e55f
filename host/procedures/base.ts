import { implement } from '@orpc/server';
import { contract } from '../../contract/contract.ts';
import type { Commands } from '../core/commands.ts';
import { toWireProblem, withTypedErrors, type ReportFault, type WireProblem } from './typed-errors.ts';

/** What every procedure is given. */
export interface HostContext {
  readonly commands: Commands;
  readonly reportFault: ReportFault;
  /** Comes when the host ends on purpose: streams then end too, instead of breaking off as when it is killed. */
  readonly ending?: AbortSignal;
}

const host = implement(contract).$context<HostContext>();

/** The contract, to be filled with handlers; whatever they throw leaves as a typed problem. */
export const procedures = host.use(async ({ context, next, path }) => {
  const toProblem = (error: unknown): WireProblem => toWireProblem(error, path, context.reportFault);
  try {
    const result = await next();
    return { ...result, output: withTypedErrors(result.output, toProblem) };
  } catch (error) {
    throw toProblem(error);
  }
});
