import type { Settings } from '../../contract/app-state.ts';
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

/** What the agent is told to leave to the owner, by the settings as they are. */
export const limitsOver =
  ({ hardware }: Pick<Ports, 'hardware'>, settings: () => Settings) =>
  (): AgentLimits | null =>
    hardware === null ? null : agentLimits(hardware, settings().limits);
