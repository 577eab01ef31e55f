import { z } from 'zod';
import { leaveOptionsSchema } from '../../contract/leaving.ts';
import { pauseHowSchema, timeSchema } from '../../contract/node-state.ts';
import type { Problem } from '../../contract/problems.ts';
import { inviteSchema } from '../../pool/contract/invite.ts';

/** An accepted invite without its secrets (they lie in the secret store). */
export const poolIntentSchema = z.object({
  invite: inviteSchema,
  /** It brought a key for signing in; it is forgotten as soon as it was used. */
  hasAuthKey: z.boolean(),
  hasTls: z.boolean(),
  hasIntroduction: z.boolean(),
  acceptedAt: timeSchema,
});

/** The owner's own pause. */
export const ownerPauseSchema = z.object({
  how: pauseHowSchema,
  since: timeSchema,
  until: timeSchema.nullable(),
});

/** What the owner wants, on disk. */
export const intentSchema = z.object({
  version: z.literal(1),
  pool: poolIntentSchema.nullable(),
  pause: ownerPauseSchema.nullable(),
  /** GPUs that stay the owner's; new cards are shared. */
  keptGpus: z.array(z.string()),
  /** GPUs that the owner wants shared although they drive the display beside another. */
  chosenGpus: z.array(z.string()).optional(),
  /** GPUs once seen to drive the display: they count as such while their screen is off. */
  displayGpus: z.array(z.string()).optional(),
  /** Share only while nobody uses this computer; null or absent: by the rule for its cards. */
  whenIdle: z.boolean().nullable().optional(),
  /** When the owner last resumed: what failed before is forgiven. */
  resumedAt: timeSchema.optional(),
  /** This computer's name in the pool where the invite gives none; a pool joined by an older version has none. */
  nodeName: z.string().optional(),
  /** The version of the pool's program that the owner asked for, and when. */
  update: z.object({ to: z.string(), at: timeSchema }).optional(),
  /** The owner's own network: wanted as long as their pause lasts, or on the way back from it. */
  ownNetwork: z.enum(['wanted', 'returning']).nullable().optional(),
  /** How the owner leaves; kept until all is undone. */
  leaving: leaveOptionsSchema.optional(),
});

/** What the owner wants, on disk. */
export type StoredIntent = z.infer<typeof intentSchema>;
/** An accepted invite without its secrets. */
export type PoolIntent = z.infer<typeof poolIntentSchema>;

/** What the owner wants now: the stored part, and what ends with this host. */
export type Intent = StoredIntent & {
  /** The host is to end: free the GPU and stop the agent first. */
  readonly stopping?: boolean;
  /** What the owner wanted was lost with its files: nothing is done by itself until they say. */
  readonly lost?: Problem | null;
  /** "Try again": failures before this no longer hold back. */
  readonly retryAt?: number;
  /** The owner asked at this time to leave although leaving was under way. */
  readonly leaveAgainAt?: number;
  /** "Cancel": the owner broke a sign-in off at this time. */
  readonly cancelledAt?: number;
  /** "Install": the owner asked at this time for what is lacking here. */
  readonly installAt?: number;
  /** "Open anyway": the owner answered at this time that nobody else closed this computer. */
  readonly openAnywayAt?: number;
};

/** Whether the owner's leaving is under way. */
export const isLeaving = ({ pool, leaving }: Intent): boolean => pool === null && leaving !== undefined;

/** Nothing wanted yet. */
export const emptyIntent: Intent = { version: 1, pool: null, pause: null, keptGpus: [] };

/** What of an intent is kept on disk; the rest ends with this host. */
export function storedPart(intent: Intent): StoredIntent {
  return intentSchema.parse(intent);
}
