import { type Check, must, passed, wrong } from './check.ts';
import { reachesNames } from './path.ts';

/** The pool's servers let this computer in: a connection opens, which pings alone do not show. */
export const serverPortCheck: Check = {
  id: 'server-port',
  applies: reachesNames,
  run: async ({ looks }) => {
    const { servers } = must(await looks.path(), 'tailnet-unreachable');
    const tried = servers.flatMap(({ host, port, way, tcp }) =>
      tcp === null ? [] : [{ name: `${host}:${port}`, way, tcp }],
    );
    const closed = tried.filter(({ tcp }) => !tcp.ok);
    if (closed.length > 0) {
      const detail = closed.map(({ name, tcp }) => `${name} (${tcp.ok ? '' : tcp.why})`).join(', ');
      return wrong(closed.some(({ way }) => way !== null) ? 'server-port-closed' : 'server-silent', detail);
    }
    return passed(tried.map(({ name, tcp }) => `${name} ${tcp.ok ? tcp.ms : '–'} ms`).join(', '));
  },
};
