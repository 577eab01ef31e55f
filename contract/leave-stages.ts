/** What leaving undoes, in this order. */
export const leaveStages = ['work', 'ledger', 'engine', 'files', 'network'] as const;

/** One stage of leaving. */
export type LeaveStage = (typeof leaveStages)[number];
