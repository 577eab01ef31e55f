import { z } from 'zod';
import { fromBase64Url } from './base64url.ts';

const claimsSchema = z.object({
  /** Seconds since 1970. */
  exp: z.number().optional(),
  nomad_node_name: z.string().optional(),
  nomad_node_pool: z.string().optional(),
});

/** What an introduction token says of itself; null: nothing. Only servers can tell whether it is true. */
export interface Introduction {
  /** Epoch milliseconds. */
  readonly expiresAt: number | null;
  /** The only name that it introduces. */
  readonly nodeName: string | null;
  readonly nodePool: string | null;
}

/** Reads a token (a JWT of Nomad's servers); one that cannot be read says nothing. */
export function introductionOf(token: string): Introduction {
  const claims = claimsSchema.safeParse(payloadOf(token)).data;
  return {
    expiresAt: claims?.exp === undefined ? null : Math.round(claims.exp * 1000),
    nodeName: claims?.nomad_node_name || null,
    nodePool: claims?.nomad_node_pool || null,
  };
}

function payloadOf(token: string): unknown {
  try {
    return JSON.parse(fromBase64Url(token.split('.')[1] ?? '') ?? '');
  } catch {
    return null;
  }
}
