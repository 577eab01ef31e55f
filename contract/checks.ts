import { z } from 'zod';
import { problemSchema } from './problems.ts';

/** Every diagnosis, in the order in which they are shown: this computer, the way to the pool, the pool's program, the pool's view. */
export const checkIds = [
  'gpu',
  'engine',
  'nvidia-runtime',
  'disk',
  'administrator',
  'tailscale',
  'network',
  'tag',
  'clock',
  'middle',
  'names',
  'path',
  'server-port',
  'udp',
  'relay',
  'nomad',
  'agent',
  'certificate',
  'introduction',
  'node',
  'servers',
  'drivers',
  'devices',
  'work',
  'fit',
  'ledger',
] as const;

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
