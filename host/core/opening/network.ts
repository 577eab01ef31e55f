import type { Facts } from '../facts.ts';
import type { Intent, PoolIntent } from '../intent.ts';
import { network } from '../network.ts';
import {
  attempt,
  factWaitMs,
  lookAgainMs,
  waiting,
  waitingWith,
  type Plan,
  type Rules,
} from '../planning.ts';
import type { TailnetSample } from '../ports/tailnet.ts';
import { nodeName } from '../node-name.ts';

/** The way into the pool's network; once connected, what was seen of it. */
export function planNetwork(
  intent: Intent,
  pool: PoolIntent,
  facts: Facts,
  now: number,
  rules: Rules,
): Plan | { readonly connected: TailnetSample } {
  const net = network(facts, pool, now);
  switch (net.is) {
    case 'unknown':
      return waiting('facts', now + factWaitMs, net.problem);
    case 'outside':
      return enter(intent, pool, facts, now, rules);
    case 'elsewhere':
      return back(intent, facts, now);
    case 'coming':
      return waiting('network', now + factWaitMs);
    case 'broken':
      return waiting('network', now + lookAgainMs, net.problem);
    case 'connected':
      return { connected: net.sample };
  }
}

function enter(intent: Intent, pool: PoolIntent, facts: Facts, now: number, rules: Rules): Plan {
  const { controlUrl, tag, shieldsUp } = pool.invite.tailnet;
  const request = {
    controlUrl,
    tag,
    hostname: nodeName(intent, pool, rules.hostname),
    shieldsUp,
    operator: rules.user,
  };
  return attempt({ kind: 'enter-tailnet', request }, intent, facts, now);
}

/** The owner went to another network of theirs: never switched back unasked. */
function back(intent: Intent, facts: Facts, now: number): Plan {
  const line = facts.footprint.known
    ? facts.footprint.value.findLast((e) => e.line.kind === 'tailnet-profile')?.line
    : undefined;
  const last = facts.attempts['switch-tailnet'];
  const asked =
    intent.retryAt !== undefined &&
    facts.tailnet.at !== null &&
    intent.retryAt > facts.tailnet.at - factWaitMs &&
    (last === undefined || intent.retryAt > last.lastAt);
  if (asked && line?.kind === 'tailnet-profile')
    return attempt({ kind: 'switch-tailnet', profile: line.newProfile }, intent, facts, now);
  return waitingWith('network', now + lookAgainMs, 'tailnet-other');
}
