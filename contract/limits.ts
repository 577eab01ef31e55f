import { z } from 'zod';

/** What the owner sets aside for themselves, and how much of the disk jobs may leave filled; null: the usual share. */
export const limitsSchema = z.object({
  /** Processor cores that the pool does not plan with. */
  keepCores: z.number().int().min(0).max(4_096).nullable(),
  keepMemoryMib: z.number().int().min(0).max(16_777_216).nullable(),
  /** How much images and folders of ended jobs may take up. */
  budgetMib: z.number().int().min(0).max(67_108_864).nullable(),
  /** How many jobs at most run at once; null: as many as fit. */
  jobs: z.number().int().min(1).max(1_000).nullable(),
});

/** What the owner sets aside. */
export type Limits = z.infer<typeof limitsSchema>;

/** The limits as they hold now, with what they are measured against. */
export const limitsViewSchema = z.object({
  cores: z.number().int().positive(),
  memoryMib: z.number().int().positive(),
  keepCores: z.number().int().nonnegative(),
  keepMemoryMib: z.number().int().nonnegative(),
  /** What would be kept if the owner said nothing. */
  usualCores: z.number().int().nonnegative(),
  usualMemoryMib: z.number().int().nonnegative(),
  jobs: z.number().int().positive().nullable(),
  /** Null until it was measured. */
  budgetBytes: z.number().nonnegative().nullable(),
  /** What images that came with jobs and folders of ended jobs take up. */
  imageBytes: z.number().nonnegative().nullable(),
  folderBytes: z.number().nonnegative().nullable(),
});

/** The limits as they hold now. */
export type LimitsView = z.infer<typeof limitsViewSchema>;
