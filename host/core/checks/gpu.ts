import { problem } from '../../../contract/problems.ts';
import { type Check, failed, must, passed } from './check.ts';

/** The driver answers, and every card is healthy. */
export const gpuCheck: Check = {
  id: 'gpu',
  applies: () => true,
  run: async ({ looks }) => {
    const { gpus } = must(await looks.gpus(), 'gpu-none');
    const healthy = gpus.filter((g) => g.fault === null);
    const faults = gpus.flatMap((g) => (g.fault === null ? [] : [`${g.name}: ${g.fault}`]));
    const driver = healthy.find((g) => g.driver !== null)?.driver;
    const names = healthy.map((g) => g.name).join(', ');
    const found = names === '' ? null : `${names}${driver == null ? '' : ` (${driver})`}`;
    if (healthy.length === 0) return failed(problem('gpu-none', faults.join('; ') || null));
    return faults.length > 0 ? failed(problem('gpu-lost', faults.join('; ')), found) : passed(found);
  },
};
