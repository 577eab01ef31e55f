import type { Chance } from '../chance.ts';
import type { Node } from './model.ts';
import type { Servers } from './servers.ts';

/** What a token may do. */
export type Capability =
  | 'node:read'
  | 'node:write'
  | 'agent:read'
  | 'list-jobs'
  | 'read-job'
  | 'read-logs'
  | 'alloc-lifecycle'
  | 'submit-job';

/** A token of the pool. */
export interface Token {
  readonly secret: string;
  readonly accessor: string;
  readonly name: string;
  readonly type: 'client' | 'management';
  readonly capabilities: ReadonlySet<Capability>;
}

/** Who asks. */
export type Identity =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'node'; readonly node: Node }
  | { readonly kind: 'token'; readonly token: Token }
  | { readonly kind: 'unknown' };

/** The pool's tokens, by what they are for. */
export interface Tokens {
  readonly management: Token;
  /** node and agent read, list-jobs, read-job. */
  readonly reader: Token;
  /** alloc-lifecycle alone. */
  readonly lifecycle: Token;
}

/** Makes the pool's tokens. */
export function makeTokens(chance: Chance): Tokens {
  const token = (name: string, type: Token['type'], ...capabilities: Capability[]): Token => ({
    secret: chance.uuid(),
    accessor: chance.uuid(),
    name,
    type,
    capabilities: new Set(capabilities),
  });
  return {
    management: token('Bootstrap Token', 'management'),
    reader: token('reader', 'client', 'node:read', 'agent:read', 'list-jobs', 'read-job'),
    lifecycle: token('lifecycle', 'client', 'alloc-lifecycle'),
  };
}

/** Who a request comes from: the token header, or a bearer. */
export function identify(request: Request, tokens: Tokens, servers: Servers): Identity {
  const bearer = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  const secret = request.headers.get('x-nomad-token') ?? bearer ?? '';
  if (secret === '') return { kind: 'anonymous' };
  const token = [tokens.management, tokens.reader, tokens.lifecycle].find((one) => one.secret === secret);
  if (token !== undefined) return { kind: 'token', token };
  const node = servers.nodeOfSecret(secret);
  return node === null ? { kind: 'unknown' } : { kind: 'node', node };
}

/** Whether a token has this right; a node has none of a token's rights. */
export function may(who: Identity, capability: Capability): boolean {
  return who.kind === 'token' && (who.token.type === 'management' || who.token.capabilities.has(capability));
}

/** Whether nodes may be read: any node of the pool may, beside who has the right. */
export const mayReadNodes = (who: Identity): boolean => who.kind === 'node' || may(who, 'node:read');

/** Who asks, as it is written into a drain. */
export function accessorOf(who: Identity): string {
  if (who.kind === 'node') return `client:${who.node.ID}`;
  return who.kind === 'token' ? `token:${who.token.accessor}` : '';
}
