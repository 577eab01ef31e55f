/** At most `most` starts in any stretch of `withinMs`: a host that dies at once is not started for ever. */
export class RestartBrake {
  readonly #most: number;
  readonly #withinMs: number;
  #startsAt: readonly number[] = [];

  constructor(most: number, withinMs: number) {
    this.#most = most;
    this.#withinMs = withinMs;
  }

  /** Whether one more start is all right at `now` (ms of any clock); if so it is counted. */
  take(now: number): boolean {
    this.#startsAt = this.#startsAt.filter((at) => now - at < this.#withinMs);
    if (this.#startsAt.length >= this.#most) return false;
    this.#startsAt = [...this.#startsAt, now];
    return true;
  }

  /** Forgets what was counted: the person asked for another try. */
  release(): void {
    this.#startsAt = [];
  }
}
