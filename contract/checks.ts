import { z } from 'zod';
import { checkIds } from './check-ids.ts';
import { problemSchema } from './problems.ts';

/** One diagnosis of this computer: passed, a problem with its remedy, or nothing that applies here and now. */
export const checkResultSchema = z.object({
  id: z.enum(checkIds),
  state: z.enum(['passed', 'problem', 'not-applicable']),
  /** What was found, in a few words (a version, a name, free space); null where nothing is worth saying. */
  found: z.string().nullable(),
  /** What was found as a text of the catalogue; absent where `found` says it all. */
  says: z
    .object({ key: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) })
    .optional(),
  problem: problemSchema.nullable(),
});

/** One diagnosis. */
export type CheckResult = z.infer<typeof checkResultSchema>;
