import type { ConfigChange } from './configuration.ts';
import type { LeaveOptions } from './leaving.ts';
import type { Limits } from './limits.ts';

// Apart from the schemas, for the page: what checks schemas compiles code, which its policy forbids.

/** What becomes of the record of what was earned. */
export const ledgerChoices = ['keep', 'export', 'remove'] as const;

/** Leaving with the usual answers. */
export const usualLeave: LeaveOptions = { how: 'now', images: 'remove', ledger: 'keep', exportTo: null };

/** The usual shares. */
export const usualLimits: Limits = { keepCores: null, keepMemoryMib: null, budgetMib: null, jobs: null };

/**
 * Whether a change is told before a running program takes it: it came of something else than a click that showed it, and
 * what runs is still right meanwhile (where an address moved, it is not).
 */
export function toldFirst({ why }: Pick<ConfigChange, 'why'>): boolean {
  const unseen: readonly (typeof why)[number][] = ['invite', 'name', 'port', 'program'];
  return !why.includes('address') && why.some((reason) => unseen.includes(reason));
}

/** Whether a change came of something else than the owner's own word: another address, port or version. */
export function changedUnasked({ why }: Pick<ConfigChange, 'why'>): boolean {
  return why.some((reason) => reason === 'address' || reason === 'port' || reason === 'program');
}
