import { procedures } from './base.ts';

/** Looks at this computer, one result after the other; a client that goes away ends it. */
export const checks = {
  run: procedures.checks.run.handler(async function* ({ context: { commands }, input: { invite }, signal }) {
    yield* commands.checks(invite, signal ?? new AbortController().signal);
  }),
};
