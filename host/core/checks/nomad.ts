import { problem } from '../../../contract/problems.ts';
import { olderThan } from '../version.ts';
import type { Check } from './check.ts';

/** Nomad is there, in a version that the pool takes. */
export const nomadCheck: Check = {
  id: 'nomad',
  run: async ({ nomad }, invite) => {
    const look = await nomad.lookAgent();
    if (!look.known) return { found: null, problem: look.problem ?? problem('nomad-missing') };
    const { program, programProblem } = look.value;
    if (program === null || programProblem !== null)
      return {
        found: program?.version ?? null,
        problem: problem(programProblem ?? 'nomad-missing', program?.path ?? null),
      };
    const { minimumVersion, pinnedVersion } = invite?.nomad ?? {};
    if (minimumVersion && olderThan(program.version, minimumVersion))
      return {
        found: program.version,
        problem: problem('nomad-too-old', `${program.version} < ${minimumVersion}`),
      };
    if (pinnedVersion && olderThan(pinnedVersion, program.version))
      return {
        found: program.version,
        problem: problem('nomad-newer-than-pool', `${program.version} > ${pinnedVersion}`),
      };
    return { found: `${program.version} (${program.path})`, problem: null };
  },
};
