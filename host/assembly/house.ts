import type { Settings } from '../../contract/app-state.ts';
import type { Limits } from '../../contract/limits.ts';
import { Housekeeping } from '../core/budget/housekeeping.ts';
import { agentLimits, type AgentLimits } from '../core/budget/limits.ts';
import type { Reconciler } from '../core/reconciler.ts';
import type { Ports } from './ports.ts';

/** The housekeeping over a session's ports. */
export const housekeepingOver = (
  ports: Ports,
  reconciler: Reconciler,
  settings: () => Settings,
): Housekeeping => new Housekeeping({ ...ports, reconciler, settings });

/** What the agent is told to leave to the owner, by the settings as they are or by these limits instead. */
export const limitsOver =
  ({ hardware }: Pick<Ports, 'hardware'>, settings: () => Settings) =>
  (instead?: Limits): AgentLimits | null =>
    hardware === null ? null : agentLimits(hardware, instead ?? settings().limits);
