import { findLine, type FootprintEntry, type FootprintLine } from '../footprint.ts';
import type { FootprintStore } from '../ports/stores.ts';
import type { LeaveTailnet } from '../ports/tailnet.ts';

type Kind = FootprintLine['kind'];

/** What leaving the pool's network must undo, by the footprint; null where it was never begun. */
export function tailnetToLeave(entries: readonly FootprintEntry[]): LeaveTailnet | null {
  const began = findLine(entries, 'tailnet');
  if (began === null) return null;
  const before = findLine(entries, 'tailnet-before');
  const profiles = entries.flatMap(({ line }) => (line.kind === 'tailnet-profile' ? [line.newProfile] : []));
  const newProfile = profiles.at(-1) ?? null;
  const older = profiles.slice(0, -1);
  return {
    controlUrl: began.controlUrl,
    oldProfile: before?.oldProfile ?? null,
    newProfile,
    ...(older.length === 0 ? {} : { olderProfiles: older }),
    formerOperator: before?.formerOperator ?? null,
  };
}

/** The profile of an entering again that did not come to its end, or null. */
export function unfinishedProfile(entries: readonly FootprintEntry[]): string | null {
  const entered = lastOf(entries, 'tailnet-entered');
  const profile = entries.findLast(({ line }) => line.kind === 'tailnet-profile');
  if (entered === null || profile?.line.kind !== 'tailnet-profile' || profile.id < entered) return null;
  return profile.line.newProfile;
}

/** The profile that is ours: of an entering that came to its end, else the newest. */
export function ourProfile(entries: readonly FootprintEntry[]): string | null {
  const entered = lastOf(entries, 'tailnet-entered') ?? Number.POSITIVE_INFINITY;
  return (
    findLine(
      entries.filter(({ id }) => id < entered),
      'tailnet-profile',
    )?.newProfile ?? null
  );
}

/** Lines of a try that came to nothing tell of nothing any more. */
export async function forgetTailnetLines(footprint: FootprintStore): Promise<void> {
  const { value: entries } = await footprint.load();
  for (const entry of entries.toReversed()) {
    if (entry.line.kind.startsWith('tailnet')) await footprint.undone(entry.id);
  }
}

/** The same for entering again: what was noted since the network was last entered. */
export async function forgetUnfinished(footprint: FootprintStore): Promise<void> {
  const { value: entries } = await footprint.load();
  const entered = lastOf(entries, 'tailnet-entered') ?? Number.POSITIVE_INFINITY;
  for (const { id, line } of entries.toReversed()) {
    if (id > entered && line.kind.startsWith('tailnet')) await footprint.undone(id);
  }
}

/** Once the new profile runs: the lines of the dead one. What was before the pool stays noted. */
export async function forgetReplacedLines(footprint: FootprintStore): Promise<void> {
  const { value: entries } = await footprint.load();
  for (const kind of ['tailnet', 'tailnet-profile', 'tailnet-entered'] as const) {
    const newest = lastOf(entries, kind);
    for (const { id, line } of entries) if (line.kind === kind && id !== newest) await footprint.undone(id);
  }
}

const lastOf = (entries: readonly FootprintEntry[], kind: Kind): number | null =>
  entries.findLast(({ line }) => line.kind === kind)?.id ?? null;
