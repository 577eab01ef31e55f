import { procedures } from './base.ts';

/** Which GPUs are shared. */
export const gpus = {
  share: procedures.gpus.share.handler(async ({ context: { commands }, input: { uuid, share } }) => ({
    revision: await commands.share(uuid, share),
  })),
};
