import { z } from 'zod';

/** The newest invite version this program reads. */
export const inviteVersion = 1;

const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/u;
const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((s) => !controlCharacters.test(s), { params: { hostile: true }, message: 'control characters' });
const slug = (max: number) =>
  z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i)
    .max(max);
const time = z.number().int().positive();
const micros = z.number().int().min(0).max(1_000_000_000_000);
/** A host name or address; names are resolved through the tailnet. */
const host = z
  .string()
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.?|\[?[0-9a-f:]+\]?)$/i)
  .max(253);
const tag = z
  .string()
  .regex(/^tag:[a-z][a-z0-9-]*$/i)
  .max(64);
const url = (...schemes: readonly string[]) =>
  z
    .string()
    .max(500)
    .refine((s) => !controlCharacters.test(s) && schemes.some((x) => s.startsWith(`${x}://`)), {
      params: { hostile: true },
      message: `only ${schemes.join(', ')}`,
    })
    .refine((s) => /^[a-z]+:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?(?:\/[\w./~-]*)?$/i.test(s), {
      params: { hostile: true },
      message: 'not a plain address',
    });
const pem = (kind: string) =>
  z
    .string()
    .max(20_000)
    .regex(
      new RegExp(
        `^-----BEGIN [A-Z ]*${kind}-----[A-Za-z0-9+/=\\s-]+-----END [A-Z ]*${kind}-----\\s*(?:-----BEGIN[\\s\\S]*)?$`,
      ),
    );
const version = z.string().regex(/^\d+\.\d+\.\d+$/);

/** A secret one-off key. */
const secret = z
  .string()
  .min(8)
  .max(4000)
  .regex(/^[\x21-\x7e]+$/);

/**
 * What an operator hands to an owner. Complete on purpose: what later versions need beyond it is optional here already.
 * Money is integer micro-units of `currency` per GPU hour; times are epoch milliseconds.
 */
export const inviteSchema = z.object({
  rigshare: z.literal(inviteVersion),
  pool: z.object({
    id: slug(64),
    name: text(80),
    operator: text(80),
    contact: text(200),
    /** Null: sharing is unpaid. `default` is for GPU types without a line of their own. */
    prices: z
      .object({ currency: z.string().regex(/^[A-Z]{3}$/), perGpuHour: z.record(slug(80), micros) })
      .nullable(),
  }),
  contributor: z.object({ id: slug(64), displayName: text(80) }).nullish(),
  /** For one machine, or for this many. */
  uses: z.union([z.literal('one'), z.number().int().min(2).max(10_000)]).default('one'),
  tailnet: z.object({
    controlUrl: url('https', 'http'),
    /** Absent: sign-in in the browser, or enrolment at the pool's service. */
    authKey: secret.nullish(),
    authKeyExpiresAt: time.nullish(),
    tag,
    shieldsUp: z.boolean().default(true),
  }),
  nomad: z.object({
    region: slug(64).default('global'),
    datacenter: slug(64).default('dc1'),
    nodePool: slug(128),
    /** This computer's name in the pool; absent: made of its host name. */
    nodeName: slug(64).nullish(),
    servers: z
      .array(z.object({ host, port: z.number().int().min(1).max(65535).default(4647) }))
      .min(1)
      .max(16),
    minimumVersion: version.nullish(),
    pinnedVersion: version.nullish(),
    ownersMayReadLogs: z.boolean().default(false),
    tls: z
      .object({ ca: pem('CERTIFICATE'), certificate: pem('CERTIFICATE'), key: pem('PRIVATE KEY') })
      .nullish(),
    introductionToken: secret.nullish(),
    introductionExpiresAt: time.nullish(),
  }),
  service: z
    .object({
      url: url('https', 'http'),
      /** ed25519 public key, base64. */
      publicKey: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
      /** Credentials come from the service instead of this file. */
      enrol: z.boolean().default(false),
    })
    .nullish(),
  /** A second tag for jobs that talk to each other; absent: off. */
  peers: z.object({ tag }).nullish(),
  expiresAt: time.nullish(),
});

/** What an operator hands to an owner. */
export type Invite = z.infer<typeof inviteSchema>;

/** When an invite stops working: the earliest of its parts, or null where none expires. */
export function inviteExpiresAt(invite: Invite): number | null {
  const parts = [
    invite.expiresAt,
    invite.tailnet.authKeyExpiresAt,
    invite.nomad.introductionExpiresAt,
  ].filter((t) => typeof t === 'number');
  return parts.length === 0 ? null : Math.min(...parts);
}

/** The price per GPU hour for a GPU type, in integer micro-units; null where sharing is unpaid or the type has no price. */
export function pricePerGpuHour(prices: Invite['pool']['prices'], gpuType: string): number | null {
  if (prices === null) return null;
  return prices.perGpuHour[gpuType] ?? prices.perGpuHour['default'] ?? null;
}
