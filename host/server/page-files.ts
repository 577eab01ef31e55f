import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

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
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** Its name changes with what is in it, so that it may be kept for ever. */
  readonly hashed: boolean;
}

/** The file of the folder `root` at this path of an address; null for everything that is not the page's. */
export async function readPageFile(root: string, pathname: string): Promise<PageFile | null> {
  const name = plainName(pathname);
  const type = name === null ? undefined : types[extname(name)];
  if (name === null || type === undefined) return null;
  try {
    const [folder, file] = await Promise.all([realpath(root), realpath(join(root, name))]);
    if (!file.startsWith(folder + sep)) return null;
    const body = new Uint8Array(await readFile(file));
    return { body, type, hashed: name.startsWith('/assets/') };
  } catch {
    return null;
  }
}

/** The path in plain characters, without a step upwards or a hidden name; null where it has what no file of the page has. */
function plainName(pathname: string): string | null {
  try {
    const name = decodeURIComponent(pathname);
    if (name === '/') return '/index.html';
    return /^(?:\/[\w-][\w.-]*)+$/.test(name) && !name.includes('..') ? name : null;
  } catch {
    return null;
  }
}
