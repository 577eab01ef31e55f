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
  retry: procedures.sharing.retry.handler(async ({ context: { commands } }) => ({
    revision: await commands.retry(),
  })),
};
