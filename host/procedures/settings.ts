import { procedures } from './base.ts';

/** What the owner set. */
export const settings = {
  update: procedures.settings.update.handler(({ context: { commands }, input }) => {
    const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
    return commands.updateSettings(given);
  }),
};
