import type { AllocationSample } from '../ports/nomad.ts';
import { isLeft } from '../work.ts';

/** A job that ended here, as far as it tells of this machine. */
export interface JobEnd {
  readonly id: string;
  readonly job: string;
  readonly at: number;
  /** It failed within a minute of its start. */
  readonly quickly: boolean;
}

/** So many in a row say that it is this machine. */
const inARow = 3;

/** A job that fails sooner than this after its start had no chance, ms. */
const quickMs = 60_000;

/** How many ends are remembered. */
const keptEnds = 20;

/** Folds the work seen into the ends remembered, the oldest first; what the pool stopped or lost says nothing. */
export function foldEnds(before: readonly JobEnd[], work: readonly AllocationSample[]): readonly JobEnd[] {
  const known = new Set(before.map((e) => e.id));
  const ended = work.filter((a) => !known.has(a.id) && !isLeft(a)).map(endOf);
  const news = ended.filter((e) => e !== null);
  if (news.length === 0) return before;
  return [...before, ...news].toSorted((a, b) => a.at - b.at).slice(-keptEnds);
}

/** The jobs that failed one after the other since the owner last resumed, with the time of the last; null: fewer than three. */
export function failuresInARow(
  ends: readonly JobEnd[],
  since: number,
): { readonly at: number; readonly jobs: readonly string[] } | null {
  const last = ends.filter((e) => e.at > since).slice(-inARow);
  if (last.length < inARow || last.some((e) => !e.quickly)) return null;
  return { at: Math.max(...last.map((e) => e.at)), jobs: [...new Set(last.map((e) => e.job))] };
}

function endOf(allocation: AllocationSample): JobEnd | null {
  const { id, job, client, desired, tasks, createdAt, modifiedAt } = allocation;
  if (client !== 'failed' && client !== 'complete') return null;
  if (client === 'complete' && desired !== 'run') return null;
  const started = tasks.map((t) => t.startedAt).filter((t) => t !== null);
  const finished = tasks.map((t) => t.finishedAt).filter((t) => t !== null);
  const at = finished.length > 0 ? Math.max(...finished) : modifiedAt;
  // A task that never started (its image cannot be had, its runtime is missing) counts from when it was placed.
  const from = started.length > 0 ? Math.min(...started) : createdAt;
  return { id, job, at, quickly: client === 'failed' && at - from <= quickMs };
}
