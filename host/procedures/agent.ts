import { procedures } from './base.ts';
import { either } from './either.ts';
import { chunks } from './work.ts';

/** The pool's program on this computer: how it is set up, and what it writes. */
export const agent = {
  configuration: procedures.agent.configuration.handler(({ context: { commands }, input }) =>
    commands.configuration(input),
  ),
  log: procedures.agent.log.handler(({ context: { commands, ending }, input, signal }) => {
    const until = either(signal, ending) ?? new AbortController().signal;
    return chunks(commands.agentLog(input, until));
  }),
};
