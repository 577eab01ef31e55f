import { type Check, joined, must, passed, wrong } from './check.ts';

/** The pool's program runs, unless it is down on purpose. */
export const agentCheck: Check = {
  id: 'agent',
  applies: async (context) => {
    const agent = await context.looks.agent();
    if (!joined(context) || !agent.known) return false;
    // Before its first start, and while a pause keeps it down, there is nothing to run.
    return agent.value.process !== null || agent.value.died !== null;
  },
  run: async ({ looks, now }) => {
    const { process, startedAt, died } = must(await looks.agent(), 'nomad-missing');
    if (process === null) return wrong('nomad-died', died?.lastLines.join('\n') ?? null);
    const minutes = startedAt === null ? null : Math.max(0, Math.round((now - startedAt) / 60_000));
    return passed(minutes === null ? null : `${minutes} min`);
  },
};
