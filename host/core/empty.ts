import { fresh, type Facts } from './facts.ts';
import { findLine } from './footprint.ts';
import { gpuFree } from './cards/free.ts';
import type { Intent } from './intent.ts';
import { isLeft } from './work.ts';

/** Whether anything of the pool's work is left on this machine: containers or processes, their memory on a card, nothing, or not to be told. */
export type Empty = 'empty' | 'work' | 'memory' | 'unknown';

/** Whether no agent of ours can have run here: neither footprint nor files nor processes tell of one. A lost footprint alone proves nothing. */
export function neverStarted(facts: Facts, now: number): boolean {
  if (!facts.footprint.known || findLine(facts.footprint.value, 'agent') !== null) return false;
  const agent = fresh(facts, 'agent', now);
  return agent !== null && agent.process === null && agent.configHash === null;
}

/** Whether anything of ours is left on this machine, by the footprint or (where that was lost) by the agent itself. */
export function isResidue({ footprint, agent }: Facts): boolean {
  if (footprint.known && footprint.value.length > 0) return true;
  return agent.known && (agent.value.process !== null || agent.value.configHash !== null);
}

/** The proof that the GPU was given back, from the engine, the process table and the driver; never from what was merely asked for. */
export function provenEmpty(facts: Facts, now: number): Empty {
  if (neverStarted(facts, now)) return 'empty';
  const work = withoutWork(facts, now);
  if (work !== 'empty') return work;
  const free = gpuFree(facts, now);
  return free === 'held' ? 'memory' : free === 'unknown' ? 'unknown' : 'empty';
}

/** The same of containers and processes alone. */
function withoutWork(facts: Facts, now: number): Empty {
  const agent = fresh(facts, 'agent', now);
  const engine = fresh(facts, 'engine', now);
  const local = fresh(facts, 'local', now);
  if (engine?.containers.some((c) => c.state === 'running' || c.state === 'paused') === true) return 'work';
  if (agent !== null && agent.process === null && local !== null && local.processes > 0) return 'work';
  if (agent === null || engine === null || local === null) return 'unknown';
  if (agent.process !== null) {
    const work = fresh(facts, 'work', now);
    if (work === null) return 'unknown';
    if (work.some(isLeft)) return 'work';
  }
  return 'empty';
}

/** All that leaving needs where no driver answers any more (the card was taken out): nothing of ours runs, whatever a card may hold. */
export const emptyWithoutDriver = (facts: Facts, now: number): boolean =>
  !facts.gpus.known && facts.gpus.problem !== null && withoutWork(facts, now) === 'empty';

/**
 * The proof where no engine answers any more (uninstalled, stopped, refusing us): no agent, no helper, no process in a
 * container of ours, and none that holds memory of a card. Where it cannot be told of containers, the owner's word
 * counts: they asked again after they were told so.
 */
export function emptyWithoutEngine({ leaveAgainAt }: Intent, facts: Facts, now: number): boolean {
  const agent = fresh(facts, 'agent', now);
  const local = fresh(facts, 'local', now);
  if (facts.engine.known || facts.engine.problem === null) return false;
  if (agent === null || agent.process !== null || local === null) return false;
  const unseen = unseenContainers(facts, now);
  const said = leaveAgainAt !== undefined && leaveAgainAt > (facts.memory.unseenSince ?? now);
  if (local.processes > 0 || (unseen ? !said : local.inContainers !== 0)) return false;
  return gpuFree(facts, now) !== 'held';
}

/** Whether neither an engine nor the processes here tell whether a container of a job's still runs. */
export const unseenContainers = (facts: Facts, now: number): boolean =>
  !facts.engine.known && fresh(facts, 'local', now)?.inContainers === 'unseen';
