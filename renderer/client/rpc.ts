import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../contract/contract.ts';

/** The host's procedures. */
export type HostClient = ContractRouterClient<Contract>;

/** The host wants the address with its key again: this browser has no session, or an old one. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
}

/** The host behind the page's own origin (`app://rigshare` or the loopback page). */
export function hostClient(origin: string): HostClient {
  const link = new RPCLink({
    url: `${origin}/rpc`,
    fetch: async (request, init) => {
      const response = await fetch(request, init);
      if (response.status === 401) throw new LockedError();
      return response;
    },
  });
  return createORPCClient(link);
}
