import type { AllocationSample } from './ports/nomad.ts';

/** Whether an allocation still counts as work here: it runs, starts, or pulls its image. */
export function isLeft(allocation: AllocationSample): boolean {
  if (allocation.client !== 'pending' && allocation.client !== 'running') return false;
  if (allocation.tasks.length === 0) return allocation.desired === 'run';
  return allocation.tasks.some((t) => t.state !== 'dead');
}

/** Whether one of its tasks is fetching its image. */
export function isPulling(allocation: AllocationSample): boolean {
  return isLeft(allocation) && allocation.tasks.some((t) => t.pulling);
}
