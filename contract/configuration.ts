import { z } from 'zod';
import { limitsSchema } from './limits.ts';
import { timeSchema } from './node-state.ts';

/** Why the configuration of the pool's program changes, by what of it does; texts under `config.why.<name>`. */
export const configReasons = ['gpus', 'limits', 'name', 'invite', 'address', 'port', 'program'] as const;

/** One setting of the configuration: its dotted name and its value as text; secrets and home folders masked. */
export const configLineSchema = z.object({ key: z.string(), value: z.string() });

/** One setting that differs; null where it is not there. */
export const configDifferenceSchema = z.object({
  key: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
});

/** A change of the configuration of the pool's program. It starts anew for it; jobs run on and are taken up again. */
export const configChangeSchema = z.object({
  why: z.array(z.enum(configReasons)),
  lines: z.array(configDifferenceSchema),
  /** When it was written, or null while it is only considered or about to be taken. */
  at: timeSchema.nullable(),
});

/** The configuration of the pool's program as it is on disk, and what would change. */
export const configurationSchema = z.object({
  /** x.y.z of the program, or null where none was found. */
  version: z.string().nullable(),
  /** Empty before it was written for the first time. */
  lines: z.array(configLineSchema),
  /** What is wanted and not written yet, or null where nothing is. */
  pending: configChangeSchema.nullable(),
});

/** As if this were wanted; null: as it is. */
export const configWishSchema = z.object({
  /** A card that is shared or kept. */
  gpu: z
    .object({ uuid: z.string().max(200), share: z.boolean() })
    .nullable()
    .default(null),
  limits: limitsSchema.nullable().default(null),
});

/** As if this were wanted. */
export type ConfigWish = z.infer<typeof configWishSchema>;
/** Why the configuration changes. */
export type ConfigReason = (typeof configReasons)[number];
/** One setting of the configuration. */
export type ConfigLine = z.infer<typeof configLineSchema>;
/** One setting that differs. */
export type ConfigDifference = z.infer<typeof configDifferenceSchema>;
/** A change of the configuration of the pool's program. */
export type ConfigChange = z.infer<typeof configChangeSchema>;
/** The configuration of the pool's program, and what would change. */
export type Configuration = z.infer<typeof configurationSchema>;
