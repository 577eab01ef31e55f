import { findHostOfSession } from '../client/new-session.ts';
import { problemOf } from '../client/problem-of.ts';
import { startHost } from '../client/start-host.ts';
import type { Places } from '../contract/places.ts';
import type { HostAccess } from './host-keeper.ts';
import { inheritedVariable, openConnections } from './inherited.ts';

/** The bundles a host is started with. */
export interface HostBundles {
  readonly launcher: string;
  readonly host: string;
}

/** How this shell's host is reached: at its socket, else started from the bundles beside our own. */
export function hostAccess(places: Places, bundles: HostBundles, args: readonly string[]): HostAccess {
  return {
    find: () => findHostOfSession(places.socket),
    async start() {
      process.env[inheritedVariable] = openConnections();
      try {
        return await startHost({ places, entry: bundles.launcher, args: [bundles.host, ...args] });
      } finally {
        delete process.env[inheritedVariable];
      }
    },
    problemOf,
  };
}
