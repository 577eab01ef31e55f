import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { systemClock } from '../../world/clock.ts';
import type { Publisher } from '../../../demo/releases/publisher.ts';
import { ReleasesSite } from '../../../demo/releases/site.ts';

/** What becomes of one request instead of the site's own answer; null: that answer. */
export type Twist = (
  path: string,
  request: Request,
  response: ServerResponse,
) => Promise<Response | 'handled' | null> | Response | 'handled' | null;

/** A releases site on a loopback port, over real HTTP; `twist` spoils single answers. */
export class ServedSite {
  readonly site: ReleasesSite;
  /** "METHOD path range", oldest first. */
  readonly asked: string[] = [];
  twist: Twist = () => null;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(site: ReleasesSite) {
    this.site = site;
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
    });
  }

  static async start(publisher: Promise<Publisher>): Promise<ServedSite> {
    const served = new ServedSite(new ReleasesSite(systemClock, { pieces: 8, everyMs: 0 }, publisher));
    await new Promise<void>((resolve) => served.#server.listen(0, '127.0.0.1', resolve));
    return served;
  }

  get base(): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(asked: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = asked.url ?? '/';
    const headers = new Headers();
    for (const [name, value] of Object.entries(asked.headers)) headers.set(name, String(value));
    this.asked.push([asked.method, path, asked.headers.range].filter((part) => part !== undefined).join(' '));
    const request = new Request(`${this.base.origin}${path}`, { method: asked.method ?? 'GET', headers });
    const twisted = await this.twist(path, request, response);
    if (twisted === 'handled') return;
    const answer = twisted ?? (await this.site.handle(request));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (answer.body === null) return void response.end();
    Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]).pipe(response);
  }
}
