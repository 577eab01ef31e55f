import { boundsOf, fits } from '../programs/versions.ts';
import { type Check, type CheckContext, must, passed, wrong } from './check.ts';

/** Nomad is there, in a version that runs strangers' jobs safely and that the pool takes. */
export const nomadCheck: Check = {
  id: 'nomad',
  applies: () => true,
  run: async (context) => {
    const { program, programProblem, programFrom } = must(await context.looks.agent(), 'nomad-missing');
    // Whoever joins gets what is lacking from the publisher, unless they named a program of their own.
    const comes = context.intent.pool === null && programFrom !== 'setting';
    if (program === null || programProblem !== null)
      return comes ? passed(null) : wrong(programProblem ?? 'nomad-missing', program?.path ?? null);
    const { version, path } = program;
    if (context.invite === null) return passed(`${version} (${path})`);
    const bounds = boundsOf(context.invite.nomad, await oldestServer(context));
    switch (fits(version, bounds)) {
      case 'too-old':
        return comes ? passed(null) : wrong('nomad-too-old', `${version} < ${bounds.minimum}`);
      case 'too-new':
        return comes ? passed(null) : wrong('nomad-newer-than-pool', `${version} > ${bounds.maximum ?? ''}`);
      case 'yes':
        return passed(`${version} (${path})`);
    }
  },
};

async function oldestServer({ looks, intent }: CheckContext): Promise<string | null> {
  const agent = await looks.agent();
  if (intent.pool === null || !agent.known || agent.value.process === null) return null;
  const servers = await looks.servers();
  const versions = servers.known ? servers.value.flatMap(({ version }) => version ?? []) : [];
  return versions.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))[0] ?? null;
}
