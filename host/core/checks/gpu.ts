import { problem } from '../../../contract/problems.ts';
import type { Check } from './check.ts';

/** A healthy GPU with a working driver is there. */
export const gpuCheck: Check = {
  id: 'gpu',
  run: async ({ gpus }) => {
    const look = await gpus.look();
    if (!look.known) return { found: null, problem: look.problem ?? problem('gpu-none') };
    const healthy = look.value.gpus.filter((g) => g.fault === null);
    const faults = look.value.gpus.flatMap((g) => (g.fault === null ? [] : [`${g.name}: ${g.fault}`]));
    return {
      found: healthy.map((g) => g.name).join(', ') || null,
      problem: healthy.length === 0 ? problem('gpu-none', faults.join('; ') || null) : null,
    };
  },
};
