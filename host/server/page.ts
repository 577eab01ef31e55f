import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import { readPageFile } from './page-files.ts';
import type { Sessions } from './session.ts';
import { signInPage, signInScript } from './sign-in-page.ts';

/** What the page's server is made of. */
export interface PageParts {
  /** Folder of the built page. */
  readonly root: string;
  readonly sessions: Sessions;
  /** The contract's procedures. */
  readonly rpc: Hono;
  /** The port listened on, once it is known. */
  readonly port: () => number;
}

const policy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page and the procedures for a browser on this computer; without a session nothing but the way to one. */
export function pageApp({ root, sessions, rpc, port }: PageParts): Hono {
  const app = new Hono();
  const cookie = (): string => `rigshare-${port()}`;
  const signedIn = (c: Context): boolean => sessions.has(getCookie(c, cookie()));
  app.use(safeHeaders, ownSiteOnly(port));
  app.post('/session', async (c) => {
    const session = sessions.exchange(await tokenOf(c));
    if (session === null) return c.body(null, 401);
    setCookie(c, cookie(), session, { httpOnly: true, sameSite: 'Strict', path: '/' });
    return c.body(null, 204);
  });
  app.get('/session.js', (c) =>
    c.body(signInScript, 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  );
  app.get('/', (c, next) => (signedIn(c) ? next() : Promise.resolve(c.html(signInPage, 401))));
  app.use(async (c, next) => (signedIn(c) ? next() : c.body(null, 401)));
  app.route('/', rpc);
  app.get('/*', async (c) => {
    const file = await readPageFile(root, new URL(c.req.url).pathname);
    if (file === null) return c.body(null, 404);
    if (file.hashed) c.header('cache-control', 'private, max-age=31536000, immutable');
    return c.body(file.body, 200, { 'content-type': file.type });
  });
  return app;
}

const safeHeaders: MiddlewareHandler = async (c, next) => {
  c.header('content-security-policy', policy);
  c.header('x-content-type-options', 'nosniff');
  c.header('x-frame-options', 'DENY');
  c.header('referrer-policy', 'no-referrer');
  c.header('cross-origin-opener-policy', 'same-origin');
  c.header('cross-origin-resource-policy', 'same-origin');
  c.header('cache-control', 'no-store');
  await next();
};

/** Refuses other names for this address (a name that was made to point here) and pages of other sites. */
function ownSiteOnly(port: () => number): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header('host');
    const origin = c.req.header('origin');
    const site = c.req.header('sec-fetch-site');
    const ownHost = host === `127.0.0.1:${port()}` || host === `localhost:${port()}`;
    const ownOrigin = origin === undefined ? c.req.method === 'GET' : origin === `http://${host}`;
    const ownSite =
      site === undefined || site === 'same-origin' || (site === 'none' && c.req.method === 'GET');
    // A link on another site may open the page itself, which shows nothing without the cookie (Strict: not sent then).
    const opened =
      c.req.method === 'GET' && c.req.path === '/' && c.req.header('sec-fetch-mode') === 'navigate';
    if (!ownHost || !ownOrigin || !(ownSite || opened)) return c.body(null, 403);
    return next();
  };
}

const exchangeSchema = z.object({ token: z.string().max(200) });

async function tokenOf(c: Context): Promise<string> {
  const length = Number(c.req.header('content-length') ?? Number.NaN);
  if (!(length <= 1000) || c.req.header('content-type') !== 'application/json') return '';
  const parsed = exchangeSchema.safeParse(await c.req.json().catch(() => null));
  return parsed.success ? parsed.data.token : '';
}
