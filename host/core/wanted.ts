import type { Facts } from './facts.ts';
import type { Intent, PoolIntent } from './intent.ts';
import { devicesOf, ignoredDevices, offeredGpus } from './cards/choice.ts';
import { gpuSlug } from './cards/slug.ts';
import type { GpuSample } from './ports/gpus.ts';
import type { AgentWanted } from './ports/nomad.ts';
import type { TailnetSample } from './ports/tailnet.ts';
import { findLine } from './footprint.ts';
import { nodeName } from './joining/node-name.ts';

/** The loopback port the agent is asked to take first. */
export const preferredHttpPort = 4646;

/** The agent's configuration that intent and facts ask for; null while a server's name does not resolve in the pool's network. */
export function wantedAgent(
  intent: Intent,
  pool: PoolIntent,
  facts: Facts,
  tailnet: TailnetSample,
  hostname: string,
  now: number,
): AgentWanted | null {
  const address = tailnet.addresses.find((a) => a.includes('.')) ?? tailnet.addresses[0];
  const servers = pool.invite.nomad.servers
    .map((s) => ({ address: resolve(s.host, tailnet), port: s.port }))
    .filter((s): s is { address: string; port: number } => s.address !== null);
  if (address === undefined || servers.length === 0) return null;
  const shared = offeredGpus(intent, facts, now);
  const port = facts.footprint.known ? findLine(facts.footprint.value, 'agent')?.httpPort : undefined;
  return {
    name: nodeName(intent, pool, hostname),
    region: pool.invite.nomad.region,
    datacenter: pool.invite.nomad.datacenter,
    nodePool: pool.invite.nomad.nodePool,
    servers: servers.toSorted((a, b) => (a.address < b.address ? -1 : 1)),
    address,
    httpPort: port ?? preferredHttpPort,
    meta: metadata(pool, shared, address),
    ignoredGpus: ignoredDevices(intent, facts, now),
    tls: pool.hasTls,
  };
}

/** The metadata that jobs may constrain on: the pool's four keys, and ours beside. */
function metadata(pool: PoolIntent, shared: readonly GpuSample[], address: string): Record<string, string> {
  const slugs = [...new Set(shared.map((g) => gpuSlug(g.name)))];
  return {
    'tailscale-ip': address,
    region: pool.invite.nomad.region,
    'gpu-type': slugs[0] ?? 'none',
    'gpu-count': String(shared.reduce((sum, g) => sum + devicesOf(g), 0)),
    'unique.tailscale-ip': address,
    'rigshare.pool': pool.invite.pool.id,
    ...(pool.invite.contributor ? { 'rigshare.contributor': pool.invite.contributor.id } : {}),
    ...(slugs.length > 1 ? { 'rigshare.gpu-types': slugs.join(',') } : {}),
  };
}

function resolve(host: string, tailnet: TailnetSample): string | null {
  if (/^[\d.]+$/.test(host) || host.includes(':')) return host.replace(/^\[|\]$/g, '');
  return tailnet.peers[host.replace(/\.$/, '').toLowerCase()] ?? null;
}
