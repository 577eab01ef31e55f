/** Time, for core and adapters alike: a test runs a day in a second. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds that never jump, for measuring. */
  monotonic(): number;
  /** Calls once after `ms`; answers how to cancel. */
  after(ms: number, call: () => void): () => void;
  /** Resolves after `ms`, or at once when the signal aborts (it never rejects). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
