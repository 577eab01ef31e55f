import { problem } from '../../../contract/problems.ts';
import type { Check } from './check.ts';

/** A container engine answers this user. */
export const engineCheck: Check = {
  id: 'engine',
  run: async ({ engine }) => {
    const look = await engine.look([]);
    if (!look.known) return { found: null, problem: look.problem ?? problem('engine-missing') };
    const { kind, version, rootless } = look.value;
    return { found: `${kind} ${version}${rootless ? ' (rootless)' : ''}`, problem: null };
  },
};
