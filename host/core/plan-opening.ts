import type { Facts } from './facts.ts';
import type { Intent, PoolIntent } from './intent.ts';
import { planAgent } from './opening/agent.ts';
import { planInstall } from './opening/install.ts';
import { installsKnown, neededInstalls } from './opening/installs.ts';
import { planMachine } from './opening/machine.ts';
import { planNetwork } from './opening/network.ts';
import { factWaitMs, waiting, type Plan, type Rules } from './planning.ts';
import { findLine } from './footprint.ts';

/** The way to an open computer: its machine, its network, its agent, its opening. */
export function planOpening(intent: Intent, pool: PoolIntent, facts: Facts, now: number, rules: Rules): Plan {
  const need = neededInstalls(facts, now);
  const entered = facts.footprint.known && findLine(facts.footprint.value, 'tailnet-entered') !== null;
  const comes = !entered && need.installs.length > 0;
  const machine = planMachine(facts, now, comes || need.lacks !== null);
  if (machine !== null) return machine;
  if (!entered && !installsKnown(facts)) return waiting('facts', now + factWaitMs);
  if (!comes) {
    const lacking = planInstall(need, intent, facts, now);
    if (lacking !== null) return lacking;
  }
  const network = planNetwork(intent, pool, facts, now, rules, need);
  if (!('connected' in network)) return network;
  return planAgent(intent, pool, facts, now, rules, network.connected);
}
