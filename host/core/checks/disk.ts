import { problem } from '../../../contract/problems.ts';
import { type Check, failed, passed } from './check.ts';

/** What images and results of jobs need at the least, bytes. */
const neededBytes = 10 * 2 ** 30;

/** There is room for jobs. */
export const diskCheck: Check = {
  id: 'disk',
  applies: () => true,
  run: async ({ looks }) => {
    const free = await looks.freeBytes();
    const found = free === null ? null : `${Math.floor(free / 2 ** 30)} GiB`;
    return free !== null && free < neededBytes ? failed(problem('disk-low', found), found) : passed(found);
  },
};
