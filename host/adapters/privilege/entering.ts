import { fail, problem, type Problem, ProblemError } from '../../../contract/problems.ts';
import type { EnterEvent, Entering } from '../../core/ports/tailnet.ts';
import type { Channel } from './channel.ts';
import type { Heard, Said } from './protocol.ts';

/** The host's side of one entering. */
export class EnteringSession implements Entering {
  readonly events: AsyncIterable<EnterEvent>;
  readonly #channel: Channel;
  readonly #said: AsyncIterator<Said>;
  #ended = false;
  #problem: Problem | null = null;

  constructor(channel: Channel, list: Heard, signal: AbortSignal) {
    this.#channel = channel;
    this.#said = channel.said[Symbol.asyncIterator]();
    this.events = this.#events(list);
    // The end of our words is `undo`; it then goes back, and `finish` tells when it has.
    if (signal.aborted) channel.close();
    signal.addEventListener('abort', () => channel.close(), { once: true });
  }

  async finish(word: 'connected' | 'undo'): Promise<void> {
    if (!this.#ended) this.#channel.send({ word });
    for (;;) {
      const said = await this.#next();
      if (said === null) break;
    }
    this.#channel.close();
    if (this.#problem !== null) throw new ProblemError(this.#problem);
  }

  async *#events(list: Heard): AsyncGenerator<EnterEvent> {
    for (;;) {
      const said = await this.#next();
      if (said === null) break;
      if ('waiting' in said) return;
      if ('ready' in said) this.#channel.send(list);
      if (!('event' in said)) continue;
      yield said.event;
      // Asked for the next one: this one is in the footprint.
      if (said.event.kind !== 'installing') this.#channel.send({ word: 'ack' });
    }
    if (this.#problem !== null) throw new ProblemError(this.#problem);
    fail('administrator-failed', 'ended before it was connected');
  }

  /** The next line, or null at the end; a problem is kept for whoever waits. */
  async #next(): Promise<Said | null> {
    if (this.#ended) return null;
    try {
      const { done, value } = await this.#said.next();
      if (done === true) this.#ended = true;
      else if ('problem' in value) this.#problem ??= value.problem;
      return done === true ? null : value;
    } catch (error) {
      this.#ended = true;
      this.#problem ??= asProblem(error);
      return null;
    }
  }
}

function asProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return problem('administrator-failed', error instanceof Error ? error.message : String(error));
}
