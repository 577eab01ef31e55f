import type { AgentSample, NomadProgram } from '../ports/nomad.ts';
import type { PoolIntent } from '../intent.ts';
import { lookAgainMs, waitingWith, type Plan } from '../planning.ts';
import { olderThan } from '../version.ts';

/** The agent's program, in a version that we and the pool take. */
export function planProgram(
  pool: PoolIntent,
  agent: AgentSample,
  now: number,
): Plan | { readonly program: NomadProgram } {
  if (agent.program === null || agent.programProblem !== null)
    return waitingWith(
      'facts',
      now + lookAgainMs,
      agent.programProblem ?? 'nomad-missing',
      agent.program?.version ?? null,
    );
  const minimum = pool.invite.nomad.minimumVersion;
  if (minimum && olderThan(agent.program.version, minimum))
    return waitingWith('facts', now + lookAgainMs, 'nomad-too-old', `${agent.program.version} < ${minimum}`);
  const pinned = pool.invite.nomad.pinnedVersion;
  if (pinned && olderThan(pinned, agent.program.version))
    return waitingWith(
      'facts',
      now + lookAgainMs,
      'nomad-newer-than-pool',
      `${agent.program.version} > ${pinned}`,
    );

  return { program: agent.program };
}
