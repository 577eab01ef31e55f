import type { Settings } from '../../../contract/app-state.ts';
import type { Facts } from '../facts.ts';
import type { FootprintEntry } from '../footprint.ts';
import { reasonsToPause } from '../pausing/reasons.ts';
import type { ImageSample } from '../ports/images.ts';
import type { AllocationSample } from '../ports/nomad.ts';
import type { Reconciler } from '../reconciler.ts';
import { cameEntries } from './came.ts';
import { imageNamed } from './image-names.ts';

/** The images that jobs name, by their names. */
export const imagesOf = (work: readonly AllocationSample[]): readonly string[] =>
  work.flatMap((a) => a.tasks.flatMap((t) => t.image ?? []));

/** Whether a job is over, by what the agent says of it. */
export const hasEnded = (client: string): boolean =>
  client === 'complete' || client === 'failed' || client === 'lost';

/** Images that may have a program to remove files, all here anyway: the job's own, others that came with jobs, small ones. */
export function programsIn(
  entries: readonly FootprintEntry[],
  here: readonly ImageSample[],
  own: readonly string[],
): readonly string[] {
  const came = cameEntries(entries).flatMap(({ line }) => (line.kind === 'image' ? [line.id] : []));
  const small = here.toSorted((a, b) => a.bytes - b.bytes).map((one) => one.id);
  const named = own.flatMap((name) => imageNamed(here, name)?.id ?? []);
  const all = [...new Set([...named, ...came.toReversed(), ...small])];
  return all.filter((id) => here.some((one) => one.id === id)).slice(0, 6);
}

/** Whether something may be removed: sharing is wanted and nothing is being given back. A pause for want of room is no hindrance. */
export function mayClean({ intent, facts }: Pick<Reconciler, 'intent' | 'facts'>, now: number): boolean {
  const reasons = reasonsToPause(intent, facts, now);
  return intent.pool !== null && intent.stopping !== true && reasons.every(({ reason }) => reason === 'disk');
}

/** Changes with the work, its containers and the owner's limits, and with nothing else. */
export function keyOf({ work, engine }: Facts, { limits }: Settings): string {
  const jobs = work.known
    ? work.value.map((a) => `${a.id} ${a.client} ${a.tasks.map((t) => t.state).join()}`)
    : [];
  const containers = engine.known ? engine.value.containers.map((c) => `${c.id} ${c.state}`) : [];
  return JSON.stringify([jobs, containers, limits]);
}
