import type { Facts } from '../facts.ts';
import type { TailnetSample } from '../ports/tailnet.ts';

/** How long no server answers before a removal is thought of, and how old what was seen of the control server may be, ms. */
const thoughtOfAfterMs = 120_000;
const controlSeenWithinMs = 180_000;

/**
 * Whether the pool has removed this computer, where only packets that no longer arrive tell. tailscaled is not told of it
 * and goes on saying that it runs and is online; once it has connected anew it is not online although the control server
 * answers. `ask`: that is to be tried. An outage of the servers, or of the line, looks otherwise in one of the two.
 */
export function removal(facts: Facts, sample: TailnetSample, now: number): 'no' | 'ask' | 'removed' {
  const { offlineSince } = facts.memory;
  if (sample.backend !== 'running' || sample.server !== null) return 'no';
  if (offlineSince === null || now - offlineSince < thoughtOfAfterMs) return 'no';
  const { path } = facts;
  const answers =
    path.known && path.value.control.ok && path.at >= offlineSince && now - path.at <= controlSeenWithinMs;
  if (!answers) return 'no';
  const tried = (facts.attempts['switch-tailnet']?.lastAt ?? 0) > offlineSince;
  if (sample.online === false) return 'removed';
  return sample.online === true && sample.operator && !tried ? 'ask' : 'no';
}
