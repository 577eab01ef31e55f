/** Calls the listener at each change; returns how to stop. */
export type Watch<T> = (listener: (value: T) => void) => () => void;

/**
 * Gives `first` at once and then each change, of which a slow reader gets only the newest.
 * It listens from the first `next` on and stops at `return`, also while a `next` waits: a generator would first wait for one more change.
 */
export class Newest<T> implements AsyncIteratorObject<T, undefined, undefined> {
  readonly #watch: Watch<T>;
  #pending: { readonly value: T } | null;
  #waiting: ((result: IteratorResult<T, undefined>) => void) | null = null;
  #stop: (() => void) | null = null;
  #ended = false;

  constructor(first: T, watch: Watch<T>, signal?: AbortSignal) {
    this.#pending = { value: first };
    this.#watch = watch;
    if (signal?.aborted) this.#end();
    else signal?.addEventListener('abort', () => this.#end(), { once: true });
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    this.#stop ??= this.#watch((value) => this.#take(value));
    const pending = this.#pending;
    if (pending === null) return new Promise((resolve) => (this.#waiting = resolve));
    this.#pending = null;
    return Promise.resolve({ done: false, value: pending.value });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(value: T): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) waiting({ done: false, value });
    else this.#pending = { value };
  }

  #end(): void {
    this.#ended = true;
    this.#stop?.();
    this.#stop = null;
    this.#pending = null;
    this.#waiting?.({ done: true, value: undefined });
    this.#waiting = null;
  }
}
