import type { Clock } from '../../core/ports/clock.ts';
import type { Api } from './api.ts';
import { readStreamLine } from './events.ts';

/** A refused stream answers 200 and then nothing, for as long as one listens. */
const firstMs = 3_000;

/** A heartbeat comes every 30 s. */
const silenceMs = 35_000;

/** Backoff between two tries; a stream that lived this long begins it anew. */
const retryMs = { least: 1_000, most: 60_000 } as const;

/** How long changes are gathered before one call. */
const gatherMs = 50;

/** The longest line: an event carries the whole node. */
const lineCharacters = 8_388_608;

/** Follows the `Node` events of this node until aborted: a trigger, which says nothing by itself. */
export class NodeWatch {
  readonly #api: Api;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #signal: AbortSignal;
  #index = 0;
  #gathering = false;
  #waiting = new AbortController();

  constructor(api: Api, clock: Clock, onChange: () => void, signal: AbortSignal) {
    this.#api = api;
    this.#clock = clock;
    this.#onChange = onChange;
    this.#signal = signal;
  }

  /** Runs until aborted; never rejects. */
  async run(): Promise<void> {
    let wait: number = retryMs.least;
    while (!this.#signal.aborted) {
      const began = this.#clock.monotonic();
      const heard = await this.#follow().catch(() => false);
      if (this.#signal.aborted) return;
      // The end of a stream that spoke is news as well: its server may be gone.
      if (heard) this.#changed();
      wait = this.#clock.monotonic() - began > retryMs.most ? retryMs.least : wait;
      wait = (await this.#wait(wait)) ? retryMs.least : Math.min(wait * 2, retryMs.most);
    }
  }

  /** Tries at once and often again: the agent was just started. */
  wake(): void {
    this.#waiting.abort();
  }

  /** Waits; whether it was woken. */
  async #wait(ms: number): Promise<boolean> {
    this.#waiting = new AbortController();
    await this.#clock.sleep(ms, AbortSignal.any([this.#signal, this.#waiting.signal]));
    return this.#waiting.signal.aborted;
  }

  /** One stream to its end; whether it ever spoke. */
  async #follow(): Promise<boolean> {
    const identity = await this.#api.identity();
    if (identity === null || this.#signal.aborted) return false;
    const stop = new AbortController();
    const abort = (): void => stop.abort();
    this.#signal.addEventListener('abort', abort, { once: true });
    let cancel = this.#clock.after(firstMs, abort);
    let heard = false;
    try {
      const answer = await this.#api.stream(`/v1/event/stream?topic=Node:${identity.nodeId}`, stop.signal);
      for await (const line of linesOf(answer.chunks())) {
        cancel();
        cancel = this.#clock.after(silenceMs, abort);
        heard ||= this.#opened();
        this.#take(line);
      }
    } finally {
      cancel();
      this.#signal.removeEventListener('abort', abort);
      stop.abort();
    }
    return heard;
  }

  /** What happened while nobody listened is not told again. */
  #opened(): true {
    this.#changed();
    return true;
  }

  #take(text: string): void {
    const line = readStreamLine(text);
    // At its start a stream repeats what the server still keeps.
    if (line === null || line.events === 0 || line.index <= this.#index) return;
    this.#index = line.index;
    this.#changed();
  }

  #changed(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#clock.after(gatherMs, () => {
      this.#gathering = false;
      if (!this.#signal.aborted) this.#onChange();
    });
  }
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineCharacters) throw new Error('a line without end');
    yield* lines.filter((line) => line.trim() !== '');
  }
}
