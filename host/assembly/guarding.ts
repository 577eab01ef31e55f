import { isResidue } from '../core/empty.ts';
import type { Fact } from '../core/facts.ts';
import { houseCards } from '../core/guard/cards.ts';
import { Guard } from '../core/guard/guard.ts';
import type { EngineSample } from '../core/ports/engine.ts';
import type { Reconciler } from '../core/reconciler.ts';
import type { Ports } from './ports.ts';

/** The watch over the engine, bound to one session's facts: on while a pool is joined or being left. */
export function guardOver(
  ports: Ports,
  reconciler: () => Reconciler,
): { readonly guard: Guard; follow(): void } {
  const guard = new Guard({
    clock: ports.clock,
    log: ports.log,
    engine: ports.engine,
    nomad: ports.nomad,
    cards: () => houseCards(reconciler().intent, reconciler().facts),
    assigned: (allocation) => known(reconciler(), allocation)?.gpus ?? [],
    nameOf: (allocation) => nameOf(ports, reconciler(), allocation),
    see: (sample) => reconciler().see(sample),
  });
  let looked: Fact<EngineSample> | null = null;
  return {
    guard,
    follow: () => {
      const { intent, facts } = reconciler();
      guard.set(intent.pool !== null || isResidue(facts));
      if (facts.engine === looked) return;
      looked = facts.engine;
      if (looked.known) guard.seen(looked.value.containers);
    },
  };
}

/** A job's name as the pool tells it; it is asked where it was not told yet. */
async function nameOf(ports: Ports, reconciler: Reconciler, allocation: string): Promise<string> {
  const told = known(reconciler, allocation);
  if (told !== undefined) return told.job;
  const look = await ports.nomad.lookWork();
  const asked = look.known ? look.value.find(({ id }) => id === allocation) : undefined;
  return asked?.job ?? allocation.slice(0, 8);
}

const known = ({ facts }: Reconciler, allocation: string) =>
  facts.work.known ? facts.work.value.find(({ id }) => id === allocation) : undefined;
