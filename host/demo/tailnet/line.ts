/** What the simulated computer's line to the internet lets through. */
export interface LineState {
  /** False: UDP is swallowed, so that everything goes by way of the relay. */
  readonly udp: boolean;
  /** The router gives each destination another port. */
  readonly hardNat: boolean;
  readonly captivePortal: boolean;
  /** Somebody opens what is encrypted. */
  readonly inspected: boolean;
  /** Nothing but port 443 gets out. */
  readonly webOnly: boolean;
  /** How far the internet's clock is ahead of this computer's, ms. */
  readonly aheadMs: number;
}

/** A line that lets everything through. */
export const openLine: LineState = {
  udp: true,
  hardNat: false,
  captivePortal: false,
  inspected: false,
  webOnly: false,
  aheadMs: 0,
};

/** The simulated relay, as a derp map lists it. */
export const demoRelay = { id: 999, code: 'local', name: 'Local' } as const;

/** The map of relays that the daemon has. */
export const derpMap = {
  Regions: {
    [demoRelay.id]: {
      RegionID: demoRelay.id,
      RegionCode: demoRelay.code,
      RegionName: demoRelay.name,
      Nodes: [{ Name: '999a', RegionID: demoRelay.id, HostName: 'relay.demo.rigshare.example' }],
    },
  },
};

/** What `tailscale netcheck --format=json` prints on this line. */
export function netcheckJson({ udp, hardNat, captivePortal }: LineState, at: string): string {
  const latency = { [demoRelay.id]: udp ? 24_100_000 : 41_800_000 };
  return `${JSON.stringify(
    {
      Now: at,
      UDP: udp,
      IPv6: false,
      IPv4: udp,
      IPv6CanSend: false,
      IPv4CanSend: udp,
      OSHasIPv6: true,
      ICMPv4: false,
      MappingVariesByDestIP: udp ? hardNat : null,
      UPnP: !hardNat,
      PMP: false,
      PCP: false,
      PreferredDERP: demoRelay.id,
      RegionLatency: latency,
      RegionV4Latency: udp ? latency : {},
      RegionV6Latency: {},
      GlobalV4Counters: udp ? { '203.0.113.80:41641': 2 } : {},
      GlobalV6Counters: {},
      GlobalV4: udp ? '203.0.113.80:41641' : '',
      GlobalV6: '',
      CaptivePortal: captivePortal,
    },
    null,
    '\t',
  )}\n`;
}

/** What the daemon complains of on this line. */
export function lineHealth({ captivePortal, inspected }: LineState): Readonly<Record<string, object>> {
  return { ...(captivePortal ? portal : {}), ...(inspected ? tlsFailed : {}) };
}

const portal = {
  'captive-portal-detected': {
    WarnableCode: 'captive-portal-detected',
    Severity: 'high',
    Title: 'Captive portal detected',
    Text: 'This network requires you to log in using your web browser.',
    ImpactsConnectivity: true,
  },
};

const tlsFailed = {
  'tls-connection-failed': {
    WarnableCode: 'tls-connection-failed',
    Severity: 'medium',
    Title: 'Encrypted connection failed',
    Text: 'Tailscale could not establish an encrypted connection: nobody known vouches for the certificate.',
    ImpactsConnectivity: true,
  },
};
