import { problem } from '../../../contract/problems.ts';
import type { Check } from './check.ts';

/** There is a way to the one administrator prompt that joining needs. */
export const administratorCheck: Check = {
  id: 'administrator',
  run: async ({ privilege }) => {
    const way = await privilege.way();
    return { found: way, problem: way === null ? problem('administrator-missing') : null };
  },
};
