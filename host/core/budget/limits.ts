import type { AgentWanted } from '../ports/nomad.ts';
import type { Settings } from '../../../contract/app-state.ts';
import type { Limits, LimitsView } from '../../../contract/limits.ts';
import { usualLimits } from '../../../contract/usual.ts';
import type { BudgetUse } from '../facts.ts';

/** What this machine is made of; constant for one life of the host. */
export interface Hardware {
  readonly cores: number;
  /** Of one core, as the system rates it. */
  readonly mhz: number;
  readonly memoryMib: number;
  /** The disk that holds our folders; null where the system does not tell. */
  readonly diskMib: number | null;
}

/** What the pool's program is told to leave alone. */
export interface AgentLimits {
  readonly cpuMhz: number;
  readonly memoryMib: number;
  readonly diskMib: number;
  /** Null: as many as fit. */
  readonly jobs: number | null;
}

const gib = 1_024;

/** What stays the owner's unless they say otherwise: a quarter of the cores and at least two, a fifth of the memory and at least 4 GiB; never more than half. */
export function kept(
  hardware: Hardware,
  limits: Limits,
): { readonly cores: number; readonly memoryMib: number } {
  const { cores, memoryMib } = hardware;
  const usualCores = Math.min(Math.max(2, Math.round(cores / 4)), Math.floor(cores / 2));
  const usualMemory = Math.min(Math.max(4 * gib, Math.round(memoryMib / 5)), Math.floor(memoryMib / 2));
  return {
    // Something must be left for jobs, else no work is ever placed here.
    cores: Math.min(limits.keepCores ?? usualCores, Math.max(0, cores - 1)),
    memoryMib: Math.min(limits.keepMemoryMib ?? usualMemory, Math.max(0, memoryMib - gib / 2)),
  };
}

/** The limits as the agent's configuration says them. A tenth of the disk is never planned with. */
export function agentLimits(hardware: Hardware, limits: Limits = usualLimits): AgentLimits {
  const { cores, memoryMib } = kept(hardware, limits);
  return {
    cpuMhz: cores * hardware.mhz,
    memoryMib,
    diskMib: hardware.diskMib === null ? 0 : Math.floor(hardware.diskMib / 10),
    jobs: limits.jobs,
  };
}

/** The agent's configuration with the owner's limits in it. */
export function withLimits<W extends object>(
  wanted: W | null,
  limits: AgentLimits | null,
): (W & Pick<AgentWanted, 'reserved' | 'maxJobs'>) | null {
  if (wanted === null || limits === null) return wanted;
  const { jobs, ...reserved } = limits;
  return { ...wanted, reserved, ...(jobs === null ? {} : { maxJobs: jobs }) };
}

/** The most that images and folders of ended jobs take up unless the owner says otherwise. */
const usualBudgetBytes = 60_000_000_000;

/** The smaller of 60 GB and a fifth of what would be free without them. */
export function budgetBytes(limits: Limits, freeBytes: number | null, usedBytes: number): number {
  if (limits.budgetMib !== null) return limits.budgetMib * 1_048_576;
  if (freeBytes === null) return usualBudgetBytes;
  return Math.min(usualBudgetBytes, Math.floor((freeBytes + usedBytes) / 5));
}

/** The limits as they hold now, for the screen. */
export function viewLimits(
  hardware: Hardware | null,
  { limits = usualLimits }: Pick<Settings, 'limits'>,
  use: BudgetUse | null,
): LimitsView | null {
  if (hardware === null) return null;
  const { cores, memoryMib } = kept(hardware, limits);
  const usual = kept(hardware, usualLimits);
  return {
    cores: hardware.cores,
    memoryMib: hardware.memoryMib,
    keepCores: cores,
    keepMemoryMib: memoryMib,
    usualCores: usual.cores,
    usualMemoryMib: usual.memoryMib,
    jobs: limits.jobs,
    budgetBytes: use?.budgetBytes ?? null,
    imageBytes: use?.imageBytes ?? null,
    folderBytes: use?.folderBytes ?? null,
  };
}
