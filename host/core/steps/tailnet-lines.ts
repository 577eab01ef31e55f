import { findLine, type FootprintEntry } from '../footprint.ts';
import type { FootprintStore } from '../ports/stores.ts';
import type { LeaveTailnet } from '../ports/tailnet.ts';

/** What leaving the pool's network must undo, by the footprint; null where it was never begun. */
export function tailnetToLeave(entries: readonly FootprintEntry[]): LeaveTailnet | null {
  const began = findLine(entries, 'tailnet');
  if (began === null) return null;
  const before = findLine(entries, 'tailnet-before');
  return {
    controlUrl: began.controlUrl,
    oldProfile: before?.oldProfile ?? null,
    newProfile: findLine(entries, 'tailnet-profile')?.newProfile ?? null,
    formerOperator: before?.formerOperator ?? null,
  };
}

/** Lines of a try that came to nothing tell of nothing any more. */
export async function forgetTailnetLines(footprint: FootprintStore): Promise<void> {
  const { value: entries } = await footprint.load();
  for (const entry of entries.toReversed()) {
    if (entry.line.kind.startsWith('tailnet')) await footprint.undone(entry.id);
  }
}
