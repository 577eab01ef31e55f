import { fresh, type Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import { attempt, waiting, type Plan } from '../planning.ts';
import type { AgentSample } from '../ports/nomad.ts';

/** How long a new version has until it must be ready, ms. */
export const trialMs = 120_000;

/** A node may still be called ready by what the old version said last; after this it is the new one's word, ms. */
const provenMs = 30_000;

/** How long a new version must have run before its silence counts against it, ms. */
const chanceMs = 60_000;

/**
 * A new version of the program on trial: kept once it is ready, given up when it is not ready in time. Asked on the
 * way to an open computer alone, with the pool's network up, so that neither a pause nor an outage counts against it.
 */
export function planTrial(intent: Intent, facts: Facts, now: number, agent: AgentSample): Plan | null {
  if (!facts.programs.known || facts.programs.value.trial === null) return null;
  const { since } = facts.programs.value.trial;
  const upMs = agent.process === null ? 0 : now - (agent.startedAt ?? now);
  const ready = agent.process !== null && fresh(facts, 'node', now)?.status === 'ready';
  // Opened only once it stays: a job that a given-up version began would be lost with it.
  if (ready)
    return upMs >= provenMs
      ? attempt({ kind: 'settle-nomad' }, intent, facts, now)
      : waiting('registration', (agent.startedAt ?? now) + provenMs);
  const began = Math.max(since, facts.memory.connectedSince ?? now, intent.resumedAt ?? 0);
  if (now - began < trialMs) return null;
  const hadChance = agent.process === null ? failedToStart(facts, agent, since) : upMs >= chanceMs;
  return hadChance ? attempt({ kind: 'revert-nomad' }, intent, facts, now) : null;
}

/** Down, and not because it was taken down: it died, or could not be started or configured. */
function failedToStart({ attempts }: Facts, { died }: AgentSample, since: number): boolean {
  const failed = [attempts['start-agent'], attempts.configure].some(
    (one) => one !== undefined && one.problem !== null && one.lastAt >= since,
  );
  return failed || died !== null;
}
