import type { FactName, Facts, Memory } from '../facts.ts';
import { stoppedIn } from '../guard/sample.ts';
import { foldDisk } from './disk.ts';
import { foldEnds } from './failures.ts';
import { foldUse } from './idle.ts';
import { foldMachine } from './machine.ts';

/** Folds what was just seen into what pauses by itself. */
export function rememberCauses(facts: Facts, name: FactName, now: number): Memory {
  const { memory } = facts;
  switch (name) {
    case 'gpus':
      return { ...memory, faulty: faultySince(facts, now), holds: holdMachine(facts, now) };
    case 'engine':
      return { ...memory, holds: holdMachine(facts, now) };
    case 'health':
      return { ...memory, holds: { ...holdMachine(facts, now), disk: foldDisk(facts, now) } };
    case 'work':
      return { ...memory, ends: endsSeen(facts) };
    case 'activity':
      return { ...memory, use: foldActivity(facts, now) };
    default:
      return memory;
  }
}

/** What was stopped for what it asked tells nothing of this machine. */
function endsSeen(facts: Facts): Memory['ends'] {
  if (!facts.work.known) return facts.memory.ends;
  const stopped = stoppedIn(facts);
  return foldEnds(
    facts.memory.ends,
    facts.work.value.filter(({ id }) => stopped[id] === undefined),
  );
}

const holdMachine = (facts: Facts, now: number): Memory['holds'] => ({
  ...facts.memory.holds,
  machine: foldMachine(facts, now),
});

function faultySince({ gpus, memory }: Facts, now: number): Memory['faulty'] {
  if (!gpus.known) return memory.faulty;
  const faulty = gpus.value.gpus.filter((g) => g.fault !== null);
  return Object.fromEntries(faulty.map((g) => [g.uuid, memory.faulty[g.uuid] ?? now]));
}

const foldActivity = ({ activity, memory }: Facts, now: number): Memory['use'] =>
  activity.known ? foldUse(memory.use, activity.value, now) : memory.use;
