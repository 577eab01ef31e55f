import { type Check, must, passed, wrong } from './check.ts';
import { comesWithJoining } from './comes.ts';

/** Cards get into containers: the pool's program asks for the engine's runtime of that name. */
export const nvidiaRuntimeCheck: Check = {
  id: 'nvidia-runtime',
  applies: async ({ looks }) => (await looks.engine()).known,
  run: async (context) => {
    const { nvidia } = must(await context.looks.engine(), 'engine-missing');
    if (nvidia === 'runtime') return passed(nvidia);
    const comes = await comesWithJoining(context, ['nvidia-runtime']);
    return comes ?? wrong('nvidia-runtime-missing', nvidia === 'none' ? null : nvidia);
  },
};
