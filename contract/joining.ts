import { z } from 'zod';
import { progressSchema } from './node-state.ts';
import { problemSchema } from './problems.ts';

/** The steps of joining as people see them, in order. */
export const joinStages = ['machine', 'network', 'programs', 'start'] as const;

/** A text of the catalogue and what goes into it, as it travels. */
export const sentPhraseSchema = z.object({
  key: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** One step: what it will do, what it did, how far it is, and what it needs of a person. */
export const joinStageSchema = z.object({
  step: z.enum(joinStages),
  state: z.enum(['waiting', 'doing', 'done', 'needs-you']),
  will: z.array(sentPhraseSchema),
  did: z.array(sentPhraseSchema),
  /** What is in its way, also while it goes on trying by itself. */
  problem: problemSchema.nullable(),
  progress: progressSchema.nullable(),
});

/** The whole way, from an accepted invite to sharing. */
export const joiningSchema = z.object({ steps: z.array(joinStageSchema) });

/** A text as it travels. */
export type SentPhrase = z.infer<typeof sentPhraseSchema>;
/** One step of joining. */
export type JoinStage = z.infer<typeof joinStageSchema>;
/** A step's name. */
export type JoinStageName = (typeof joinStages)[number];
/** The whole way. */
export type Joining = z.infer<typeof joiningSchema>;
