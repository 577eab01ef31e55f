import { z } from 'zod';
import type { ContainerEvent } from '../../core/ports/engine.ts';
import type { HttpAnswer } from '../../core/ports/world.ts';
import { allocationLabel } from './wire.ts';

/** The request for the engine's stream of containers that carry an allocation id, as they are made and started. */
export const eventsPath = `/events?filters=${encodeURIComponent(
  JSON.stringify({ type: ['container'], event: ['create', 'start'], label: [allocationLabel] }),
)}`;

const event = z.object({
  Action: z.enum(['create', 'start']),
  Actor: z.object({
    ID: z.string().regex(/^[0-9a-f]{64}$/),
    Attributes: z.record(z.string(), z.string()),
  }),
});

/** The events of an open stream: JSON objects one after another, with or without line ends between them. */
export async function* readEvents(answer: HttpAnswer): AsyncIterable<ContainerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of answer.chunks()) {
    const [whole, left] = splitObjects(rest + decoder.decode(chunk, { stream: true }));
    rest = left;
    for (const text of whole) {
      const told = eventOf(text);
      if (told !== null) yield told;
    }
  }
}

function eventOf(text: string): ContainerEvent | null {
  const parsed = event.safeParse(JSON.parse(text));
  // Another kind of event, should an engine send one unasked.
  if (!parsed.success) return null;
  const { Action, Actor } = parsed.data;
  const allocation = Actor.Attributes[allocationLabel];
  if (allocation === undefined) return null;
  return { kind: Action === 'create' ? 'created' : 'started', id: Actor.ID, allocation };
}

/** The whole JSON objects at a text's beginning, and what is left after them. */
export function splitObjects(text: string): readonly [whole: readonly string[], rest: string] {
  const whole: string[] = [];
  let begin = 0;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (quoted) {
      if (c === '\\') at++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === '{') depth++;
    else if (c === '}' && --depth === 0) {
      whole.push(text.slice(begin, at + 1).trim());
      begin = at + 1;
    }
  }
  return [whole, text.slice(begin).trimStart()];
}
