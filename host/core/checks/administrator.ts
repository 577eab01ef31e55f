import { type Check, passed, wrong } from './check.ts';

/** There is a way to the administrator's rights that joining and leaving need. */
export const administratorCheck: Check = {
  id: 'administrator',
  applies: () => true,
  run: async ({ looks }) => {
    const way = await looks.way();
    if (way === null) return wrong('administrator-missing');
    return passed(way === 'inline' ? null : way === 'pkexec' ? way : 'sudo');
  },
};
