import { type Check, inNetwork, passed, wrong } from './check.ts';

/** The pool's network knows the names of the pool's servers. */
export const namesCheck: Check = {
  id: 'names',
  applies: async (context) => (await inNetwork(context)) && (await context.looks.path()).known,
  run: async ({ looks }) => {
    const path = await looks.path();
    const servers = path.known ? path.value.servers : [];
    const unknown = servers.filter(({ address }) => address === null).map(({ host }) => host);
    return unknown.length > 0
      ? wrong('server-name-unknown', unknown.join(', '))
      : passed(servers.map(({ host, address }) => `${host} → ${address ?? ''}`).join(', '));
  },
};
