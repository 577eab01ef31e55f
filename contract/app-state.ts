import { z } from 'zod';
import { gpuSchema, otherCardSchema, whenIdleSchema } from './gpus.ts';
import { configChangeSchema } from './configuration.ts';
import { joiningSchema } from './joining.ts';
import { limitsSchema, limitsViewSchema } from './limits.ts';
import { nodeStateSchema, progressSchema, timeSchema } from './node-state.ts';
import { engineSummarySchema } from './engine.ts';
import { guardRuleSchema } from './guard.ts';
import { problemSchema } from './problems.ts';

/** The pool this computer belongs to, as its invite says. */
export const poolSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  operator: z.string(),
  contact: z.string(),
  /** ISO 4217 code, or null where sharing is unpaid. */
  currency: z.string().nullable(),
  ownersMayReadLogs: z.boolean(),
});

/** Going to the owner's own network in a pause; null: this computer is in no pool's network. */
export const ownNetworkSchema = z
  .object({
    /** The owner wants to be there. */
    wanted: z.boolean(),
    /** The pool's network is not the one in use. */
    there: z.boolean(),
    /** They have no network of their own on this computer: going there only switches the pool's off. */
    none: z.boolean(),
    /** The pause is long enough to offer it. */
    offered: z.boolean(),
  })
  .nullable();

/** How good the way to the pool's servers is. */
export const pathQualitySchema = z.object({
  /** There and back to the nearest server, milliseconds; null where none answered. */
  ms: z.number().nonnegative().nullable(),
  /** The nearest relay, which is used where no direct way is found. */
  nearestRelay: z.object({ name: z.string(), ms: z.number().nonnegative().nullable() }).nullable(),
  /** What stands in the way: works all the same as long as the state says connected. */
  problems: z.array(problemSchema),
  at: timeSchema,
});

/** How the pool's network is reached. */
export const tailnetSummarySchema = z.object({
  connected: z.boolean(),
  /** This computer's address there, or null. */
  address: z.string().nullable(),
  path: z.enum(['direct', 'relayed', 'idle', 'unknown']),
  /** The relay's name where relayed. */
  relay: z.string().nullable(),
  /** False where the control server is away though servers answer. */
  controlOnline: z.boolean().nullable(),
  /** How good the way is, as it was last tried; absent until it was. */
  quality: pathQualitySchema.optional(),
});

/** One job on this computer, as people see it. */
export const workSchema = z.object({
  id: z.string(),
  job: z.string(),
  type: z.enum(['batch', 'service', 'system', 'sysbatch']),
  state: z.enum(['downloading', 'starting', 'running', 'ending', 'ended']),
  /** UUIDs of the GPUs it holds. */
  gpus: z.array(z.string()),
  since: timeSchema,
  /** When it ended, or null while it goes on. */
  endedAt: timeSchema.nullable(),
  restarts: z.number().int().nonnegative(),
  /** Why it ended: finished, failed, moved elsewhere (by a pause or the pool), or stopped for what it asked. */
  ended: z.enum(['finished', 'failed', 'moved', 'lost', 'stopped']).nullable(),
  image: z.string().nullable(),
  progress: progressSchema.nullable(),
  /** While its image downloads: which try this is, and whether this line is too slow for it. */
  pull: z
    .object({
      attempt: z.number().int().positive(),
      /** After this long the pool's program gives a try up. */
      limitMs: z.number().int().positive(),
      tooSlow: z.boolean(),
    })
    .nullable()
    .optional(),
  /** Rigshare ended it here, for asking what no job may have. */
  stopped: guardRuleSchema.nullish(),
});

/** What was earned since local midnight: estimated by the invite's price. */
export const todaySchema = z.object({
  /** Milliseconds of GPU use, summed over GPUs. */
  gpuMs: z.number().int().nonnegative(),
  /** Integer micro-units of the pool's currency; null where unpaid. */
  micros: z.number().int().nonnegative().nullable(),
  /** Jobs that ran here today. */
  jobs: z.number().int().nonnegative(),
});

/** What the owner set. */
export const settingsSchema = z.object({
  language: z.enum(['system', 'en', 'zh-CN']),
  theme: z.enum(['system', 'light', 'dark']),
  /** Path of an own `nomad`; null: one of the publisher's that Rigshare downloaded, or from PATH. */
  nomadPath: z.string().max(4096).nullable(),
  /** Path of tailscaled's socket; null: the usual places. */
  tailscaleSocket: z.string().max(4096).nullable(),
  /** Path of the container engine's socket; null: the usual places. */
  engineSocket: z.string().max(4096).nullable(),
  /** What jobs may take of this computer; absent: the usual shares. */
  limits: limitsSchema.optional(),
});

/** The whole state, sent whole at each change, at most ten times a second. */
export const appStateSchema = z.object({
  /** Rises with each change within one life of the host. */
  revision: z.number().int().nonnegative(),
  /** The host's version, so that a client of another version can say so. */
  version: z.string(),
  node: nodeStateSchema,
  notes: z.array(nodeStateSchema),
  pool: poolSummarySchema.nullable(),
  tailnet: tailnetSummarySchema.nullable(),
  ownNetwork: ownNetworkSchema,
  gpus: z.array(gpuSchema),
  /** Cards of other makers, seen and named. */
  otherCards: z.array(otherCardSchema),
  whenIdle: whenIdleSchema,
  /** Why no GPU can be read, or null. */
  gpuProblem: problemSchema.nullable(),
  work: z.array(workSchema),
  today: todaySchema,
  settings: settingsSchema,
  /** What jobs may take of this computer as it holds now; null or absent: not known. */
  limits: limitsViewSchema.nullable().optional(),
  /** The container engine and the watch over it; null: not known now. */
  engine: engineSummarySchema.nullish(),
  /** Things the owner should know once: a damaged file moved aside, a full disk. */
  notices: z.array(problemSchema),
  /** True in the demo pool: nothing on this computer is used. */
  demo: z.boolean(),
  /** Nothing was chosen yet: the first-run screen is due. */
  firstRun: z.boolean(),
  /** The way to sharing, step by step; null where none is under way. */
  joining: joiningSchema.nullable(),
  /** The last change of the configuration of the pool's program in this life of the host; null where none was. */
  configChange: configChangeSchema.nullable(),
  /** The text of the demo pool's invite, in a demo that is joined by hand; else null. */
  demoInvite: z.string().nullable(),
  /** Another version of the pool's program: offered, or on its way; null: neither. */
  update: z
    .object({
      from: z.string(),
      to: z.string(),
      underWay: z.boolean(),
      /** While it is fetched. */
      progress: progressSchema.nullable(),
    })
    .nullable(),
});

/** The whole state. */
export type AppState = z.infer<typeof appStateSchema>;
export type { Gpu } from './gpus.ts';
/** How good the way is, in the state. */
export type PathQuality = z.infer<typeof pathQualitySchema>;
/** The pool in the state. */
export type PoolSummary = z.infer<typeof poolSummarySchema>;
/** The pool's network in the state. */
export type TailnetSummary = z.infer<typeof tailnetSummarySchema>;
/** A job in the state or the history. */
export type Work = z.infer<typeof workSchema>;
/** Today's earnings in the state. */
export type Today = z.infer<typeof todaySchema>;
/** What the owner set. */
export type Settings = z.infer<typeof settingsSchema>;

/** What holds until the owner sets something. */
export const defaultSettings: Settings = {
  language: 'system',
  theme: 'system',
  nomadPath: null,
  tailscaleSocket: null,
  engineSocket: null,
};
