import type { ControlNode, Registered } from './control.ts';

/** How long after leaving a running profile a registration is cut off, ms. */
export const unsettledMs = 1_200;

/** What trying a key needs; `register` answers null where the answer was lost on its way. */
export interface KeyParts {
  later(ms: number, call: () => void): void;
  register(): Registered | null;
  taken(node: ControlNode): void;
  refused(words: string): void;
}

/** Tries a key until it is taken; a refused one is tried again for ever, fast at first. */
export function tryKey(parts: KeyParts, tries = 0): void {
  parts.later(tries === 0 ? 700 : tries < 16 ? 750 : 30_000, () => {
    const answer = parts.register();
    if (answer !== null && 'node' in answer) return parts.taken(answer.node);
    if (answer !== null) parts.refused(answer.refused);
    tryKey(parts, tries + 1);
  });
}
