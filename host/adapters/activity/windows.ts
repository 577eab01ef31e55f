import type { Activity } from '../../core/ports/activity.ts';

/** Windows tells the last input to native calls alone, which this version has none of: not known, and said so. */
export const windowsActivity = (): Activity => ({
  look: () => Promise.resolve({ lastInputAt: null, source: null }),
});
