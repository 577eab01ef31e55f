import type { EngineSummary } from '../../../contract/engine.ts';
import { fresh, type Facts } from '../facts.ts';

/** How many of the owner's containers are named. */
const namedOthers = 20;

/** The engine and the watch over it; null: it is not known now. */
export function viewEngine(facts: Facts, now: number): EngineSummary | null {
  const engine = fresh(facts, 'engine', now);
  if (engine === null) return null;
  const { kind, version, rights, nvidia, socket, others } = engine;
  const guard = facts.guard.known ? facts.guard.value : null;
  return {
    kind,
    version,
    rights,
    nvidia,
    socket,
    others: others.slice(0, namedOthers).map(({ name }) => name),
    watched: guard?.state === 'watching',
    ended: guard?.ended ?? 0,
  };
}
