/** Hands values from one side to another in order; ends when closed and emptied. For one reader. */
export class Queue<T> implements AsyncIterable<T> {
  readonly #values: T[] = [];
  #closed = false;
  #wake: () => void = () => undefined;

  /** Adds a value; after the end it is dropped. */
  push(value: T): void {
    if (!this.#closed) this.#values.push(value);
    this.#wake();
  }

  /** Ends it; what was added is still read. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      while (this.#values.length > 0) yield this.#values.shift() as T;
      if (this.#closed) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
