import { fresh, type Facts } from '../facts.ts';
import { factWaitMs, waiting, waitingWith, lookAgainMs, type Plan } from '../planning.ts';

/** What this computer must have before anything is reached: a card and an engine (unless that is about to be installed). Null: it has. */
export function planMachine(facts: Facts, now: number, engineComes = false): Plan | null {
  const gpus = fresh(facts, 'gpus', now);
  if (gpus === null) return waiting('facts', now + factWaitMs, facts.gpus.known ? null : facts.gpus.problem);
  if (gpus.gpus.every((g) => g.fault !== null)) return waitingWith('facts', now + lookAgainMs, 'gpu-none');
  if (engineComes) return null;
  const engine = facts.engine;
  if (!engine.known && engine.problem !== null) return waiting('facts', now + lookAgainMs, engine.problem);
  return null;
}
