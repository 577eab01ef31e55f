import { problem } from '../../../contract/problems.ts';
import type { Check } from './check.ts';

/** What images and results of jobs need at the least, bytes. */
const neededBytes = 10 * 2 ** 30;

/** There is room for jobs. */
export const diskCheck: Check = {
  id: 'disk',
  run: async ({ folders }) => {
    const free = await folders.freeBytes();
    const found = free === null ? null : `${Math.floor(free / 2 ** 30)} GiB`;
    return { found, problem: free !== null && free < neededBytes ? problem('disk-full', found) : null };
  },
};
