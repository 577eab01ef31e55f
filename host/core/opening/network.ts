import { problem } from '../../../contract/problems.ts';
import { entersAgain } from '../joining/accept-invite.ts';
import { fresh, type Facts } from '../facts.ts';
import type { Intent, PoolIntent } from '../intent.ts';
import { network } from '../network/network.ts';
import {
  attempt,
  factWaitMs,
  lookAgainMs,
  rest,
  waiting,
  waitingWith,
  type Plan,
  type Rules,
} from '../planning.ts';
import type { TailnetSample } from '../ports/tailnet.ts';
import { removal } from '../network/removed.ts';
import { returnsToPool } from './own-network.ts';
import { type InstallNeed, withCommand } from './installs.ts';
import { ourProfile } from '../steps/tailnet-lines.ts';
import { nodeName } from '../joining/node-name.ts';

/** The way into the pool's network; once connected, what was seen of it. */
export function planNetwork(
  intent: Intent,
  pool: PoolIntent,
  facts: Facts,
  now: number,
  rules: Rules,
  need: InstallNeed,
): Plan | { readonly connected: TailnetSample } {
  const net = network(facts, pool, now);
  const again = net.is !== 'connected' && net.is !== 'unknown' && entersAgain(pool, facts);
  if (again) return enter(intent, pool, facts, now, rules, need);
  switch (net.is) {
    case 'unknown':
      // What is about to be installed cannot be asked yet.
      if (need.installs.length > 0) return enter(intent, pool, facts, now, rules, need);
      return waiting('facts', now + factWaitMs, net.problem);
    case 'outside':
      return enter(intent, pool, facts, now, rules, need);
    case 'elsewhere':
      return back(intent, facts, now);
    case 'coming':
      return waiting('network', now + factWaitMs);
    case 'broken':
      if (asksAnew(facts, now))
        return attempt({ kind: 'switch-tailnet', profile: 'again' }, intent, facts, now);
      return waiting('network', now + lookAgainMs, net.problem);
    case 'connected':
      return { connected: net.sample };
  }
}

function enter(
  intent: Intent,
  pool: PoolIntent,
  facts: Facts,
  now: number,
  rules: Rules,
  { installs, command }: InstallNeed,
): Plan {
  const { controlUrl, tag, shieldsUp } = pool.invite.tailnet;
  const request = {
    controlUrl,
    tag,
    hostname: nodeName(intent, pool, rules.hostname),
    shieldsUp,
    operator: rules.user,
    installs,
    ...replacing(pool, facts),
  };
  const cancelled = intent.cancelledAt !== undefined && intent.cancelledAt > (intent.retryAt ?? 0);
  if (cancelled) return rest('owner', null, problem('sign-in-cancelled'));
  const next = attempt({ kind: 'enter-tailnet', request }, intent, facts, now);
  if ('do' in next || next.problem === null) return next;
  // Trying again by itself would prompt again. What was refused at the prompt can also be done by hand; a line of the
  // problem's own helps with the whole of it.
  const told = next.problem.command === undefined ? withCommand(next.problem, command) : next.problem;
  return rules.prompts === true ? rest('owner', null, told) : { ...next, problem: told };
}

/** Whether connecting anew is to tell if the pool has removed this computer. */
function asksAnew(facts: Facts, now: number): boolean {
  const sample = fresh(facts, 'tailnet', now);
  return sample !== null && removal(facts, sample, now) === 'ask';
}

/** The profile that no longer reaches the pool, where a fresh invite is to take its place. */
function replacing(pool: PoolIntent, facts: Facts): { readonly replaces?: string } {
  const dead = facts.footprint.known && entersAgain(pool, facts) ? ourProfile(facts.footprint.value) : null;
  return dead === null ? {} : { replaces: dead };
}

/** The owner went to another network of theirs: never switched back unasked, unless we brought them there. */
function back(intent: Intent, facts: Facts, now: number): Plan {
  const profile = facts.footprint.known ? ourProfile(facts.footprint.value) : null;
  const last = facts.attempts['switch-tailnet'];
  const asked =
    returnsToPool(intent, now) ||
    (intent.retryAt !== undefined &&
      facts.tailnet.at !== null &&
      intent.retryAt > facts.tailnet.at - factWaitMs &&
      (last === undefined || intent.retryAt > last.lastAt));
  if (asked && profile !== null) return attempt({ kind: 'switch-tailnet', profile }, intent, facts, now);
  return waitingWith('network', now + lookAgainMs, 'tailnet-other');
}
