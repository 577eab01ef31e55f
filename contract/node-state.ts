import { z } from 'zod';
import { leaveStages } from './leave-stages.ts';
import { problemSchema } from './problems.ts';

/** Epoch milliseconds. */
export const timeSchema = z.number().int().nonnegative();

/** Why sharing is paused; a set: paused while any is left. */
export const reasons = [
  'you',
  'game',
  'vram',
  'in-use',
  'battery',
  'thermal',
  'disk',
  'machine',
  'idle',
  'session',
  'schedule',
  'update',
  'operator',
] as const;

/** How a pause treats running work: `finish` lets it end, `now` frees the GPU. */
export const pauseHowSchema = z.enum(['finish', 'now']);

/** How a pause treats running work. */
export type PauseHow = z.infer<typeof pauseHowSchema>;

/** One reason to pause, with what ends it. */
export const pauseReasonSchema = z.object({
  reason: z.enum(reasons),
  how: pauseHowSchema,
  since: timeSchema,
  /** When it ends by itself; null: when its cause does. */
  until: timeSchema.nullable(),
  /** A name for the sentence (a game's, an operator's message), or null. */
  name: z.string().nullable(),
  /** What is wrong, for reasons that a problem stands behind. */
  problem: problemSchema.optional(),
});

/** One reason to pause. */
export type PauseReason = z.infer<typeof pauseReasonSchema>;

/** The name of a reason to pause. */
export type Reason = (typeof reasons)[number];

/** How far a long action is; `total` null where unknown. */
export const progressSchema = z.object({
  done: z.number().nonnegative(),
  total: z.number().positive().nullable(),
  unit: z.enum(['bytes', 'steps']),
  /** How many of them in a second, where it is measured. */
  perSecond: z.number().nonnegative().optional(),
  /** Time left, ms, where it can be told. */
  leftMs: z.number().nonnegative().optional(),
});

/** How far a long action is. */
export type Progress = z.infer<typeof progressSchema>;

/** The steps of joining, in order. */
export const joinSteps = ['machine', 'tailscale', 'sign-in', 'nomad', 'start', 'ready'] as const;

/** One step of joining. */
export type JoinStep = (typeof joinSteps)[number];

/** What people see of this computer; several may hold, the first in `nodeStateOrder` is the kind. */
export const nodeStateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('looking') }),
  z.object({ kind: z.literal('new') }),
  z.object({
    kind: z.literal('joining'),
    step: z.enum(joinSteps),
    progress: progressSchema.nullable(),
    signInUrl: z.string().nullable(),
    /** Until when a person is waited for: who signs in, or (`approval`) the pool's operator. */
    personUntil: timeSchema.nullable().optional(),
    approval: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('sharing'), since: timeSchema, busy: z.boolean() }),
  z.object({
    kind: z.literal('pausing'),
    reasons: z.array(pauseReasonSchema),
    since: timeSchema,
    /** Jobs that have not ended yet. */
    left: z.number().int().nonnegative(),
    /** When the GPU is free at the latest; null when it waits for jobs to finish. */
    freesAt: timeSchema.nullable(),
  }),
  z.object({
    kind: z.literal('paused'),
    reasons: z.array(pauseReasonSchema),
    until: timeSchema.nullable(),
    /** What ends it: the owner, a time, its cause, or the pool's operator. */
    ends: z.enum(['owner', 'time', 'cause', 'operator']),
  }),
  z.object({
    kind: z.literal('offline'),
    since: timeSchema,
    nextTry: timeSchema.nullable(),
    cause: z.enum(['tailnet', 'server', 'agent']),
  }),
  z.object({ kind: z.literal('attention'), problem: problemSchema }),
  z.object({
    kind: z.literal('leaving'),
    left: z.number().int().nonnegative(),
    /** Whether jobs may end first; absent: they may not. */
    how: pauseHowSchema.optional(),
    /** What is being undone just now; null or absent: nothing, it waits. */
    doing: z.enum(leaveStages).nullable().optional(),
  }),
]);

/** What people see of this computer. */
export type NodeState = z.infer<typeof nodeStateSchema>;

/** A state's kind. */
export type NodeStateKind = NodeState['kind'];

/** Which kind wins when several hold; the others become notes. */
export const nodeStateOrder = [
  'leaving',
  'new',
  'looking',
  'joining',
  'pausing',
  'paused',
  'attention',
  'offline',
  'sharing',
] as const satisfies readonly NodeStateKind[];
