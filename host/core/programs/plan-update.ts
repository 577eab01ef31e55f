import type { Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import { attempt, heldBack, type Plan } from '../planning.ts';
import { isInstalled, programWish } from './wish.ts';

/** A closed and empty computer is the time for another version of the program. */
export function orSwap(closing: Plan, intent: Intent, facts: Facts, now: number): Plan {
  if (!('rest' in closing) || closing.rest !== 'reached') return closing;
  const wish = programWish(intent, facts);
  if (wish === null || !isInstalled(wish, facts)) return closing;
  return attempt({ kind: 'swap-nomad', from: wish.from, to: wish.to }, intent, facts, now);
}

/** While all is well a wished version is fetched, and nothing is closed before it lies here. Failing at it changes nothing. */
export function orFetch(opening: Plan, intent: Intent, facts: Facts, now: number): Plan {
  if (!('rest' in opening) || opening.rest !== 'reached') return opening;
  const wish = programWish(intent, facts);
  if (wish === null || isInstalled(wish, facts)) return opening;
  const held = heldBack('install-nomad', intent, facts, now);
  if (held !== null)
    return 'wait' in held ? { ...opening, until: held.until, problem: held.problem } : opening;
  return { do: { kind: 'install-nomad', nomad: { version: wish.to }, devicePlugin: false } };
}
