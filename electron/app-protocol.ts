import { readFile } from 'node:fs/promises';
import { protocol, type Session } from 'electron';
import { pageFile, pageOrigin } from './page-files.ts';

/** Answers a request of the page to `/rpc`. */
export type Forward = (request: Request) => Promise<Response>;

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  // Mantine writes the theme's variables into style elements.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** Makes `app:` a scheme like https, with compiled scripts kept for the next opening. Must be called before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ]);
}

/** Serves the page out of `folder` under `app://rigshare/`, and its calls through `forward`. */
export function servePage(session: Session, folder: string, forward: Forward): void {
  session.protocol.handle('app', (request) => {
    const isCall = request.url.startsWith(`${pageOrigin}/rpc/`);
    return isCall ? forward(request) : fileResponse(request, folder);
  });
}

async function fileResponse(request: Request, folder: string): Promise<Response> {
  const found = request.method === 'GET' ? pageFile(request.url, folder) : null;
  if (found === null) return new Response(null, { status: 404, headers });
  try {
    return new Response(await readFile(found.file), { headers: { ...headers, 'content-type': found.type } });
  } catch {
    return new Response(null, { status: 404, headers });
  }
}
