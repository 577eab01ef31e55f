import { setTimeout as delay } from 'node:timers/promises';
import type { AppState } from '../contract/app-state.ts';
import { connect } from './connect.ts';

/** The host's state now and at each change, and null once whenever no host answers; goes on for ever, with whichever host comes next. */
export async function* watchState(
  socketPath: string,
  signal: AbortSignal,
  retryMs = 300,
): AsyncGenerator<AppState | null, void, undefined> {
  let gone = false;
  while (!signal.aborted) {
    const { host, close } = connect(socketPath);
    try {
      for await (const state of await host.state(undefined, { signal })) {
        gone = false;
        yield state;
      }
    } catch {
      // Why it does not answer makes no difference to who watches.
    } finally {
      close();
    }
    if (signal.aborted) return;
    if (!gone) yield null;
    gone = true;
    await delay(retryMs, undefined, { signal }).catch(() => undefined);
  }
}
