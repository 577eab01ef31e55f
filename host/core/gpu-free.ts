import { fresh, type Facts } from './facts.ts';
import type { GpuSample } from './ports/gpus.ts';

/** Whether memory of our work is left on a card; what other programs hold (the game!) never counts. */
export type GpuFree = 'free' | 'held' | 'unknown';

/** Memory in use moves by this much without any work, MiB: the slack for drivers that name no processes. */
export const memorySlackMib = 200;

/** The proof that the GPU is free, from the driver's own lists where it has them. */
export function gpuFree(facts: Facts, now: number): GpuFree {
  const sample = fresh(facts, 'gpus', now);
  if (sample === null) return 'unknown';
  if (sample.processes !== null) {
    const ours = new Set(facts.memory.containers);
    return sample.processes.some((p) => p.containers.some((c) => ours.has(c))) ? 'held' : 'free';
  }
  const verdicts = sample.gpus.filter((g) => g.fault === null).map((g) => freeByMemory(g, facts));
  return verdicts.includes('held') ? 'held' : verdicts.includes('unknown') ? 'unknown' : 'free';
}

function freeByMemory(gpu: GpuSample, facts: Facts): GpuFree {
  const seen = facts.memory.vram[gpu.uuid];
  if (seen === undefined || seen.last === null) return 'free'; // our work was never seen on this card
  if (gpu.usedMib === null) return 'unknown';
  if (seen.idle !== null && gpu.usedMib <= seen.idle + memorySlackMib) return 'free';
  return seen.held !== null && seen.last - gpu.usedMib >= seen.held - memorySlackMib ? 'free' : 'held';
}
