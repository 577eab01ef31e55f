/**
 * One thing seen about one job on one GPU; never changed once written.
 * `start` opens a stretch, `alive` says that it still holds (so that a power cut costs at most one interval), `end` closes it.
 */
export interface Observation {
  readonly allocation: string;
  /** GPU UUID; '' where the job holds no GPU that we know of: it is in the history then, and counts no GPU time. */
  readonly gpu: string;
  readonly what: 'start' | 'alive' | 'end';
  /** When it happened, epoch ms, by `clock`. */
  readonly at: number;
  /** Whose clock `at` is: the agent's on this machine, or our own. */
  readonly clock: 'agent' | 'host';
  /** When we saw it, by our own clock. */
  readonly seenAt: number;
  readonly source: 'allocation' | 'engine' | 'demo';
  /** Which price list held: the invite's, or the demo's; null where unpaid. */
  readonly priceVersion: string | null;
  /** Integer micro-units per GPU hour, or null where unpaid. */
  readonly microsPerHour: number | null;
  readonly currency: string | null;
  readonly job: string;
  readonly jobType: 'batch' | 'service' | 'system' | 'sysbatch';
  readonly gpuName: string;
  readonly image: string | null;
  readonly restarts: number;
  /** With `end`: why the job ended; null: only the stretch did (its task restarts, or a clock leapt). */
  readonly ended: 'finished' | 'failed' | 'moved' | 'lost' | 'stopped' | null;
}
