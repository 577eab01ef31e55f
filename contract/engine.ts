import { z } from 'zod';

/** The container engine that runs the pool's jobs, and the watch over it. */
export const engineSummarySchema = z.object({
  kind: z.enum(['docker', 'podman']),
  version: z.string(),
  /** Whose rights containers amount to: the owner's own, the administrator's through the engine's group, or root's as which Rigshare runs. */
  rights: z.enum(['rootless', 'group', 'root']),
  /** How cards get into its containers. */
  nvidia: z.enum(['runtime', 'cdi', 'none']),
  /** Its socket; null: not told. */
  socket: z.string().nullable(),
  /** Names of the owner's own running containers, at most 20: what a restart of the engine would end. */
  others: z.array(z.string()).max(20),
  /** Whether what jobs ask of it is watched. */
  watched: z.boolean(),
  /** Containers that were ended for what they asked, since the host started. */
  ended: z.number().int().nonnegative(),
});

/** The container engine that runs the pool's jobs, and the watch over it. */
export type EngineSummary = z.infer<typeof engineSummarySchema>;
