import type { PauseReason } from '../../../contract/node-state.ts';
import { whoseClosing } from '../closing.ts';
import { fresh, type Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';

/** The pool's operator closed this computer: theirs to open. */
export function operator(intent: Intent, facts: Facts, now: number): PauseReason | null {
  const node = fresh(facts, 'node', now);
  if (node === null || whoseClosing(node, intent.openAnywayAt) !== 'operator') return null;
  const event = node.events.findLast((e) => e.kind === 'ineligible' || e.kind === 'drain-set');
  return {
    reason: 'operator',
    how: 'finish',
    since: event?.at ?? node.lastDrain?.at ?? now,
    until: null,
    name: node.lastDrain?.meta['message'] ?? null,
  };
}
