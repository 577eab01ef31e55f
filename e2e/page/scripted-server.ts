import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serveHost } from '../../host/server.ts';
import type { ScriptedHost } from '../../renderer/testing/scripted-host.ts';

/** The host's real server with a scripted host behind it, on loopback. */
export interface ScriptedServer {
  /** The address with its token, as a host prints it. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

/** Serves the built page for a scripted host; port 0 is any free one. */
export async function serveScripted(host: ScriptedHost, port = 0): Promise<ScriptedServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rigshare-page-'));
  const server = await serveHost({
    commands: host,
    socketPath: path.join(folder, 'run', 'host.sock'),
    page: { port, root: path.resolve(import.meta.dirname, '../../out/renderer') },
    reportFault: (reference, error) => {
      throw new Error(`the scripted host failed (${reference})`, { cause: error });
    },
  });
  return {
    address: server.pageAddress ?? '',
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
