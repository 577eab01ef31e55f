import type { Work } from '../../../contract/app-state.ts';
import type { StoppedWork } from '../guard/sample.ts';
import type { AllocationSample } from '../ports/nomad.ts';
import { viewPull } from './pull.ts';
import { isLeft, isPulling } from '../work.ts';

/** An allocation as people see it: a job. */
export function viewWork(allocation: AllocationSample, now: number, stopped: StoppedWork = {}): Work {
  const started = allocation.tasks.map((t) => t.startedAt).filter((t) => t !== null);
  const left = isLeft(allocation);
  return {
    id: allocation.id,
    job: allocation.job,
    type: allocation.type,
    state: workState(allocation),
    gpus: [...allocation.gpus],
    since: started.length > 0 ? Math.min(...started) : allocation.createdAt,
    endedAt: left ? null : allocation.modifiedAt,
    restarts: allocation.tasks.reduce((sum, t) => sum + t.restarts, 0),
    ended: left ? null : whyEnded(allocation),
    image: allocation.tasks.find((t) => t.image !== null)?.image ?? null,
    ...viewPull(allocation, now),
    stopped: stopped[allocation.id] ?? null,
  };
}

function workState(allocation: AllocationSample): Work['state'] {
  if (!isLeft(allocation)) return 'ended';
  if (allocation.desired !== 'run') return 'ending';
  if (isPulling(allocation)) return 'downloading';
  return allocation.tasks.some((t) => t.state === 'running') ? 'running' : 'starting';
}

/** Why an allocation ended here. A stop from outside means that its job goes on elsewhere, unless its tasks had ended well before. */
export function whyEnded(allocation: AllocationSample): NonNullable<Work['ended']> {
  if (allocation.client === 'lost' || allocation.client === 'unknown') return 'lost';
  if (allocation.desired !== 'run') return 'moved';
  return allocation.client === 'failed' || allocation.tasks.some((t) => t.failed) ? 'failed' : 'finished';
}
