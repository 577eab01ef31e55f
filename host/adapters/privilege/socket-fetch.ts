import { type IncomingMessage, request as open } from 'node:http';
import { type Fetch, type HttpAnswer, type HttpRequest, Unreachable } from '../../core/ports/world.ts';

const why: Readonly<Record<string, Unreachable['why']>> = {
  ENOENT: 'absent',
  ENOTSOCK: 'absent',
  ECONNREFUSED: 'refused',
  EACCES: 'denied',
  EPERM: 'denied',
};

/**
 * HTTP over a unix socket with Node alone: the program that runs as root brings nothing with it.
 * `timeoutMs` covers the whole of an answer that is read as text, and the head alone of one read in chunks.
 */
export function socketFetch(socketPath: string): Fetch {
  return (request) =>
    new Promise((resolve, reject) => {
      const call = new Call(request);
      const { path, method = 'GET', headers = {}, body } = request;
      const outgoing = open({
        socketPath,
        path,
        method,
        headers: { ...headers, ...lengthOf(body) },
        agent: false,
      });
      call.watch((cause) => outgoing.destroy(cause));
      outgoing.on('close', () => call.over());
      outgoing.on('error', (error) => reject(call.failure(error)));
      outgoing.on('response', (incoming) => resolve(answerOf(incoming, call)));
      outgoing.end(body);
    });
}

/** One request: why it ended, where its time limit or its signal ended it. */
class Call {
  readonly #request: HttpRequest;
  #cause: Unreachable | null = null;
  #late: NodeJS.Timeout | undefined;
  #abort: () => void = () => undefined;

  constructor(request: HttpRequest) {
    this.#request = request;
  }

  watch(end: (cause: Unreachable) => void): void {
    const { signal, timeoutMs } = this.#request;
    const because = (reason: 'timeout' | 'aborted') => (): void => {
      this.#cause ??= new Unreachable(reason, this.#words);
      end(this.#cause);
    };
    this.#late = setTimeout(because('timeout'), timeoutMs);
    this.#abort = because('aborted');
    if (signal?.aborted === true) this.#abort();
    signal?.addEventListener('abort', this.#abort, { once: true });
  }

  /** From now on it may last: its answer is a stream. */
  endless(): void {
    clearTimeout(this.#late);
  }

  over(): void {
    clearTimeout(this.#late);
    this.#request.signal?.removeEventListener('abort', this.#abort);
  }

  failure(error: unknown): Unreachable {
    if (this.#cause !== null) return this.#cause;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return new Unreachable(why[code] ?? 'broken', `${this.#words}: ${code || String(error)}`);
  }

  get aborted(): boolean {
    return this.#cause?.why === 'aborted';
  }

  get #words(): string {
    return `${this.#request.method ?? 'GET'} ${this.#request.path}`;
  }
}

function answerOf(incoming: IncomingMessage, call: Call): HttpAnswer {
  async function* parts(): AsyncGenerator<Uint8Array> {
    try {
      for await (const part of incoming) yield part as Uint8Array;
    } catch (error) {
      throw call.failure(error);
    }
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    call.endless();
    try {
      yield* parts();
    } catch (error) {
      if (!call.aborted) throw error;
    }
  }
  async function text(): Promise<string> {
    const all: Uint8Array[] = [];
    for await (const part of parts()) all.push(part);
    return Buffer.concat(all).toString('utf8');
  }
  const header = (name: string): string | null => {
    const value = incoming.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : (value ?? null);
  };
  return { status: incoming.statusCode ?? 0, header, text, chunks };
}

const lengthOf = (body: string | undefined): Record<string, string> =>
  body === undefined
    ? {}
    : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) };
