import { z } from 'zod';
import { timeSchema } from './node-state.ts';

/** One day's sum, by the owner's local calendar. */
export const daySchema = z.object({
  /** YYYY-MM-DD in local time. */
  day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  gpuMs: z.number().int().nonnegative(),
  /** Integer micro-units, or null where unpaid. */
  micros: z.number().int().nonnegative().nullable(),
  jobs: z.number().int().nonnegative(),
});

/** What was earned over some days, today last; days without work are there with zeros. */
export const earningsSummarySchema = z.object({
  currency: z.string().nullable(),
  /** How sure the amounts are: this version knows only its own estimate. */
  status: z.enum(['estimated', 'demo']),
  days: z.array(daySchema),
  gpuMs: z.number().int().nonnegative(),
  micros: z.number().int().nonnegative().nullable(),
  jobs: z.number().int().nonnegative(),
});

/** One uninterrupted stretch in which one job held one GPU: why a micro-unit was earned. */
export const ledgerRowSchema = z.object({
  id: z.string(),
  workId: z.string(),
  job: z.string(),
  gpu: z.string(),
  gpuName: z.string(),
  startedAt: timeSchema,
  /** Null while it goes on. */
  endedAt: timeSchema.nullable(),
  gpuMs: z.number().int().nonnegative(),
  /** Price per GPU hour in integer micro-units, or null where unpaid. */
  microsPerHour: z.number().int().nonnegative().nullable(),
  micros: z.number().int().nonnegative().nullable(),
});

/** What was earned over some days. */
export type EarningsSummary = z.infer<typeof earningsSummarySchema>;
/** One day's sum. */
export type Day = z.infer<typeof daySchema>;
/** One row of the ledger as people see it. */
export type LedgerRow = z.infer<typeof ledgerRowSchema>;
