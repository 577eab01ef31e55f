import type { AppState } from '../../contract/app-state.ts';
import { procedures } from './base.ts';
import { Newest } from './newest.ts';

/** The state, now and at each change, until the client goes away or the host ends. */
export const state = procedures.state.handler(
  ({ context: { commands, ending }, input: { live }, signal }) =>
    new Newest<AppState>(
      commands.state(),
      (listener) => commands.onState(listener, live),
      either(signal, ending),
    ),
);

function either(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  return one && other ? AbortSignal.any([one, other]) : (one ?? other);
}
