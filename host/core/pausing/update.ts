import type { PauseReason } from '../../../contract/node-state.ts';
import type { Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import { isInstalled, programWish } from '../programs/wish.ts';

/** Another version of the pool's program lies ready: jobs end first, then it takes the place of the present one. */
export function update(intent: Intent, facts: Facts): PauseReason | null {
  const wish = programWish(intent, facts);
  if (wish === null || !isInstalled(wish, facts)) return null;
  return { reason: 'update', how: 'finish', since: wish.since, until: null, name: wish.to };
}
