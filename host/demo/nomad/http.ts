import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** An answer that is no success: Nomad tells it as plain text. `rpc`: it comes from a server's procedure. */
export class Refusal extends Error {
  readonly status: ContentfulStatusCode;
  readonly rpc: boolean;
  constructor(status: ContentfulStatusCode, text: string, rpc = false) {
    super(text);
    this.name = 'Refusal';
    this.status = status;
    this.rpc = rpc;
  }
}

/** "Permission denied". */
export const denied = (): Refusal => new Refusal(403, 'Permission denied');

/** What Nomad's handlers know of a request's way: a client agent forwards to a server and marks its errors. */
export interface NomadEnv {
  readonly Bindings: { readonly forwarded: boolean };
}

/** An app that answers as Nomad's HTTP layer does. */
export function nomadApp(): Hono<NomadEnv> {
  const app = new Hono<NomadEnv>();
  app.onError((error, c) => {
    if (!(error instanceof Refusal)) throw error;
    const text = error.rpc && c.env.forwarded ? `rpc error: ${error.message}` : error.message;
    return plain(text, error.status);
  });
  app.notFound(() => new Response('', { status: 404 }));
  return app;
}

/** A plain text answer. */
export const plain = (text: string, status: number): Response =>
  new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });

/** A JSON answer with the headers of a read. */
export const read = (value: unknown, index: number): Response =>
  Response.json(value, {
    headers: { 'x-nomad-index': String(index), 'x-nomad-knownleader': 'true', 'x-nomad-lastcontact': '0' },
  });

/** A JSON answer. */
export const json = (value: unknown): Response => Response.json(value);

/** Reads a JSON body; an unreadable one is refused with 400. */
export async function body<T>(request: Request): Promise<T> {
  try {
    return JSON.parse(await request.text()) as T;
  } catch {
    throw new Refusal(400, 'EOF');
  }
}
