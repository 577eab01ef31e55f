import { fresh, type Facts, type Memory } from '../facts.ts';
import { findLine } from '../footprint.ts';
import type { GpuProcess, GpuSample } from '../ports/gpus.ts';

/** Whether memory of our work is left on a card; what other programs hold (the game!) never counts. */
export type GpuFree = 'free' | 'held' | 'unknown';

/** Memory in use moves by this much without any work, MiB: the slack for drivers that name no processes. */
export const memorySlackMib = 200;

/** The proof that the GPU is free, from the driver's own lists where they tell, and by memory where they do not. */
export function gpuFree(facts: Facts, now: number): GpuFree {
  const sample = fresh(facts, 'gpus', now);
  if (sample === null) return 'unknown';
  const { processes } = sample;
  if (processes?.some((p) => isOurs(p, facts.memory)) === true) return 'held';
  const verdicts = sample.gpus
    .filter((g) => g.fault === null)
    .map((g) => (processes === null ? freeByMemory(g, facts) : freeByList(g, processes, facts)));
  return verdicts.includes('held') ? 'held' : verdicts.includes('unknown') ? 'unknown' : 'free';
}

/** By a list that names none of ours; only memory tells where the list is silent of what holds it. */
function freeByList(gpu: GpuSample, processes: readonly GpuProcess[], facts: Facts): GpuFree {
  if (gpu.asleep) return 'free';
  const named = processes.filter((p) => isOn(p, gpu));
  if (named.some((p) => p.containers === null && (facts.memory.hidden?.[p.pid] ?? 'since') === 'since'))
    // Who that is cannot be told: without any figure it may be ours.
    return gpu.usedMib === null ? 'unknown' : freeByMemory(gpu, facts);
  const told = facts.memory.namesOurs === true || named.some((p) => p.usedMib !== null);
  if (told || (gpu.usedMib ?? 0) <= memorySlackMib) return 'free';
  // WSL2 names none, or none with its memory, whatever is in use. Where memory proves nothing either, the list stands.
  const byMemory = freeByMemory(gpu, facts);
  return byMemory === 'unknown' ? 'free' : byMemory;
}

const isOurs = ({ containers }: GpuProcess, memory: Memory): boolean =>
  containers?.some((c) => memory.containers.includes(c)) === true;

const isOn = ({ gpu }: GpuProcess, { uuid, mig }: GpuSample): boolean =>
  gpu === uuid || mig.some((part) => part.uuid === gpu);

/** A process seen for less than this before our work was may be our work's: the engine is looked at as seldom, ms. */
const longBeforeMs = 60_000;

/** What the driver's list teaches: whether it names our work at all, and which processes that cannot be told were there before it. */
export function rememberProcesses(
  facts: Facts,
  working: boolean,
  now: number,
): Pick<Memory, 'hidden' | 'namesOurs'> {
  const { memory, gpus } = facts;
  if (!gpus.known || gpus.value.processes === null) return {};
  const { processes, gpus: cards } = gpus.value;
  const quiet = !working && isQuiet(facts);
  const hidden = processes.flatMap((p) => {
    if (p.containers !== null) return [];
    const on = cards.filter((g) => isOn(p, g));
    // A process of ours may outlive its container: until its memory is back, none that appears is another's.
    const over = quiet && on.every((g) => (memory.vram[g.uuid]?.last ?? null) === null);
    const told = on.every((g) => g.usedMib !== null);
    return [[p.pid, sinceWhen(memory.hidden?.[p.pid], over, told, now)] as const];
  });
  return {
    hidden: Object.fromEntries(hidden),
    namesOurs: memory.namesOurs === true || processes.some((p) => isOurs(p, memory)),
  };
}

type SeenSince = 'before' | 'since' | number;

/** What is known of one process now. `over`: none of our work is left; `told`: its card's memory says so too. */
function sinceWhen(was: SeenSince | undefined, over: boolean, told: boolean, now: number): SeenSince {
  if (over) return was === undefined || (was === 'since' && told) ? now : was;
  return typeof was === 'number' ? (now - was >= longBeforeMs ? 'before' : 'since') : (was ?? 'since');
}

/** Whether it is known that none of our work runs: never for want of a look. */
function isQuiet({ footprint, engine, work, agent }: Facts): boolean {
  if (footprint.known && findLine(footprint.value, 'agent') === null) return true;
  return engine.known && (work.known || (agent.known && agent.value.process === null));
}

function freeByMemory(gpu: GpuSample, facts: Facts): GpuFree {
  const seen = facts.memory.vram[gpu.uuid];
  if (seen === undefined || seen.last === null) return 'free'; // our work was never seen on this card
  if (gpu.usedMib === null) return 'unknown';
  if (seen.idle !== null && gpu.usedMib <= seen.idle + memorySlackMib) return 'free';
  if (seen.idle === null && seen.held === null) return 'unknown';
  return seen.held !== null && seen.last - gpu.usedMib >= seen.held - memorySlackMib ? 'free' : 'held';
}
