import type { TailnetSample, TailnetWanted } from '../../core/ports/tailnet.ts';
import type { World } from '../../core/ports/world.ts';

/** tailscaled's own name server: the same address in every network, and it answers whatever the machine's own says. */
const nameServer = '100.100.100.100';
const withinMs = 2_000;

/**
 * The peers with the addresses of servers that are no computer's name, such as those of a split DNS or extra records.
 * The network's own name server alone is asked, and only what lies in the network is taken: a name must not lead out of it.
 */
export async function withNames(
  peers: TailnetSample['peers'],
  wanted: TailnetWanted | null,
  { lookUp }: Pick<World, 'lookUp'>,
): Promise<TailnetSample['peers']> {
  const missing = (wanted?.servers ?? [])
    .map(({ host }) => host.replace(/\.$/, '').toLowerCase())
    .filter((name) => /[a-z]/.test(name) && !name.includes(':') && peers[name] === undefined);
  if (missing.length === 0) return peers;
  const found = await Promise.all(
    [...new Set(missing)].map(async (name) => {
      const address = await lookUp(name, nameServer, withinMs);
      return address !== null && isOfNetwork(address) ? ([[name, address]] as const) : [];
    }),
  );
  return { ...peers, ...Object.fromEntries(found.flat()) };
}

/** Tailscale gives every computer an address out of 100.64.0.0/10. */
function isOfNetwork(address: string): boolean {
  const [first, second] = address.split('.').map(Number);
  return first === 100 && second !== undefined && second >= 64 && second < 128;
}
