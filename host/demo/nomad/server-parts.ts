import type { Clock } from '../../core/ports/clock.ts';
import { identify, type Identity, type Tokens } from './acl.ts';
import { denied } from './http.ts';
import type { Servers } from './servers.ts';

/** What the servers' routes work on. */
export interface ServerParts {
  readonly clock: Clock;
  readonly servers: Servers;
  readonly tokens: Tokens;
}

/** What an id must look like. */
export const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Who asks; a token that nobody knows is refused everywhere. */
export function who({ tokens, servers }: ServerParts, request: Request): Identity {
  const identity = identify(request, tokens, servers);
  if (identity.kind === 'unknown') throw denied();
  return identity;
}
