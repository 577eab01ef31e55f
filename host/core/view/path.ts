import type { PathQuality, TailnetSummary } from '../../../contract/app-state.ts';
import { fresh, type Facts } from '../facts.ts';
import { lineProblems } from '../network/path-quality.ts';
import type { TailnetSample } from '../ports/tailnet.ts';

/** How the pool's servers are reached: the way without its flickering, and what was found by trying it. */
export function viewPath(
  facts: Facts,
  sample: TailnetSample,
  now: number,
): Pick<TailnetSummary, 'path' | 'relay' | 'quality'> {
  const shown = facts.memory.path;
  const quality = qualityOf(facts, now);
  return {
    path: sample.server === null || shown === null ? sample.path.kind : shown.kind,
    relay: sample.server === null || shown === null ? sample.path.relay : shown.relay,
    ...(quality === null ? {} : { quality }),
  };
}

function qualityOf(facts: Facts, now: number): PathQuality | null {
  const tried = fresh(facts, 'path', now);
  if (tried === null || facts.path.at === null) return null;
  return {
    ms: facts.memory.path?.ms ?? null,
    nearestRelay: tried.line?.relay ?? null,
    problems: [...lineProblems(tried)],
    at: facts.path.at,
  };
}
