import { procedures } from './base.ts';

/** Joining a pool, trying one, leaving it. */
export const pool = {
  preview: procedures.pool.preview.handler(({ context: { commands }, input }) => commands.preview(input)),
  join: procedures.pool.join.handler(async ({ context: { commands }, input }) => ({
    revision: await commands.join(input),
  })),
  demo: procedures.pool.demo.handler(async ({ context: { commands } }) => ({
    revision: await commands.demo(),
  })),
  leave: procedures.pool.leave.handler(async ({ context: { commands } }) => ({
    revision: await commands.leave(),
  })),
};
