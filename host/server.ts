import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Commands } from './core/commands.ts';
import type { ReportFault } from './procedures/typed-errors.ts';
import { pageApp } from './server/page.ts';
import { rpcApp } from './server/rpc.ts';
import { newSessions } from './server/session.ts';
import { listenOnSocket } from './server/unix-socket.ts';

export { claimHost } from './server/claim.ts';

/** What is served, and where. */
export interface ServeOptions {
  readonly commands: Commands;
  /** Its folder is made; the caller holds the home's claim (`claimHost`), so that a socket that lies there is a dead host's. */
  readonly socketPath: string;
  /** The page on loopback: its port (0: any free one) and the folder of its files; null: none. */
  readonly page: { readonly port: number; readonly root: string } | null;
  /** Is told what nobody expected. */
  readonly reportFault: ReportFault;
}

/** A host that answers. */
export interface HostServer {
  /** The page's address with its token, to be printed once; null without a page. */
  readonly pageAddress: string | null;
  /** Ends every connection and takes the socket away. */
  readonly close: () => Promise<void>;
}

/** Serves the contract's procedures on the unix socket and, when asked, the page on loopback; the latter throws where its port is taken. */
export async function serveHost({
  commands,
  socketPath,
  page,
  reportFault,
}: ServeOptions): Promise<HostServer> {
  const ending = new AbortController();
  const rpc = rpcApp({ commands, reportFault, ending: ending.signal });
  const local = serverOf(rpc);
  await listenOnSocket(local, socketPath);
  const close = async (...servers: readonly Server[]): Promise<void> => {
    ending.abort();
    await Promise.all(servers.map(end));
  };
  if (page === null) return { pageAddress: null, close: () => close(local) };
  try {
    const { server, address } = await servePage(rpc, page);
    return { pageAddress: address, close: () => close(local, server) };
  } catch (error) {
    await end(local);
    throw error;
  }
}

async function servePage(
  rpc: Hono,
  page: { readonly port: number; readonly root: string },
): Promise<{ server: Server; address: string }> {
  const sessions = newSessions();
  let port = page.port;
  const server = serverOf(pageApp({ root: page.root, sessions, rpc, port: () => port }));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(page.port, '127.0.0.1', resolve);
  });
  port = (server.address() as AddressInfo).port;
  return { server, address: `http://127.0.0.1:${port}/#token=${sessions.token()}` };
}

function serverOf(app: Hono): Server {
  return createAdaptorServer({ fetch: app.fetch, hostname: 'localhost' }) as Server;
}

/** Lets answers on their way arrive, then cuts what is still open. */
function end(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), 200);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
