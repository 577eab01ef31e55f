import { type Check, failed, passed } from './check.ts';

/** The record of past work is whole. */
export const ledgerCheck: Check = {
  id: 'ledger',
  applies: () => true,
  run: async ({ looks }) => {
    const { problem, rows } = await looks.ledger();
    return problem === null
      ? passed(null, { key: 'check.found.rows', params: { count: rows } })
      : failed(problem);
  },
};
