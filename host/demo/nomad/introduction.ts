import { toBase64Url } from '../../../pool/contract/base64url.ts';
import { introductionOf } from '../../../pool/contract/introduction.ts';
import type { NodeOffer } from './model.ts';

/** How much later than it says a token ends: clocks differ. */
const leewayMs = 60_000;

const signature = toBase64Url('the demo pool');

/** A token that introduces a computer; without a name any. `until` in epoch ms. */
export function introductionFor(nodeName: string | null, nodePool: string, until: number): string {
  const claims = {
    aud: 'nomadproject.io',
    exp: Math.floor(until / 1000),
    ...(nodeName === null ? {} : { nomad_node_name: nodeName }),
    nomad_node_pool: nodePool,
    sub: `node-introduction:global:${nodePool}:${nodeName ?? ''}:default`,
  };
  return `${toBase64Url('{"alg":"RS256","typ":"JWT"}')}.${toBase64Url(JSON.stringify(claims))}.${signature}`;
}

/** Whether servers take a computer in with this token: theirs, not expired, for this pool, and for this name where it gives one. */
export function introduces(
  token: string | null,
  offer: Pick<NodeOffer, 'Name' | 'NodePool'>,
  now: number,
): boolean {
  if (token === null || token.split('.')[2] !== signature) return false;
  const { expiresAt, nodeName, nodePool } = introductionOf(token);
  return (
    expiresAt !== null &&
    now < expiresAt + leewayMs &&
    nodePool === offer.NodePool &&
    (nodeName === null || nodeName === offer.Name)
  );
}
