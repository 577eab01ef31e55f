import path from 'node:path';

/** Where the page lives: no other address is ever shown in the window. */
export const pageOrigin = 'app://rigshare';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** A file of the page. */
export interface PageFile {
  readonly file: string;
  readonly type: string;
}

/** The file in `folder` that an address of the page means; null for everything that is not the page's. */
export function pageFile(address: string, folder: string): PageFile | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (`${url.protocol}//${url.host}` !== pageOrigin) return null;
  const name = decoded(url.pathname);
  if (name === null) return null;
  const file = path.join(folder, name === '/' ? 'index.html' : name);
  const type = types[path.extname(file)];
  return type !== undefined && file.startsWith(folder + path.sep) ? { file, type } : null;
}

/** The path in plain characters; null where it holds what no file of the page has. */
function decoded(pathname: string): string | null {
  try {
    const name = decodeURIComponent(pathname);
    return /^[\w/.-]+$/.test(name) ? name : null;
  } catch {
    return null;
  }
}
