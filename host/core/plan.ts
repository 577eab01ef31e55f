import { isResidue } from './empty.ts';
import type { Facts } from './facts.ts';
import type { Intent } from './intent.ts';
import { ownHow, reasonsToPause } from './pausing/reasons.ts';
import { planClosing } from './plan-closing.ts';
import { planOpening } from './plan-opening.ts';
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
      ? planClosing({ intent, facts, now, how: 'now', then: 'leave' })
      : rest('reached');
  const how = ownHow(reasonsToPause(intent, facts, now));
  if (intent.stopping === true) return planClosing({ intent, facts, now, how: 'now', then: 'stop' });
  if (how !== null) return planClosing({ intent, facts, now, how, then: 'stay' });
  return planOpening(intent, intent.pool, facts, now, rules);
}
