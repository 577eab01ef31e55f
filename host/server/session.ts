import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Who may use the page: the printed token is exchanged once for a session, which lives as long as the host. */
export interface Sessions {
  /** To be printed in the page's address; null once it was used. */
  readonly token: () => string | null;
  /** A new session for the token, or null for any other text and from the second time on. */
  readonly exchange: (token: string) => string | null;
  readonly has: (session: string | undefined) => boolean;
}

/** Sessions of a new start, with a new token. */
export function newSessions(): Sessions {
  let token: string | null = randomBytes(32).toString('base64url');
  let session: string | null = null;
  return {
    token: () => token,
    exchange(given) {
      if (token === null || !same(given, token)) return null;
      token = null;
      session = randomBytes(32).toString('base64url');
      return session;
    },
    has: (given) => given !== undefined && session !== null && same(given, session),
  };
}

/** Compared by their hashes, so that the time tells nothing. */
function same(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
