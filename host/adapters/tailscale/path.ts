import { ProblemError } from '../../../contract/problems.ts';
import { seen, unknown } from '../../core/facts.ts';
import type {
  LineSample,
  Path,
  PathSample,
  PathWanted,
  PathWarning,
  ServerPath,
  ServerWanted,
} from '../../core/ports/path.ts';
import type { Greeting, World } from '../../core/ports/world.ts';
import { PathApi, type Pong } from './path-api.ts';
import { netcheck } from './path-netcheck.ts';

type Needed = Pick<World, 'tailscaled' | 'dial' | 'greet' | 'clock' | 'programs'>;

/** The first ping after UDP was cut off hangs for more than eight seconds, then the relay answers. */
const firstPingMs = 10_000;
const nextPingMs = 3_000;
const dialMs = 4_000;
const greetMs = 5_000;
/** First answers often come by a relay, until the direct way is found. */
const pings = { thorough: 5, quick: 3 } as const;
const betweenPingsMs = 1_000;
/** How long what was measured of the line holds, where nothing asks for a new measurement. */
const lineHoldsMs = 30 * 60_000;

/** The way to the pool, tried with an ordinary user's rights. `socket`: tailscaled's, null for the program's own idea of it. */
export function createPath(world: Needed, socket: () => string | null): Path {
  const api = new PathApi(world.tailscaled, world.clock);
  let measured: { readonly at: number; readonly line: LineSample | null } | null = null;
  const line = async (afresh: boolean): Promise<LineSample | null> => {
    const now = world.clock.monotonic();
    if (!afresh && measured !== null && now - measured.at < lineHoldsMs) return measured.line;
    measured = { at: now, line: await netcheck(world, socket(), await api.relays()) };
    return measured.line;
  };
  return {
    look: async (wanted, thorough) => {
      try {
        return seen(await lookOnce(api, world, wanted, thorough, line), world.clock.now());
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        return unknown(error.problem, world.clock.now());
      }
    },
  };
}

async function lookOnce(
  api: PathApi,
  world: Needed,
  wanted: PathWanted,
  thorough: boolean,
  line: (afresh: boolean) => Promise<LineSample | null>,
): Promise<PathSample> {
  const [servers, codes, control] = await Promise.all([
    Promise.all(wanted.servers.map((server) => tryServer(api, world, server, thorough))),
    api.warnings(),
    world.greet(wanted.controlUrl, greetMs),
  ]);
  const warnings = warningsOf(codes);
  const direct = servers.length > 0 && servers.every(({ way }) => way === 'direct');
  // While all goes directly, the line has no more to tell.
  const measured = await line(thorough || !direct || warnings.length > 0);
  return {
    servers,
    warnings,
    control,
    line: measured,
    webOnly: measured?.udp === false ? await onlyWeb(world, wanted.controlUrl, control) : null,
  };
}

async function tryServer(
  api: PathApi,
  world: Needed,
  server: ServerWanted,
  thorough: boolean,
): Promise<ServerPath> {
  if (server.address === null) return { ...server, way: null, relay: null, ms: null, tcp: null };
  const [pong, tcp] = await Promise.all([
    pingUntilDirect(api, world, server.address, thorough ? pings.thorough : pings.quick),
    world.dial(server.address, server.port, dialMs),
  ]);
  return { ...server, way: pong?.way ?? null, relay: pong?.relay ?? null, ms: pong?.ms ?? null, tcp };
}

async function pingUntilDirect(
  api: PathApi,
  { clock }: Needed,
  address: string,
  times: number,
): Promise<Pong | null> {
  let last = await api.ping(address, firstPingMs);
  for (let left = times - 1; left > 0 && last?.way !== 'direct'; left--) {
    // Silence is asked about once more, and no longer: somebody waits.
    if (last === null && left < times - 1) break;
    await clock.sleep(betweenPingsMs);
    last = (await api.ping(address, nextPingMs)) ?? last;
  }
  return last;
}

/** UDP is swallowed: is everything else as well, but for port 443? A refusal came back from somewhere, so port 80 gets out. */
async function onlyWeb(world: Needed, controlUrl: string, control: Greeting): Promise<boolean | null> {
  const { protocol, port, hostname } = new URL(controlUrl);
  if (protocol !== 'https:' || port !== '' || !control.ok) return null;
  const plain = await world.dial(hostname, 80, dialMs);
  return !plain.ok && plain.why === 'timeout';
}

/** The daemon's own codes for what is wrong on the way. */
const meanings: Readonly<Record<string, PathWarning>> = {
  'captive-portal-detected': 'captive-portal',
  'tls-connection-failed': 'tls',
  'no-derp-home': 'no-relay',
  'no-derp-connection': 'no-relay',
  'derp-timed-out': 'no-relay',
  'network-status': 'no-network',
};

const warningsOf = (codes: readonly string[]): readonly PathWarning[] => [
  ...new Set(codes.flatMap((code) => meanings[code] ?? [])),
];
