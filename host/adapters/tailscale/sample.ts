import { fail } from '../../../contract/problems.ts';
import type { TailnetSample, TailnetUses, TailnetWanted } from '../../core/ports/tailnet.ts';
import type { DaemonStatus, Peer, Prefs, Serving } from './local-api.ts';

const oldest = [1, 80] as const;

/** What the daemon answered, and what this user could see of its profile. */
export interface Answers {
  readonly status: DaemonStatus;
  readonly prefs: Prefs;
  /** '' for an empty profile, null where this user may not know. */
  readonly profile: string | null;
}

type Known = Omit<TailnetSample, 'server' | 'path' | 'uses'>;

/** What is known without reaching for a server. Throws where the daemon is too old. */
export function sampleOf(
  { status, prefs, profile }: Answers,
  wanted: TailnetWanted | null,
  now: number,
): Known {
  return {
    version: versionOf(status.Version),
    backend: backendOf(status.BackendState),
    active: activeOf({ status, prefs, profile }, wanted),
    network: networkOf(status),
    operator: profile !== null,
    selfId: status.Self?.ID || null,
    addresses: status.TailscaleIPs ?? [],
    tags: status.Self?.Tags ?? [],
    authUrl: status.AuthURL || null,
    keyExpired: expired(status.Self, now),
    online: status.Self?.Online ?? null,
    peers: peersOf(status),
  };
}

const exits: ReadonlySet<string> = new Set(['0.0.0.0/0', '::/0']);

/** What the network in use is used for on this computer. */
export function usesOf({ Peer: peers }: DaemonStatus, prefs: Prefs, serving: Serving): TailnetUses {
  const routes = prefs.AdvertiseRoutes ?? [];
  const { TCP, Web, Services, Foreground, AllowFunnel } = serving;
  const some = (record: Readonly<Record<string, unknown>> | null | undefined): boolean =>
    Object.keys(record ?? {}).length > 0;
  const exit = Object.values(peers ?? {}).find((one) => one.ExitNode === true);
  return {
    routes: routes.filter((one) => !exits.has(one)),
    exitNodeOffered: routes.some((one) => exits.has(one)),
    exitNodeUsed: exit?.HostName || prefs.ExitNodeID || prefs.ExitNodeIP || null,
    serve: [TCP, Web, Services, Foreground].some(some),
    funnel: Object.values(AllowFunnel ?? {}).includes(true),
    ssh: prefs.RunSSH === true,
  };
}

const networkOf = ({ CurrentTailnet: network }: DaemonStatus): string | null => network?.Name || null;

/** Builds without release data say "1.98.9-ERR-BuildInfo": the numbers count. */
function versionOf(words: string): string {
  const [version, major, minor] = /^(\d+)\.(\d+)\.\d+/.exec(words) ?? fail('tailscale-garbled', words);
  const [numberMajor, numberMinor] = [Number(major), Number(minor)];
  if (numberMajor < oldest[0] || (numberMajor === oldest[0] && numberMinor < oldest[1]))
    fail('tailscale-too-old', version);
  return version;
}

function backendOf(state: string): TailnetSample['backend'] {
  switch (state) {
    case 'NoState':
      return 'no-state';
    case 'NeedsLogin':
      return 'needs-login';
    case 'NeedsMachineAuth':
      return 'needs-approval';
    case 'Stopped':
      return 'stopped';
    case 'Starting':
      return 'starting';
    case 'Running':
      return 'running';
    default:
      return fail('tailscale-garbled', state);
  }
}

/** Whose sign-in is in use: ours by its profile, or, to one who may not see profiles, by control server and node. */
function activeOf(
  { status, prefs, profile }: Answers,
  wanted: TailnetWanted | null,
): TailnetSample['active'] {
  const ours = wanted?.ours ?? null;
  if (profile !== null) {
    if (profile === '') return 'none';
    return profile === ours?.profile ? 'ours' : 'other';
  }
  const node = status.Self?.ID ?? '';
  if (node === '' || (backendOf(status.BackendState) === 'needs-login' && status.HaveNodeKey !== true))
    return 'none';
  const here = wanted !== null && same(prefs.ControlURL, wanted.controlUrl) && node === ours?.nodeId;
  return here ? 'ours' : 'other';
}

const same = (a: string | null | undefined, b: string): boolean =>
  a?.replace(/\/+$/, '') === b.replace(/\/+$/, '');

function expired(self: Peer | null | undefined, now: number): boolean {
  if (self?.Expired === true) return true;
  const expiry = Date.parse(self?.KeyExpiry ?? '');
  return Number.isFinite(expiry) && expiry <= now;
}

/** By full name and by its first part, IPv4 where there is one. */
function peersOf({ Peer: peers }: DaemonStatus): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { DNSName: name, TailscaleIPs: addresses } of Object.values(peers ?? {})) {
    const address = addresses?.find((one) => one.includes('.')) ?? addresses?.[0];
    const full = name?.replace(/\.$/, '').toLowerCase() ?? '';
    if (address === undefined || full === '') continue;
    found[full] = address;
    found[full.split('.')[0] ?? full] ??= address;
  }
  return found;
}

/** How packets to this address go. `Relay` alone says nothing: it is the peer's home, also when the path is direct. */
export function pathTo(address: string, { Peer: peers }: DaemonStatus): TailnetSample['path'] {
  const peer = Object.values(peers ?? {}).find((one) => one.TailscaleIPs?.includes(address));
  if (peer === undefined) return { kind: 'unknown', relay: null };
  if (peer.Active !== true) return { kind: 'idle', relay: null };
  if (peer.CurAddr) return { kind: 'direct', relay: null };
  return { kind: 'relayed', relay: peer.PeerRelay || peer.Relay || null };
}
