import { relayProblem } from '../network/path-quality.ts';
import { type Check, failed, must, passed } from './check.ts';

/** A relay of the network answers, for where no direct way is found. */
export const relayCheck: Check = {
  id: 'relay',
  applies: async ({ looks }) => {
    const path = await looks.path();
    return path.known && (path.value.line?.relay != null || relayProblem(path.value) !== null);
  },
  run: async ({ looks }) => {
    const sample = must(await looks.path(), 'tailnet-unreachable');
    const found = relayProblem(sample);
    if (found !== null) return failed(found);
    const relay = sample.line?.relay ?? null;
    return passed(relay === null ? null : `${relay.name}${relay.ms === null ? '' : `, ${relay.ms} ms`}`);
  },
};
