import { problem } from '../../../contract/problems.ts';
import { middleProblem } from '../network/path-quality.ts';
import { type Check, failed, passed } from './check.ts';

/** Nobody stands in the middle: no page that wants a sign-in first, nobody who opens what is encrypted, and the sign-in server answers. */
export const middleCheck: Check = {
  id: 'middle',
  applies: async ({ looks }) => (await looks.path()).known,
  run: async ({ looks }) => {
    const path = await looks.path();
    if (!path.known) return passed(null);
    const found = middleProblem(path.value);
    if (found !== null) return failed(found);
    const { control } = path.value;
    return control.ok ? passed(control.issuer) : failed(problem('path-control-away', control.why));
  },
};
