import { problem, type Problem } from '../../../contract/problems.ts';
import { fresh, type Facts } from '../facts.ts';
import type { Intent, PoolIntent } from '../intent.ts';
import type { AgentSample } from '../ports/nomad.ts';

/** How long before its end a certificate is spoken of, ms: time for the operator to make another. */
const soonMs = 14 * 86_400_000;

/** Why an agent is not started with what the pool gave this computer to be known by; null: nothing speaks against it. */
export function credentialsFault(pool: PoolIntent, agent: AgentSample, now: number): Problem | null {
  if (!pool.hasTls || agent.credentials === undefined) return null;
  const { tls } = agent.credentials;
  if (tls === null) return problem('secrets-lost', 'certificates');
  return tls.problem ?? expired(agent, now);
}

/** That the certificate is over: a running agent is then no longer let in once its connection ends. */
export function expired({ credentials }: AgentSample, now: number): Problem | null {
  const end = credentials?.tls?.expiresAt ?? null;
  return end !== null && end <= now ? problem('tls-expired', dayOf(end)) : null;
}

/** What the owner should know beforehand. */
export function credentialNotices(intent: Intent, facts: Facts, now: number): readonly Problem[] {
  const end = fresh(facts, 'agent', now)?.credentials?.tls?.expiresAt ?? null;
  if (intent.pool?.hasTls !== true || end === null || end <= now || end - now > soonMs) return [];
  return [problem('tls-expires-soon', dayOf(end))];
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
