import type { PathSample, ServerPath } from '../ports/path.ts';
import { type Check, inNetwork, must, passed, wrong } from './check.ts';

/** Packets reach each of the pool's servers, and how. */
export const pathCheck: Check = {
  id: 'path',
  applies: reachesNames,
  run: async ({ looks }) => {
    const { servers } = must(await looks.path(), 'tailnet-unreachable');
    const named = servers.filter(({ address }) => address !== null);
    const silent = named.filter(({ way, tcp }) => way === null && tcp?.ok !== true);
    if (silent.length > 0) return wrong('server-silent', silent.map(({ host }) => host).join(', '));
    const best = bestOf(named);
    return best === null ? passed(null) : passed(`${best.host}: ${best.ms ?? '–'} ms`, says(best));
  },
};

/** Whether there is a server with an address to reach. */
export async function reachesNames(context: Parameters<Check['run']>[0]): Promise<boolean> {
  if (!(await inNetwork(context))) return false;
  const path = await context.looks.path();
  return path.known && path.value.servers.some(({ address }) => address !== null);
}

function bestOf(servers: PathSample['servers']): ServerPath | null {
  const rank = ({ way, ms }: ServerPath): number =>
    (way === 'direct' ? 0 : way === null ? 2e6 : 1e6) + (ms ?? 0);
  return servers.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}

function says({
  host,
  way,
  relay,
  ms,
}: ServerPath): { key: string; params: Record<string, string | number> } | undefined {
  if (way === null || ms === null) return undefined;
  if (way === 'direct') return { key: 'check.found.direct', params: { server: host, ms } };
  if (way === 'peer-relay' || relay === null)
    return { key: 'check.found.relayed', params: { server: host, ms } };
  return { key: 'check.found.relayedBy', params: { server: host, relay, ms } };
}
