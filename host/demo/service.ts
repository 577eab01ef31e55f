import type { Clock } from '../core/ports/clock.ts';
import { type Fetch, type HttpAnswer, type HttpRequest, Unreachable } from '../core/ports/world.ts';

/** What a simulated service does with a request; the request's signal aborts when nobody waits any more. */
export type Handler = (request: Request) => Response | Promise<Response>;

/** Why nobody answers at a service's place, or null while it is up. */
export type Down = Unreachable['why'] | null;

/** One simulated service at its socket or port: it can be absent, refuse, hang, and break what is under way. */
export class Service {
  readonly #clock: Clock;
  readonly #handler: Handler;
  readonly #down: () => Down;
  readonly #open = new Set<(why: 'broken') => void>();

  /** `down` says at each request why nobody answers. */
  constructor(clock: Clock, handler: Handler, down: () => Down) {
    this.#clock = clock;
    this.#handler = handler;
    this.#down = down;
  }

  /** Breaks all requests and streams under way, as a killed program does. */
  cut(): void {
    for (const end of [...this.#open]) end('broken');
  }

  /** Requests and streams under way. */
  get open(): number {
    return this.#open.size;
  }

  readonly fetch: Fetch = async (request) => {
    if (request.signal?.aborted === true) throw new Unreachable('aborted', request.path);
    const down = this.#down();
    if (down !== null && down !== 'timeout') throw new Unreachable(down, request.path);
    return this.#exchange(request, down === 'timeout');
  };

  /** Waits for the head of the answer, the limit, the caller's abort, or the end of the program. */
  #exchange(request: HttpRequest, silent: boolean): Promise<HttpAnswer> {
    const inside = new AbortController();
    return new Promise((resolve, reject) => {
      const giveUp = (why: Unreachable['why']): void => {
        release();
        reject(new Unreachable(why, request.path));
        inside.abort();
      };
      const aborted = (): void => giveUp('aborted');
      const cancel = this.#clock.after(request.timeoutMs, () => giveUp('timeout'));
      const release = (): void => {
        cancel();
        request.signal?.removeEventListener('abort', aborted);
        this.#open.delete(giveUp);
      };
      request.signal?.addEventListener('abort', aborted, { once: true });
      this.#open.add(giveUp);
      if (silent) return;
      // A microtask later, so that a handler that throws is a rejection too.
      void Promise.resolve(toRequest(request, inside.signal))
        .then(this.#handler)
        .then(
          (response) => {
            if (inside.signal.aborted) return;
            release();
            resolve(this.#answer(response, request, inside));
          },
          (error: unknown) => {
            release();
            reject(error instanceof Error ? error : new Error(String(error)));
          },
        );
    });
  }

  #answer(response: Response, request: HttpRequest, inside: AbortController): HttpAnswer {
    return {
      status: response.status,
      header: (name) => response.headers.get(name),
      text: async () => {
        const decoder = new TextDecoder();
        let text = '';
        for await (const chunk of this.#body(response, request, inside, true))
          text += decoder.decode(chunk, { stream: true });
        return text;
      },
      chunks: () => this.#body(response, request, inside, false),
    };
  }

  async *#body(
    response: Response,
    request: HttpRequest,
    inside: AbortController,
    whole: boolean,
  ): AsyncIterable<Uint8Array> {
    const reader = response.body?.getReader();
    if (reader === undefined) return;
    let broken: Unreachable['why'] | null = null;
    const end = (why: Unreachable['why']): void => {
      broken ??= why;
      inside.abort();
      void reader.cancel().catch(() => undefined);
    };
    const aborted = (): void => end('aborted');
    request.signal?.addEventListener('abort', aborted, { once: true });
    if (request.signal?.aborted === true) aborted();
    this.#open.add(end);
    // A body that must be whole has the request's limit; a stream has none.
    const cancel = whole ? this.#clock.after(request.timeoutMs, () => end('timeout')) : () => undefined;
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
      if (broken !== null && (whole || broken !== 'aborted')) throw new Unreachable(broken, request.path);
    } finally {
      cancel();
      this.#open.delete(end);
      request.signal?.removeEventListener('abort', aborted);
      inside.abort();
    }
  }
}

function toRequest(request: HttpRequest, signal: AbortSignal): Request {
  return new Request(`http://demo${request.path}`, {
    method: request.method ?? 'GET',
    headers: { ...request.headers },
    signal,
    ...(request.body === undefined ? {} : { body: request.body }),
  });
}

/** A body to which lines are pushed as they happen, until its reader leaves. */
export class LineStream {
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  readonly #encoder = new TextEncoder();
  readonly body: ReadableStream<Uint8Array>;

  /** `onLeave` is called once, when the reader has left. */
  constructor(signal: AbortSignal, onLeave: () => void) {
    let left = false;
    const leave = (): void => {
      if (left) return;
      left = true;
      this.#controller = undefined;
      onLeave();
    };
    signal.addEventListener('abort', leave, { once: true });
    this.body = new ReadableStream({
      start: (controller) => void (this.#controller = controller),
      cancel: leave,
    });
  }

  /** Sends one JSON object as a line. */
  push(value: unknown): void {
    this.#controller?.enqueue(this.#encoder.encode(`${JSON.stringify(value)}\n`));
  }

  /** Ends the body from the program's side. */
  end(): void {
    const controller = this.#controller;
    this.#controller = undefined;
    controller?.close();
  }
}
