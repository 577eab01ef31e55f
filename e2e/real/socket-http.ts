import { request } from 'node:http';

/** One whole answer. */
export interface SocketAnswer {
  readonly status: number;
  readonly text: string;
}

/** One request over a unix socket: to the engine, or to a service in a namespace through a forwarder. */
export interface SocketRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly timeoutMs?: number;
}

/** Asks over a unix socket and reads the whole answer; throws where none comes in time. */
export function ask(
  socket: string,
  { method = 'GET', path, headers = {}, body, timeoutMs = 30_000 }: SocketRequest,
): Promise<SocketAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { socketPath: socket, method, path, headers, timeout: timeoutMs, agent: false },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }));
        incoming.on('error', reject);
      },
    );
    outgoing.on('timeout', () =>
      outgoing.destroy(new Error(`${method} ${path}: no answer in ${timeoutMs} ms`)),
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The same, for an answer that must be 2xx JSON. */
export async function askJson<T>(socket: string, request_: SocketRequest): Promise<T> {
  const { status, text } = await ask(socket, request_);
  if (status < 200 || status > 299)
    throw new Error(`${request_.method ?? 'GET'} ${request_.path} answered ${status}: ${text.slice(0, 500)}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
