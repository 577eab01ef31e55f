import { procedures } from './base.ts';

/** Pausing and going on. */
export const sharing = {
  pause: procedures.sharing.pause.handler(async ({ context: { commands }, input: { how, until } }) => ({
    revision: await commands.pause(how, until),
  })),
  resume: procedures.sharing.resume.handler(async ({ context: { commands }, input: { openAnyway } }) => ({
    revision: await commands.resume(openAnyway),
  })),
  whenIdle: procedures.sharing.whenIdle.handler(async ({ context: { commands }, input: { on } }) => ({
    revision: await commands.whenIdle(on),
  })),
  ownNetwork: procedures.sharing.ownNetwork.handler(async ({ context: { commands }, input: { on } }) => ({
    revision: await commands.ownNetwork(on),
  })),
  install: procedures.sharing.install.handler(async ({ context: { commands } }) => ({
    revision: await commands.install(),
  })),
  update: procedures.sharing.update.handler(async ({ context: { commands } }) => ({
    revision: await commands.update(),
  })),
  retry: procedures.sharing.retry.handler(async ({ context: { commands } }) => ({
    revision: await commands.retry(),
  })),
};
