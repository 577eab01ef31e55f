import { procedures } from './base.ts';

/** Jobs that ended; those that run are in the state. */
export const work = {
  history: procedures.work.history.handler(async ({ context: { commands }, input }) => [
    ...(await commands.history(input)),
  ]),
};
