import { problem, type Problem } from '../../../contract/problems.ts';
import type { PathSample, ServerPath } from '../ports/path.ts';

/** How packets go, as it is shown: flickering left out. */
export interface ShownPath {
  readonly kind: 'direct' | 'relayed';
  readonly relay: string | null;
  /** There and back, milliseconds, as last measured on such a way; null: never. */
  readonly ms: number | null;
  /** Since when a worse way was seen without being shown yet; null: none. */
  readonly worseSince: number | null;
}

/** One sight of the way: by what the daemon says in passing, or (`tried`) by trying it on purpose. */
export interface PathSeen {
  readonly kind: 'direct' | 'relayed' | 'idle' | 'unknown';
  readonly relay: string | null;
  readonly ms: number | null;
  readonly tried: boolean;
}

/** A relay seen in passing is shown only when it stays this long: while a path is found anew its address is empty for moments, ms. */
const worseHoldsMs = 20_000;

/** Folds one sight into what is shown; pure. A direct way is shown at once, a relay when it was tried or stays, and silence says nothing. */
export function rememberPath(shown: ShownPath | null, saw: PathSeen, now: number): ShownPath | null {
  if (saw.kind === 'idle' || saw.kind === 'unknown') return shown;
  const same = shown?.kind === saw.kind;
  const ms = saw.ms ?? (same ? shown.ms : null);
  if (saw.kind === 'direct') return { kind: 'direct', relay: null, ms, worseSince: null };
  const relay = saw.relay ?? (same ? shown.relay : null);
  const next: ShownPath = { kind: 'relayed', relay, ms, worseSince: null };
  if (shown?.kind !== 'direct' || saw.tried) return next;
  const since = shown.worseSince ?? now;
  return now - since >= worseHoldsMs ? next : { ...shown, worseSince: since };
}

/** What trying the way has shown: of the server that answers best. */
export function seenOf({ servers }: PathSample): PathSeen {
  const rank = ({ way, ms }: ServerPath): number =>
    way === null ? Number.POSITIVE_INFINITY : (way === 'direct' ? 0 : 1_000_000) + (ms ?? 0);
  const [best] = [...servers].sort((a, b) => rank(a) - rank(b));
  if (best === undefined || best.way === null) return { kind: 'unknown', relay: null, ms: null, tried: true };
  return {
    kind: best.way === 'direct' ? 'direct' : 'relayed',
    relay: best.relay,
    ms: best.ms,
    tried: true,
  };
}

/** Whether packets to every server that answers go directly: then UDP works, whatever else was measured. */
const allDirect = ({ servers }: PathSample): boolean =>
  servers.some(({ way }) => way !== null) && servers.every(({ way }) => way === null || way === 'direct');

/** UDP is blocked, or all but the web is. */
export function udpProblem(sample: PathSample): Problem | null {
  if (sample.line?.udp !== false || allDirect(sample)) return null;
  // Where nothing at all was reached, that nothing came by UDP says nothing of UDP.
  const reached = sample.line.relaysReached > 0 || sample.servers.some(({ way }) => way !== null);
  if (!reached) return null;
  return problem(sample.webOnly === true ? 'path-web-only' : 'path-udp-blocked');
}

/** The router makes direct ways hard, and there is none. */
export function natProblem(sample: PathSample): Problem | null {
  return sample.line?.hardNat === true && sample.line.udp === true && !allDirect(sample)
    ? problem('path-hard-nat')
    : null;
}

/**
 * No relay answers: without one, computers behind routers never find each other. The daemon's own word counts; what was
 * measured beside it only where nobody answers, since an ordinary user's packets may go another way than the daemon's.
 */
export function relayProblem({ line, warnings, servers }: PathSample): Problem | null {
  if (warnings.includes('no-network')) return null;
  const measured = line !== null && line.relaysReached === 0 && servers.length > 0;
  const silent = servers.every(({ way }) => way === null);
  return warnings.includes('no-relay') || (measured && silent) ? problem('path-no-relay') : null;
}

/** The network wants a sign-in on a web page, or somebody opens what is encrypted. */
export function middleProblem({ line, warnings, control }: PathSample): Problem | null {
  if (line?.captivePortal === true || warnings.includes('captive-portal'))
    return problem('path-captive-portal');
  const distrusted = control.ok && control.trusted === false;
  return distrusted || warnings.includes('tls')
    ? problem('path-tls-inspected', control.ok ? control.issuer : null)
    : null;
}

/** All that is wrong with this computer's line, what explains the rest first. */
export function lineProblems(sample: PathSample): readonly Problem[] {
  const middle = middleProblem(sample);
  if (middle !== null) return [middle];
  return [udpProblem(sample), natProblem(sample), relayProblem(sample)].filter((one) => one !== null);
}
