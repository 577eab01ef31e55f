import { isLeft } from '../work.ts';
import { type Check, must, passed, registered, wrong } from './check.ts';

/** So many in a row are no chance. */
const failuresInARow = 3;

/** Jobs of the last hour on this computer, and whether they did not all fail. */
export const workCheck: Check = {
  id: 'work',
  applies: registered,
  run: async ({ looks }) => {
    const work = must(await looks.work(), 'nomad-agent-silent');
    const running = work.filter(isLeft).length;
    const ended = work
      .filter(({ client }) => client === 'complete' || client === 'failed')
      .toSorted((a, b) => b.modifiedAt - a.modifiedAt);
    const failures = ended.filter(({ client }) => client === 'failed').length;
    const last = ended.slice(0, failuresInARow);
    if (last.length === failuresInARow && last.every(({ client }) => client === 'failed'))
      return wrong('jobs-failing', last.map(({ id, job }) => `${id.slice(0, 8)} ${job}`).join('\n'));
    return passed(null, {
      key: 'check.found.work',
      params: { running, ended: ended.length - failures, failures },
    });
  },
};
