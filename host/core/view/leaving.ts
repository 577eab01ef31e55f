import { leaveStages } from '../../../contract/leave-stages.ts';
import type { NodeState } from '../../../contract/node-state.ts';
import type { Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';

/** Leaving as people see it: how, how many jobs are left, and what is being undone just now. */
export function leavingState({ leaving }: Intent, { running }: Facts, left: number): NodeState {
  const done = running?.kind === 'leave' ? (running.progress?.done ?? 0) : null;
  const doing = done === null ? (running?.kind === 'take-back' ? 'work' : null) : (leaveStages[done] ?? null);
  return { kind: 'leaving', left, how: leaving?.how ?? 'now', doing };
}
