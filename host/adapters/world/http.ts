import { Agent, type Dispatcher, request } from 'undici';
import type { Clock } from '../../core/ports/clock.ts';
import { type Fetch, type HttpAnswer, type HttpRequest, Unreachable } from '../../core/ports/world.ts';

/** Where a service listens; `origin` also gives the Host header. */
export interface Service {
  readonly origin: string;
  /** A unix socket; without one it is TCP to the origin. */
  readonly socketPath?: string;
}

/**
 * How much of an answer may wait to be read. Beyond it undici pauses its connection; and where the other side closes a
 * paused one, undici 7 throws out of nowhere, which would end the host. What is read here is smaller, or read at once.
 */
const unreadMaxBytes = 2 ** 30;

/** Speaks HTTP to one service. */
export function httpTo(service: Service, clock: Clock): Fetch {
  // One connection a request: at a few requests a minute a kept one would mostly be found closed.
  const dispatcher = new Agent({
    pipelining: 0,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: 0, ...(service.socketPath === undefined ? {} : { socketPath: service.socketPath }) },
  });
  return (wanted) => send(`${service.origin}${wanted.path}`, dispatcher, clock, wanted);
}

/** One request to a whole address, and its answer. */
export async function send(
  url: string,
  dispatcher: Dispatcher,
  clock: Clock,
  wanted: HttpRequest,
): Promise<HttpAnswer> {
  const limit = new Limit(clock, wanted);
  try {
    const answer = await request(url, {
      dispatcher,
      method: wanted.method ?? 'GET',
      headers: { ...wanted.headers },
      body: wanted.body ?? null,
      signal: limit.signal,
      highWaterMark: unreadMaxBytes,
    });
    // Without a listener, a body that nobody reads would throw out of nowhere when it is aborted.
    answer.body.on('error', () => undefined);
    return {
      status: answer.statusCode,
      header: (name) => headerOf(answer.headers, name),
      text: () => limit.during(answer.body.text()),
      chunks: () => chunksOf(answer.body, limit),
    };
  } catch (error) {
    throw limit.explain(error);
  }
}

function headerOf(headers: Dispatcher.ResponseData['headers'], name: string): string | null {
  const value = headers[name.toLowerCase()];
  return value === undefined ? null : typeof value === 'string' ? value : value.join(', ');
}

async function* chunksOf(body: AsyncIterable<unknown>, limit: Limit): AsyncIterable<Uint8Array> {
  limit.headArrived();
  try {
    for await (const chunk of body) yield chunk as Uint8Array;
  } catch (error) {
    if (limit.byCaller) return;
    throw limit.explain(error);
  } finally {
    limit.end();
  }
}

/** One request's time limit and its caller's signal, told apart afterwards. */
class Limit {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #stopTimer: () => void;
  readonly #onAbort = (): void => this.#controller.abort();
  #late = false;

  constructor(clock: Clock, wanted: HttpRequest) {
    this.#outer = wanted.signal;
    this.#stopTimer = clock.after(wanted.timeoutMs, () => {
      this.#late = true;
      this.#controller.abort();
    });
    if (wanted.signal?.aborted === true) this.#controller.abort();
    wanted.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it was the caller who ended it. */
  get byCaller(): boolean {
    return this.#outer?.aborted === true;
  }

  /** A stream has no time limit beyond its head. */
  headArrived(): void {
    this.#stopTimer();
  }

  async during(body: Promise<string>): Promise<string> {
    try {
      return await body;
    } catch (error) {
      throw this.explain(error);
    } finally {
      this.end();
    }
  }

  end(): void {
    this.#stopTimer();
    this.#outer?.removeEventListener('abort', this.#onAbort);
  }

  explain(error: unknown): Unreachable {
    this.end();
    if (this.byCaller) return new Unreachable('aborted', 'the caller no longer wants the answer');
    if (this.#late) return new Unreachable('timeout', 'no answer in time');
    return new Unreachable(whyOf(codeOf(error)), error instanceof Error ? error.message : String(error));
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error && 'code' in first && typeof first.code === 'string' ? first.code : '';
}

/** What a system error’s code means for whoever asked. */
export function whyOf(code: string): Unreachable['why'] {
  if (code === 'ENOENT' || code === 'ENOTSOCK' || code === 'ENOTDIR') return 'absent';
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'EACCES' || code === 'EPERM') return 'denied';
  return code === 'ETIMEDOUT' ? 'timeout' : 'broken';
}
