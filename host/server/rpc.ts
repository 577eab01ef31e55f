import { ORPCError } from '@orpc/client';
import { RPCHandler } from '@orpc/server/fetch';
import type { Context, Handler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { Hono } from 'hono';
import { problem, problemSchema } from '../../contract/problems.ts';
import type { HostContext } from '../procedures/base.ts';
import { router } from '../procedures/router.ts';
import { toWireProblem, wireProblem } from '../procedures/typed-errors.ts';

/** Where the contract's procedures lie. */
export const rpcPath = '/rpc';

/** Longest request in bytes: the longest invite text with every character escaped. */
const maxRequestBytes = 12_000_000;

/** The contract's procedures over HTTP, under `/rpc`. */
export function rpcApp(context: HostContext): Hono {
  const app = new Hono();
  app.use(
    `${rpcPath}/*`,
    jsonOnly,
    bodyLimit({ maxSize: maxRequestBytes, onError: (c) => refuse(c, 413, 'too long') }),
  );
  app.all(`${rpcPath}/*`, answer(context));
  app.onError((error, c) => {
    const { reportFault } = context;
    return c.json({ json: toWireProblem(error, [], reportFault).toJSON() }, 500);
  });
  return app;
}

function answer(context: HostContext): Handler {
  const handler = new RPCHandler<HostContext>(router, { interceptors: [typedOnly] });
  return async (c) => {
    const { matched, response } = await handler.handle(c.req.raw, { prefix: rpcPath, context });
    return matched ? response : refuse(c, 404, 'no such procedure');
  };
}

/** Only JSON is read: the contract has no files, and a form is what another site's page could send. */
const jsonOnly = async (c: Context, next: () => Promise<void>): Promise<Response | undefined> => {
  if (c.req.method !== 'POST') return refuse(c, 405, `${c.req.method} is not POST`);
  if (!/^application\/json\s*(?:;|$)/i.test(c.req.header('content-type') ?? ''))
    return refuse(c, 415, 'not JSON');
  await next();
  return undefined;
};

/** What fails before a procedure is called can only be the request. */
async function typedOnly<T>({ next }: { readonly next: () => Promise<T> }): Promise<T> {
  try {
    return await next();
  } catch (error) {
    if (error instanceof ORPCError && problemSchema.safeParse(error.data).success) throw error;
    throw wireProblem(problem('bad-request', 'unreadable'));
  }
}

/** A typed problem in the form in which a procedure's error goes over the wire. */
function refuse(c: Context, status: 404 | 405 | 413 | 415, detail: string): Response {
  return c.json({ json: wireProblem(problem('bad-request', detail)).toJSON() }, status);
}
