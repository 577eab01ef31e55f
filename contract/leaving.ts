import { z } from 'zod';
import { pauseHowSchema } from './node-state.ts';
import { ledgerChoices } from './usual.ts';

/** How the owner leaves: every choice has a usual answer. */
export const leaveOptionsSchema = z.object({
  /** `finish` lets running jobs end first. */
  how: pauseHowSchema.default('now'),
  /** Images, volumes and networks that came with jobs. */
  images: z.enum(['remove', 'keep']).default('remove'),
  /** `export` writes the record into a file of the owner's and then removes it here. */
  ledger: z.enum(ledgerChoices).default('keep'),
  /** Absolute path of that file; ".csv" makes it a table, everything else JSON. */
  exportTo: z.string().min(2).max(4_000).nullable().default(null),
});

/** How the owner leaves. */
export type LeaveOptions = z.infer<typeof leaveOptionsSchema>;

const size = z.number().int().nonnegative().nullable();

/** What leaving would take away and ask, for showing before it is done; null is not known. */
export const leavingSchema = z.object({
  /** Jobs that run here now. */
  jobs: z.number().int().nonnegative(),
  /** What came with jobs and is on this computer still. */
  images: z.array(z.object({ name: z.string(), bytes: size })),
  volumes: z.array(z.object({ name: z.string(), bytes: size })),
  networks: z.array(z.object({ name: z.string() })),
  /** Why the container engine could not be asked for them, as a problem's code; null where it was. */
  engineProblem: z.string().nullable(),
  /** Our folders: what jobs wrote, the pool's program, its files and keys. */
  folderBytes: size,
  /** Whether the pool's sign-in is undone and the owner's own network comes back. */
  network: z.boolean(),
  /** How often the administrator's password is asked for. */
  prompts: z.number().int().nonnegative(),
  /** Where the record of what was earned would be written unless said otherwise. */
  exportTo: z.string(),
});

/** What leaving would take away and ask. */
export type Leaving = z.infer<typeof leavingSchema>;
