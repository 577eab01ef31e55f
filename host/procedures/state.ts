import type { AppState } from '../../contract/app-state.ts';
import { procedures } from './base.ts';
import { Newest } from './newest.ts';

/** The state, now and at each change, until the client goes away. */
export const state = procedures.state.handler(
  ({ context: { commands }, signal }) =>
    new Newest<AppState>(commands.state(), (listener) => commands.onState(listener), signal),
);
