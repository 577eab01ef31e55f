import type { ControlNode } from './control.ts';
import type { Daemon } from './daemon.ts';
import { tailscaleVersion } from './version.ts';

/** Whom this computer reaches, and how. */
export interface Reach {
  /** Addresses with which it has spoken lately. */
  readonly active: ReadonlySet<string>;
  /** False: by the relay alone. */
  readonly udp: boolean;
}

/** `status` as tailscaled gives it. */
export function statusJson(daemon: Daemon, peers: boolean, reach: Reach): object {
  const { self: node, control, profile, prefs } = daemon;
  const domain = control?.domain ?? '';
  const stopped =
    daemon.state === 'NeedsLogin' || daemon.state === 'Stopped' ? ['Tailscale is stopped.'] : [];
  const signedIn = profile !== null;
  const address = node?.address ?? null;
  const others =
    signedIn && control !== null
      ? control.nodes().filter((one) => one.id !== profile.nodeId && visible(one, node))
      : [];
  return {
    Version: tailscaleVersion,
    TUN: true,
    BackendState: daemon.state,
    ...(signedIn ? { HaveNodeKey: true } : {}),
    AuthURL: daemon.authUrl,
    TailscaleIPs: signedIn && address !== null ? [address] : null,
    Self: {
      ID: profile?.nodeId ?? '',
      PublicKey: 'nodekey:demo',
      HostName: prefs.Hostname === '' ? daemon.machine : prefs.Hostname,
      DNSName: signedIn ? `${node?.name ?? daemon.machine}.${domain}.` : '',
      OS: 'linux',
      UserID: 1,
      TailscaleIPs: signedIn && address !== null ? [address] : null,
      ...(node !== null && node.tags.length > 0 ? { Tags: node.tags } : {}),
      Addrs: [],
      CurAddr: '',
      Relay: 'local',
      Online: daemon.online,
      ExitNode: false,
      Active: false,
      ...(node?.expired === true ? { Expired: true } : {}),
      InNetworkMap: signedIn,
      InMagicSock: false,
      InEngine: false,
    },
    Health: [
      ...Object.values(daemon.health).map((one) => one.Text),
      ...(Object.keys(daemon.health).length === 0 ? stopped : []),
    ],
    MagicDNSSuffix: domain,
    CurrentTailnet: signedIn
      ? { Name: nameOf(prefs.ControlURL), MagicDNSSuffix: domain, MagicDNSEnabled: true }
      : null,
    CertDomains: null,
    Peer: peers
      ? Object.fromEntries(others.map((one) => [`nodekey:${one.id}`, peerJson(one, domain, reach)]))
      : null,
    User: {},
    ClientVersion: null,
  };
}

/** On a pool's network contributors see the servers alone, on their own everything. */
function visible(other: ControlNode, self: ControlNode | null): boolean {
  return self === null || self.tags.length === 0 || other.serves;
}

function peerJson(node: ControlNode, domain: string, reach: Reach): object {
  const active = reach.active.has(node.address);
  return {
    ID: node.id,
    PublicKey: `nodekey:${node.id}`,
    HostName: node.name,
    DNSName: `${node.name}.${domain}.`,
    OS: 'linux',
    UserID: 2,
    TailscaleIPs: [node.address],
    AllowedIPs: [`${node.address}/32`],
    ...(node.tags.length > 0 ? { Tags: node.tags } : {}),
    Addrs: null,
    CurAddr: active && reach.udp ? '203.0.113.7:41641' : '',
    Relay: 'local',
    PeerRelay: '',
    RxBytes: active ? 41_200 : 0,
    TxBytes: active ? 38_800 : 0,
    Online: true,
    ExitNode: false,
    Active: active,
    InNetworkMap: true,
    InMagicSock: true,
    InEngine: active,
  };
}

/** Tailscale's own service names a network after whose it is, Headscale after its server. */
const nameOf = (url: string): string =>
  url === 'https://controlplane.tailscale.com' ? 'mira@example.com' : hostOf(url);

const hostOf = (url: string): string => /^\w+:\/\/([^/]+)/.exec(url)?.[1] ?? url;
