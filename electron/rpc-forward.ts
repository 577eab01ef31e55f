import type { BodyInit } from 'undici';

/** Carries calls of the page to the host. */
export interface RpcForward {
  /** Answers one call; 503 while no host answers. */
  readonly forward: (request: Request) => Promise<Response>;
  /** Ends every call still open: a page that is gone reads no stream. */
  readonly endAll: () => void;
}

/** Headers of the page's calls that mean something to the host; its origin and its cookies do not. */
const passedOn = ['content-type', 'accept', 'last-event-id'] as const;

/** Forwards to the host's unix socket (a pipe on Windows), bodies streamed both ways. */
export function forwardToHost(socketPath: string): RpcForward {
  const open = new Set<AbortController>();
  // Loaded by the first call: the icon is there without it.
  let transport: Promise<Transport> | null = null;
  const send = async (request: Request, call: AbortController): Promise<Response> => {
    transport ??= openTransport(socketPath);
    const { fetch, dispatcher } = await transport;
    const { pathname, search } = new URL(request.url);
    const signal = AbortSignal.any([call.signal, request.signal]);
    const init = { method: request.method, headers: headersOf(request), signal, dispatcher };
    const streamed =
      request.body === null ? {} : ({ body: request.body as BodyInit, duplex: 'half' } as const);
    const answer = await fetch(`http://localhost${pathname}${search}`, { ...init, ...streamed });
    const body = answer.body && ended(answer.body as ReadableStream<Uint8Array>, () => open.delete(call));
    if (body === null) open.delete(call);
    return new Response(body, { status: answer.status, headers: plainHeaders(answer.headers) });
  };
  return {
    forward(request) {
      const call = new AbortController();
      open.add(call);
      return send(request, call).catch(() => {
        open.delete(call);
        return new Response(null, { status: 503 });
      });
    },
    endAll() {
      for (const call of open) call.abort();
      open.clear();
    },
  };
}

type Transport = Awaited<ReturnType<typeof openTransport>>;

async function openTransport(socketPath: string) {
  const { Agent, fetch } = await import('undici');
  return {
    fetch,
    dispatcher: new Agent({ connect: { socketPath }, bodyTimeout: 0, headersTimeout: 60_000 }),
  };
}

function headersOf(request: Request): Record<string, string> {
  const entries = passedOn.map((name) => [name, request.headers.get(name)] as const);
  return Object.fromEntries(
    entries.filter((entry): entry is readonly [(typeof passedOn)[number], string] => entry[1] !== null),
  );
}

/** The host's headers without those that belong to its own connection. */
function plainHeaders(headers: Iterable<[string, string]>): [string, string][] {
  const own = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding', 'date'];
  return [...headers].filter(([name]) => !own.includes(name));
}

/** The same stream, with a word when it has ended, failed or been cancelled. */
function ended(stream: ReadableStream<Uint8Array>, done: () => void): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done: last, value } = await reader.read();
        if (!last) return controller.enqueue(value);
        done();
        controller.close();
      } catch (error) {
        done();
        controller.error(error);
      }
    },
    cancel(reason) {
      done();
      return reader.cancel(reason);
    },
  });
}
