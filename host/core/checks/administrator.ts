import { type Check, passed, wrong } from './check.ts';

/** There is a way to the one administrator prompt that joining and leaving need. */
export const administratorCheck: Check = {
  id: 'administrator',
  applies: () => true,
  run: async ({ looks }) => {
    const way = await looks.way();
    return way === null ? wrong('administrator-missing') : passed(way === 'inline' ? null : way);
  },
};
