import { fresh, type Facts } from '../facts.ts';
import type { Intent, PoolIntent } from '../intent.ts';
import { attempt, factWaitMs, lookAgainMs, waiting, waitingWith, type Plan } from '../planning.ts';
import type { AgentSample, NomadProgram } from '../ports/nomad.ts';
import { fits } from '../programs/versions.ts';
import type { Step } from '../step.ts';
import { fittingProgram, lacksDevicePlugin, poolBounds, programWish } from '../programs/wish.ts';

/** How long until a device plugin that could not be had is tried again, ms. */
const pluginAgainMs = 30 * 60_000;

/** How long the servers may take to tell their version, ms. */
const serversMs = 15_000;

/**
 * The agent's program, in a version that we and the pool take. Accepting the invite asked for it: what is not here is
 * downloaded, unless the owner's setting names a program, which is then neither replaced nor passed over.
 */
export function planProgram(
  intent: Intent,
  pool: PoolIntent,
  facts: Facts,
  agent: AgentSample,
  now: number,
): Plan | { readonly program: NomadProgram } {
  const program = fittingProgram(pool, facts, agent);
  if (program === null) return lacking(intent, pool, facts, agent, now);
  return planDevicePlugin(intent, facts, now) ?? { program };
}

/** A program of ours may be newer than the pool's servers: until they told their version, within reason, nothing is opened. */
export function awaitServers(facts: Facts, now: number, agent: AgentSample): Plan | null {
  const told = facts.versions.known && facts.versions.value.oldestServer !== null;
  const until = (agent.startedAt ?? now) + serversMs;
  if (told || agent.programFrom !== 'ours' || now >= until) return null;
  return waiting('registration', until);
}

function lacking(intent: Intent, pool: PoolIntent, facts: Facts, agent: AgentSample, now: number): Plan {
  if (agent.programFrom === 'setting') return unfit(pool, facts, agent, now);
  const programs = fresh(facts, 'programs', now);
  if (programs === null)
    return waiting('facts', now + factWaitMs, facts.programs.known ? null : facts.programs.problem);
  const devicePlugin = lacksDevicePlugin(facts, now);
  if (agent.programFrom === 'ours' && programs.chosen !== null) {
    // Ours, but not what the pool takes: another version takes its place, unless none does.
    const wish = programWish(intent, facts);
    if (wish === null) return unfit(pool, facts, agent, now);
    const nomad = { version: wish.to };
    return attempt({ kind: 'install-nomad', nomad, devicePlugin }, intent, facts, now);
  }
  return attempt({ kind: 'install-nomad', nomad: { version: null }, devicePlugin }, intent, facts, now);
}

/** Why the program that is there will not do. */
function unfit(pool: PoolIntent, facts: Facts, { program, programProblem }: AgentSample, now: number): Plan {
  if (program === null || programProblem !== null)
    return waitingWith(
      'facts',
      now + lookAgainMs,
      programProblem ?? 'nomad-missing',
      program?.version ?? null,
    );
  const bounds = poolBounds(pool, facts);
  return fits(program.version, bounds) === 'too-old'
    ? waitingWith('facts', now + lookAgainMs, 'nomad-too-old', `${program.version} < ${bounds.minimum}`)
    : waitingWith(
        'facts',
        now + lookAgainMs,
        'nomad-newer-than-pool',
        `${program.version} > ${bounds.maximum ?? ''}`,
      );
}

/**
 * The device plugin, where one is lacking. One that cannot be had now keeps nothing else from going on: its step says so,
 * and it is tried again after a while or at the owner's word.
 */
function planDevicePlugin(intent: Intent, facts: Facts, now: number): Plan | null {
  if (!lacksDevicePlugin(facts, now)) return null;
  const last = facts.attempts['install-nomad'];
  const forgiven = intent.retryAt !== undefined && last !== undefined && intent.retryAt > last.lastAt;
  const failed = last !== undefined && last.problem !== null && !forgiven;
  if (failed && now < last.lastAt + pluginAgainMs) return null;
  return { do: { kind: 'install-nomad', nomad: null, devicePlugin: true } };
}

/** Whether a step brings what all else goes on without: its trouble is told by a notice. */
export const isAside = (step: Step): boolean => step.kind === 'install-nomad' && step.nomad === null;
