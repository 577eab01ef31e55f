import { z } from 'zod';
import { timeSchema } from './node-state.ts';

/** What an invite would do, read without connecting anywhere. */
export const invitePreviewSchema = z.object({
  pool: z.object({ id: z.string(), name: z.string(), operator: z.string(), contact: z.string() }),
  contributor: z.string().nullable(),
  uses: z.union([z.literal('one'), z.number().int().positive()]),
  /** The earliest expiry of its parts, or null where none expires. */
  expiresAt: timeSchema.nullable(),
  /** Null where sharing is unpaid. */
  prices: z
    .object({
      currency: z.string(),
      perGpuHour: z.array(z.object({ gpuType: z.string(), micros: z.number().int().nonnegative() })),
    })
    .nullable(),
  /** Every host and port this computer would reach. */
  connects: z.array(
    z.object({
      what: z.enum(['control', 'nomad', 'pool-service']),
      host: z.string(),
      port: z.number().int().min(1).max(65535),
      protocol: z.enum(['tcp', 'udp']),
    }),
  ),
  /** Whether the pool's side can open connections to this computer's network side (shields up: no). */
  shieldsUp: z.boolean(),
  ownersMayReadLogs: z.boolean(),
  peers: z.boolean(),
  signIn: z.enum(['key', 'browser', 'pool-service']),
  nodeName: z.string().nullable(),
});

/** What an invite would do. */
export type InvitePreview = z.infer<typeof invitePreviewSchema>;
