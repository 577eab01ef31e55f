import type { Facts } from './facts.ts';
import type { Intent, PoolIntent } from './intent.ts';
import { planAgent } from './opening/agent.ts';
import { planMachine } from './opening/machine.ts';
import { planNetwork } from './opening/network.ts';
import type { Plan, Rules } from './planning.ts';

/** The way to an open computer: its machine, its network, its agent, its opening. */
export function planOpening(intent: Intent, pool: PoolIntent, facts: Facts, now: number, rules: Rules): Plan {
  const machine = planMachine(facts, now);
  if (machine !== null) return machine;
  const network = planNetwork(intent, pool, facts, now, rules);
  if (!('connected' in network)) return network;
  return planAgent(intent, pool, facts, now, rules, network.connected);
}
