import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How one path is answered: a status with a body, or by hand. */
export type Reply =
  | { readonly status: number; readonly body: unknown }
  | ((response: ServerResponse, request: IncomingMessage) => void);

/** What was asked. */
export interface Asked {
  readonly words: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A LocalAPI on a real unix socket that answers as the test says. */
export class FakeLocalApi {
  readonly socket: string;
  readonly asked: Asked[] = [];
  readonly replies = new Map<string, Reply>();
  readonly #folder: string;
  readonly #server: Server;

  private constructor(folder: string) {
    this.#folder = folder;
    this.socket = join(folder, 'ts.sock');
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<FakeLocalApi> {
    const api = new FakeLocalApi(await mkdtemp(join(tmpdir(), 'rigshare-local-api-')));
    await new Promise<void>((resolve) => api.#server.listen(api.socket, resolve));
    return api;
  }

  /** Answers `METHOD path` from now on. */
  reply(words: string, reply: Reply): this {
    this.replies.set(words, reply);
    return this;
  }

  /** Answers with 200 and this JSON. */
  says(words: string, body: unknown): this {
    return this.reply(words, { status: 200, body });
  }

  /** Ends every connection, and takes no more. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Ends the connections that are open. */
  drop(): void {
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += String(part);
    const path = (request.url ?? '').replace('/localapi/v0/', '').replace(/\?.*/, '');
    const words = `${request.method} ${path}`;
    this.asked.push({ words, headers: request.headers, body });
    const reply = this.replies.get(words) ?? { status: 404, body: 'not found' };
    if (typeof reply === 'function') return reply(response, request);
    const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
    response.writeHead(reply.status, { 'Content-Type': 'application/json' }).end(text);
  }
}
