import type { FactName, Facts, Memory } from '../facts.ts';
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
      return facts.work.known ? { ...memory, ends: foldEnds(memory.ends, facts.work.value) } : memory;
    case 'activity':
      return { ...memory, use: foldActivity(facts, now) };
    default:
      return memory;
  }
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
