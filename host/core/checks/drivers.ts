import { type Check, must, passed, registered, wrong } from './check.ts';

/** The pool's program can run containers. */
export const driversCheck: Check = {
  id: 'drivers',
  applies: registered,
  run: async ({ looks }) => {
    const { drivers } = must(await looks.registration(), 'nomad-agent-silent');
    const docker = drivers.find(({ name }) => name === 'docker');
    if (docker === undefined || !docker.detected || !docker.healthy)
      return wrong('driver-unhealthy', docker?.words || null);
    return passed(
      drivers
        .filter(({ detected }) => detected)
        .map(({ name }) => name)
        .join(', '),
    );
  },
};
