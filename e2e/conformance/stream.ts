import type { Fetch, HttpAnswer } from '../../host/core/ports/world.ts';
import type { Time } from './subject.ts';

/** A stream being read, line by line, until it is closed. */
export class Reading {
  readonly lines: unknown[] = [];
  readonly status: number;
  /** It came to its end by itself. */
  ended = false;
  readonly #stop: AbortController;

  private constructor(answer: HttpAnswer, stop: AbortController) {
    this.status = answer.status;
    this.#stop = stop;
    void this.#read(answer);
  }

  /** Opens a stream and begins to read. */
  static async open(
    time: Time,
    fetch: Fetch,
    request: { readonly path: string; readonly headers?: Record<string, string> },
  ): Promise<Reading> {
    const stop = new AbortController();
    const answer = await time.finish(fetch({ ...request, timeoutMs: 8_000, signal: stop.signal }));
    return new Reading(answer, stop);
  }

  /** Leaves it. */
  close(): void {
    this.#stop.abort();
  }

  async #read(answer: HttpAnswer): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const chunk of answer.chunks()) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line.trim() !== '') this.lines.push(JSON.parse(line));
      }
    } catch {
      // Cut off: that is an end too.
    }
    if (!this.#stop.signal.aborted) this.ended = true;
  }
}
