import type { ConsentCard } from './consent.ts';

// Apart from the schemas, for the page: what checks schemas compiles code, which its policy forbids.

/** A computer's name in a pool: what a host name may be, at most 40 characters. */
export const nodeNamePattern = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** Whether all cards that are ticked drive the screen: then jobs run only while nobody uses the computer, unless the owner says otherwise. */
export function onlyDisplays(ticked: readonly Pick<ConsentCard, 'display'>[]): boolean {
  return ticked.length > 0 && ticked.every(({ display }) => display === true);
}
