import type { Facts } from '../facts.ts';

/**
 * Whether a session that comes from this address came over the network that this computer would leave: then joining cuts
 * it off. An address of Tailscale's own ranges counts also where the network cannot be asked.
 */
export function sessionAtRisk(from: string | null, { tailnet }: Pick<Facts, 'tailnet'>): boolean {
  if (from === null) return false;
  const address = from
    .trim()
    .toLowerCase()
    .replace(/^::ffff:/, '')
    .replace(/%.*$/, '');
  if (!tailnet.known) return isTailnetAddress(address);
  const { active, backend, peers } = tailnet.value;
  if (active !== 'other' || backend !== 'running') return false;
  return isTailnetAddress(address) || Object.values(peers).includes(address);
}

/** 100.64.0.0/10 and fd7a:115c:a1e0::/48. */
function isTailnetAddress(address: string): boolean {
  if (address.startsWith('fd7a:115c:a1e0:')) return true;
  const [first, second] = address.split('.').map(Number);
  return first === 100 && second !== undefined && second >= 64 && second <= 127;
}
