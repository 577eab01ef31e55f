import { problem } from '../../../contract/problems.ts';
import { devicesOf, offeredGpus } from '../cards/choice.ts';
import { type Check, type CheckContext, failed, must, passed, registered } from './check.ts';

/** The pool can give every card that is shared to a job: as many devices, all of them healthy. */
export const devicesCheck: Check = {
  id: 'devices',
  applies: async (context) => (await registered(context)) && (await context.looks.gpus()).known,
  run: async (context) => {
    const { devices } = must(await context.looks.registration(), 'nomad-agent-silent');
    const shared = await sharedDevices(context);
    const healthy = devices.filter((one) => one.healthy);
    const found = `${healthy.length} / ${shared}`;
    if (healthy.length >= shared) return passed(found);
    const words = devices.filter((one) => !one.healthy).map((one) => `${one.name}: ${one.words}`);
    return failed(problem('devices-missing', [found, ...words].join('\n')), found);
  },
};

async function sharedDevices({ looks, intent, facts, now }: CheckContext): Promise<number> {
  const gpus = await looks.gpus();
  return offeredGpus(intent, { ...facts, gpus }, now).reduce((sum, gpu) => sum + devicesOf(gpu), 0);
}
