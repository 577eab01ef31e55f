import type { Host } from '../client/connect.ts';
import { findHost, presentState, type FoundHost } from '../client/find-host.ts';
import { startHost } from '../client/start-host.ts';
import { fail } from '../contract/problems.ts';
import type { Cli } from './cli.ts';

/** Does it with the host that runs; throws `host-not-running` where none does. */
export async function withHost<T>(cli: Cli, work: (host: FoundHost) => Promise<T>): Promise<T> {
  const found = (await findHost(cli.places.socket)) ?? fail('host-not-running', cli.places.socket);
  return use(cli, found, work);
}

/** Does it with the host that runs, or with one started for it that lives on. */
export async function withStartedHost<T>(
  cli: Cli,
  work: (host: FoundHost, isNew: boolean) => Promise<T>,
): Promise<T> {
  const found = await findHost(cli.places.socket);
  if (found) return use(cli, found, (host) => work(host, false));
  if (!cli.json) cli.terminal.progress(cli.speech().text('cli.starting'), 'starting');
  const started = await startHost({ places: cli.places, entry: cli.hostEntry, args: cli.hostArgs });
  return use(cli, started, (host) => work(host, true));
}

/** Ends a host again that was started only to look, unless it has a pool to share with by now. */
export async function endIdle(host: Host): Promise<void> {
  try {
    const { pool, demo } = await presentState(host, AbortSignal.timeout(5000));
    if (pool === null || demo) await host.host.stop({ sharing: 'stop' });
  } catch {
    // It ended by itself.
  }
}

async function use<T>(cli: Cli, found: FoundHost, work: (host: FoundHost) => Promise<T>): Promise<T> {
  try {
    if (found.state.version !== cli.version && !cli.json) {
      cli.terminal.err(cli.speech().text('cli.versions', { cli: cli.version, host: found.state.version }));
    }
    return await work(found);
  } finally {
    found.close();
  }
}
