import { fresh, type Facts } from '../facts.ts';
import { engineTrouble } from './engine.ts';
import { factWaitMs, waiting, waitingWith, lookAgainMs, type Plan } from '../planning.ts';

/** What this computer must have before anything is reached: a card and an engine (unless that is about to be installed). Null: it has. */
export function planMachine(facts: Facts, now: number, engineComes = false): Plan | null {
  const gpus = fresh(facts, 'gpus', now);
  if (gpus === null) return waiting('facts', now + factWaitMs, facts.gpus.known ? null : facts.gpus.problem);
  const [first] = gpus.gpus;
  if (gpus.gpus.every((g) => g.fault !== null))
    return waitingWith('facts', now + lookAgainMs, 'gpu-lost', first?.fault ?? null);
  if (engineComes) return null;
  const trouble = engineTrouble(facts);
  return trouble === null ? null : waiting('facts', now + lookAgainMs, trouble);
}
