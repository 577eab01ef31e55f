import { isResidue } from './empty.ts';
import type { PauseReason } from '../../contract/node-state.ts';
import type { Facts } from './facts.ts';
import type { Intent } from './intent.ts';
import { wasOpened } from './pausing/opened.ts';
import { ownHow, reasonsToPause } from './pausing/reasons.ts';
import { askedInstall } from './opening/install.ts';
import { neededInstalls } from './opening/installs.ts';
import { planOwnNetwork } from './opening/own-network.ts';
import { planClosing } from './plan-closing.ts';
import { planOpening } from './plan-opening.ts';
import { orFetch, orSwap } from './programs/plan-update.ts';
import { factWaitMs, rest, waiting, type Plan, type Rules } from './planning.ts';

/** What brings the facts nearer to the intent: pure, level-triggered, the whole decision. */
export function plan(intent: Intent, facts: Facts, now: number, rules: Rules): Plan {
  if (!facts.footprint.known) return waiting('facts', now + factWaitMs);
  // Wanting nothing is a wish; having lost the wish is none, and must not undo what the owner set up.
  if (intent.lost && isResidue(facts))
    return intent.stopping === true
      ? planClosing({ intent, facts, now, how: 'now', then: 'stop' })
      : rest('owner', null, intent.lost);
  if (intent.pool === null)
    return isResidue(facts)
      ? planClosing({ intent, facts, now, how: intent.leaving?.how ?? 'now', then: 'leave' })
      : rest('reached');
  const reasons = reasonsToPause(intent, facts, now);
  const how = ownHow(reasons);
  if (intent.stopping === true) return planClosing({ intent, facts, now, how: 'now', then: 'stop' });
  if (how !== null && joinsMeanwhile(reasons, facts))
    return withoutOpening(planOpening(intent, intent.pool, facts, now, rules));
  if (how !== null) return orElse(planClosing({ intent, facts, now, how, then: 'stay' }), intent, facts, now);
  return orFetch(planOpening(intent, intent.pool, facts, now, rules), intent, facts, now);
}

/** Who joins sits at the computer: that alone does not keep it from becoming ready, only from being opened. */
export const joinsMeanwhile = (reasons: readonly PauseReason[], facts: Facts): boolean =>
  !wasOpened(facts) && reasons.every((r) => r.reason === 'idle');

const withoutOpening = (next: Plan): Plan =>
  'do' in next && next.do.kind === 'open' ? rest('reached') : next;

/** What a pause is used for, once the GPU is given back: an update, what the owner asked to have installed, their own network. */
function orElse(closing: Plan, intent: Intent, facts: Facts, now: number): Plan {
  const swap = orSwap(closing, intent, facts, now);
  if ('do' in swap) return swap;
  const install = askedInstall(neededInstalls(facts, now), intent, facts);
  if (install !== null) return install;
  return ('rest' in swap && swap.rest === 'reached' && planOwnNetwork(intent, facts, now)) || swap;
}
