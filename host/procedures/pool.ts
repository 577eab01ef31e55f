import { procedures } from './base.ts';

/** Joining a pool, trying one, leaving it. */
export const pool = {
  preview: procedures.pool.preview.handler(({ context: { commands }, input }) => commands.preview(input)),
  consent: procedures.pool.consent.handler(({ context: { commands }, input }) =>
    commands.consent(input.invite, input.session),
  ),
  join: procedures.pool.join.handler(
    async ({ context: { commands }, input: { text, from, session, ...choices } }) => ({
      revision: await commands.join({ text, from }, choices, session),
    }),
  ),
  cancelSignIn: procedures.pool.cancelSignIn.handler(async ({ context: { commands } }) => ({
    revision: await commands.cancelSignIn(),
  })),
  demo: procedures.pool.demo.handler(async ({ context: { commands } }) => ({
    revision: await commands.demo(),
  })),
  leaving: procedures.pool.leaving.handler(({ context: { commands } }) => commands.leaving()),
  leave: procedures.pool.leave.handler(async ({ context: { commands }, input }) => ({
    revision: await commands.leave(input),
  })),
};
