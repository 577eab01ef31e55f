import { z } from 'zod';
import { problemSchema } from './problems.ts';

/** One diagnosis of this computer: passed, or a problem. */
export const checkResultSchema = z.object({
  id: z.enum(['gpu', 'engine', 'tailscale', 'nomad', 'disk', 'administrator']),
  /** What was found, in a few words (a version, a name, free space); null where nothing is worth saying. */
  found: z.string().nullable(),
  problem: problemSchema.nullable(),
});

/** One diagnosis. */
export type CheckResult = z.infer<typeof checkResultSchema>;
