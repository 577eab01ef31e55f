import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { Agent, fetch } from 'undici';
import type { Contract } from '../contract/contract.ts';

/** The host's procedures, typed. What they throw is made a problem by `problemOf`. */
export type Host = ContractRouterClient<Contract>;

/** A way to a host; nothing is opened before the first call. */
export interface Connection {
  readonly host: Host;
  /** Ends every call still open. */
  readonly close: () => void;
}

/** Reaches the host at this unix socket (a pipe on Windows). */
export function connect(socketPath: string): Connection {
  const dispatcher = new Agent({
    connect: { socketPath, timeout: 5000 },
    headersTimeout: 60_000,
    // A stream that is open says so every five seconds.
    bodyTimeout: 30_000,
  });
  const link = new RPCLink({
    url: 'http://localhost/rpc',
    fetch: async (request, init) => {
      // Node's own fetch knows another version of Agent, and undici's fetch no Request of Node's.
      const { method, signal } = request;
      const headers = Object.fromEntries(request.headers);
      const answer = await fetch(request.url, {
        ...init,
        method,
        headers,
        body: await request.text(),
        signal,
        dispatcher,
      });
      return answer as unknown as Response;
    },
  });
  return {
    host: createORPCClient<Host>(link),
    close: () => void dispatcher.destroy().catch(() => undefined),
  };
}
