import { type Check, must, passed, wrong } from './check.ts';

/** Cards get into containers: the pool's program asks for the engine's runtime of that name. */
export const nvidiaRuntimeCheck: Check = {
  id: 'nvidia-runtime',
  applies: async ({ looks }) => (await looks.engine()).known,
  run: async ({ looks }) => {
    const { nvidia } = must(await looks.engine(), 'engine-missing');
    return nvidia === 'runtime'
      ? passed(nvidia)
      : wrong('nvidia-runtime-missing', nvidia === 'none' ? null : nvidia);
  },
};
