import { findHost } from '../client/find-host.ts';
import { problemOf } from '../client/problem-of.ts';
import { startHost } from '../client/start-host.ts';
import type { Places } from '../contract/places.ts';
import type { HostAccess } from './host-keeper.ts';

/** How this shell's host is reached: at its socket, else started from the bundle beside our own. */
export function hostAccess(places: Places, entry: string, args: readonly string[]): HostAccess {
  return {
    find: () => findHost(places.socket),
    start: () => startHost({ places, entry, args }),
    problemOf,
  };
}
