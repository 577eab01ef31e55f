import { fail } from '../../../contract/problems.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { EnterEvent } from '../../core/ports/tailnet.ts';
import type { Heard, Said } from './protocol.ts';

/** How long nothing but a person is waited for: since the prompt, or since the last step that a person had to take. */
export const silentWithinMs = 3 * 60_000;

/** Thrown where the host took its word back, or died: go back, and say nothing. */
export class Undone extends Error {
  constructor() {
    super('the host said undo, or is gone');
    this.name = 'Undone';
  }
}

/** The program's side of the talk with the host while it enters the network: a dead man's switch. */
export class Dialogue {
  readonly #clock: Clock;
  readonly #say: (said: Said) => void;
  #until: number;
  #word: 'connected' | 'undo' | null = null;
  #acks = 0;
  #wake: () => void = () => undefined;

  /** Listens until the words end; their end means `undo`, because the host died. */
  constructor(clock: Clock, words: AsyncIterable<Heard>, say: (said: Said) => void) {
    this.#clock = clock;
    this.#say = say;
    this.#until = clock.monotonic() + silentWithinMs;
    void this.#listen(words);
  }

  /** Begins a new limit for all that follows, until the next one. */
  allow(ms: number): void {
    this.#until = this.#clock.monotonic() + ms;
  }

  /** How much of the limit is left, ms. */
  get leftMs(): number {
    return Math.max(0, Math.round(this.#until - this.#clock.monotonic()));
  }

  /** Whether the limit has passed. */
  get late(): boolean {
    return this.#clock.monotonic() >= this.#until;
  }

  /** Tells what happened and waits until it is in the footprint. Throws `Undone`, or a problem past the limit. */
  async tell(event: EnterEvent): Promise<void> {
    const before = this.#acks;
    this.#say({ event });
    while (this.#acks === before) {
      this.check();
      this.#failWhenLate();
      await this.pause(silentWithinMs);
    }
  }

  /** Tells how it goes; nobody is waited for. */
  tellOnly(event: Extract<EnterEvent, { kind: 'installing' }>): void {
    this.#say({ event });
  }

  /** Resolves after `ms`, or when something was heard. */
  rest(ms: number): Promise<void> {
    return this.#wait(ms);
  }

  /** Tells the host that all is well and waits for its `connected`. Throws `Undone`, or a problem past the limit. */
  async lastWord(): Promise<void> {
    this.#say({ waiting: true });
    while (this.#word === null) {
      this.#failWhenLate();
      await this.pause(silentWithinMs);
    }
    this.check();
  }

  /** Resolves when something was heard, after `ms`, or at the limit. */
  pause(ms: number): Promise<void> {
    return this.#wait(Math.max(0, Math.min(ms, this.#until - this.#clock.monotonic())));
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Throws `Undone` once the host said so. */
  check(): void {
    if (this.#word === 'undo') throw new Undone();
  }

  #failWhenLate(): void {
    if (this.late) fail('tailnet-unreachable', 'this app did not answer in time');
  }

  async #listen(words: AsyncIterable<Heard>): Promise<void> {
    try {
      for await (const heard of words) {
        if (!('word' in heard)) continue;
        if (heard.word === 'ack') this.#acks += 1;
        else this.#word = heard.word;
        this.#wake();
        if (this.#word !== null) return;
      }
      this.#word = 'undo';
    } catch {
      this.#word = 'undo';
    }
    this.#wake();
  }
}
