import type { AppState } from '../../../contract/app-state.ts';
import type { Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import { offeredUpdate, programWish } from '../programs/wish.ts';

/** Another version of the pool's program: offered, or on its way since the owner (or the pool) asked for it. */
export function viewUpdate(intent: Intent, facts: Facts): AppState['update'] {
  if (intent.pool === null) return null;
  const { programs, running } = facts;
  if (programs.known && programs.value.trial !== null && programs.value.chosen !== null)
    return { from: programs.value.trial.from, to: programs.value.chosen, underWay: true, progress: null };
  const wish = programWish(intent, facts);
  if (wish !== null) {
    const progress = running?.kind === 'install-nomad' ? running.progress : null;
    return { from: wish.from, to: wish.to, underWay: true, progress };
  }
  const offered = offeredUpdate(intent, facts);
  return offered === null ? null : { ...offered, underWay: false, progress: null };
}
