import { natProblem, udpProblem } from '../network/path-quality.ts';
import { type Check, failed, must, passed } from './check.ts';

/** Direct ways are possible from here: UDP gets out, and the router does not make them hard. */
export const udpCheck: Check = {
  id: 'udp',
  applies: async ({ looks }) => {
    const path = await looks.path();
    return path.known && path.value.line !== null && path.value.line.udp !== null;
  },
  run: async ({ looks }) => {
    const sample = must(await looks.path(), 'tailnet-unreachable');
    const found = udpProblem(sample) ?? natProblem(sample);
    return found === null ? passed(null) : failed(found);
  },
};
