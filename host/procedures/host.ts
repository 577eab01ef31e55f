import { procedures } from './base.ts';

/** The host itself. */
export const host = {
  stop: procedures.host.stop.handler(async ({ context: { commands }, input: { sharing } }) => ({
    revision: await commands.stop(sharing),
  })),
};
