import type { Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import type { PathWanted } from '../ports/path.ts';
import type { TailnetSample } from '../ports/tailnet.ts';

/** What is to be tried; null where this computer is not in the pool's network: there the addresses are anybody's. */
export function pathWanted({ pool }: Intent, { tailnet }: Facts): PathWanted | null {
  if (pool === null || !tailnet.known) return null;
  const { active, backend, peers } = tailnet.value;
  if (active !== 'ours' || backend !== 'running') return null;
  const servers = pool.invite.nomad.servers.map(({ host, port }) => ({
    host,
    port,
    address: addressIn(host, peers),
  }));
  return { servers, controlUrl: pool.invite.tailnet.controlUrl };
}

/** A server's address in the pool's network, by the names that the network itself knows; null: it knows none such. */
export function addressIn(host: string, peers: TailnetSample['peers']): string | null {
  const plain = host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  if (/^[\d.]+$/.test(plain) || plain.includes(':')) return plain;
  return peers[plain] ?? null;
}
