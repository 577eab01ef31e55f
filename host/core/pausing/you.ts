import type { PauseReason } from '../../../contract/node-state.ts';
import type { Facts } from '../facts.ts';
import { whyKept } from '../cards/choice.ts';
import type { Intent } from '../intent.ts';

/** The owner's own pause, the host's ending, and keeping every card for oneself. */
export function you(intent: Intent, facts: Facts, now: number): PauseReason | null {
  if (intent.stopping === true) return { reason: 'you', how: 'now', since: now, until: null, name: null };
  const pause = intent.pause;
  if (pause !== null && (pause.until === null || now < pause.until))
    return { reason: 'you', how: pause.how, since: pause.since, until: pause.until, name: null };
  return keepsAll(intent, facts)
    ? { reason: 'you', how: 'finish', since: now, until: null, name: null }
    : null;
}

/** No card is left to share by the owner's own word and the rule for displays; a fault is another reason. */
function keepsAll(intent: Intent, facts: Facts): boolean {
  const gpus = facts.gpus.known ? facts.gpus.value.gpus : [];
  const why = gpus.map((g) => whyKept(intent, gpus, g));
  return why.includes('owner') && why.every((w) => w === 'owner' || w === 'display');
}
