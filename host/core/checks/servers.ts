import { problem } from '../../../contract/problems.ts';
import { agentUp, type Check, failed, must, passed } from './check.ts';

/** The pool's program knows servers of the pool, and one of them leads. */
export const serversCheck: Check = {
  id: 'servers',
  applies: agentUp,
  run: async ({ looks }) => {
    const servers = must(await looks.servers(), 'nomad-server-lost');
    const found = servers
      .map(
        ({ name, version, alive }) => `${name}${version === null ? '' : ` ${version}`}${alive ? '' : ' †'}`,
      )
      .join(', ');
    return servers.some(({ alive }) => alive)
      ? passed(found)
      : failed(problem('nomad-server-lost', found || null));
  },
};
