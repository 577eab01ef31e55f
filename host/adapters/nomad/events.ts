import { z } from 'zod';
import type { NodeEvent } from '../../core/ports/nomad.ts';

/** What Nomad 2.0.5 writes into a node's events, by kind. Anything else is of no matter to us. */
const kinds: readonly (readonly [text: string, kind: NodeEvent['kind']])[] = [
  ['Node registered', 'registered'],
  ['Node drain strategy set', 'drain-set'],
  ['Node drain strategy updated', 'drain-set'],
  ['Node drain complete', 'drain-complete'],
  ['Node drain disabled', 'drain-canceled'],
  ['Node marked as eligible for scheduling', 'eligible'],
  ['Node marked as ineligible for scheduling', 'ineligible'],
];

/** A node event's kind by its message. */
export function kindOf(message: string): NodeEvent['kind'] {
  const exact = kinds.find(([text]) => text === message);
  if (exact !== undefined) return exact[1];
  // After too many refused plans the servers close a node themselves, and say why in the same sentence.
  return message.startsWith('Node marked as ineligible for scheduling ') ? 'ineligible' : 'other';
}

const line = z.object({
  Index: z.number().optional(),
  Events: z.array(z.object({ Type: z.string().optional() })).nullish(),
});

/** One line of the event stream: a heartbeat `{}`, or events and the index of the state they made; null where it is neither. */
export function readStreamLine(text: string): { readonly index: number; readonly events: number } | null {
  try {
    const { Index, Events } = line.parse(JSON.parse(text));
    return { index: Index ?? 0, events: Events?.length ?? 0 };
  } catch {
    return null;
  }
}
