import { procedures } from './base.ts';

/** What was earned, and why. */
export const earnings = {
  summary: procedures.earnings.summary.handler(({ context: { commands }, input: { days } }) =>
    commands.summary(days),
  ),
  ledger: procedures.earnings.ledger.handler(async ({ context: { commands }, input }) => [
    ...(await commands.ledger(input)),
  ]),
};
