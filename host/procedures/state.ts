import type { AppState } from '../../contract/app-state.ts';
import { procedures } from './base.ts';
import { either } from './either.ts';
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
