import { seen, type Facts } from '../core/facts.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Nomad } from '../core/ports/nomad.ts';
import type { Releases, Shelf } from '../core/ports/releases.ts';
import type { Log } from '../core/ports/stores.ts';
import type { Observer } from './observer.ts';

/** The ports through which versions of the pool's program are seen. */
export interface ProgramPorts {
  readonly clock: Clock;
  readonly nomad: Pick<Nomad, 'oldestServer'>;
  readonly releases: Pick<Releases, 'versions'>;
  readonly shelf: Pick<Shelf, 'look'>;
  readonly log: Pick<Log, 'info'>;
}

/** How often the publisher is asked what there is, ms; after a failure sooner. */
const publishedMs = 24 * 3_600_000;
const publishedAgainMs = 3 * 3_600_000;

/** What of the publisher's programs lies here, and which versions there are elsewhere. */
export function programObservers(ports: ProgramPorts, facts: () => Facts): readonly Observer[] {
  const { clock, nomad, shelf } = ports;
  const published = publishedVersions(ports, facts);
  return [
    {
      fact: 'programs',
      // Only steps of ours change it; looking finds what a failing disk or a cleaning tool did.
      everyMs: { busy: 60_000, watched: 60_000, idle: 600_000 },
      look: async () => ({ fact: 'programs', value: await shelf.look() }),
    },
    {
      fact: 'versions',
      // Mostly a look at what is remembered: who asks the servers does so seldom.
      everyMs: { busy: 2_000, watched: 30_000, idle: 60_000 },
      look: async () => ({
        fact: 'versions',
        value: seen({ oldestServer: await nomad.oldestServer(), published: await published() }, clock.now()),
      }),
    },
  ];
}

/** Asked once a day, and only while a program of ours runs: nobody else needs to know of updates. */
function publishedVersions(
  { clock, releases, log }: ProgramPorts,
  facts: () => Facts,
): () => Promise<readonly string[] | null> {
  let known: readonly string[] | null = null;
  let nextAt = 0;
  return async () => {
    const { agent } = facts();
    const inUse = agent.known && agent.value.programFrom === 'ours' && agent.value.process !== null;
    const now = clock.monotonic();
    if (!inUse || now < nextAt) return known;
    nextAt = now + publishedAgainMs;
    try {
      known = await releases.versions('nomad', new AbortController().signal);
      nextAt = now + publishedMs;
    } catch (error) {
      log.info('no word of updates', { error: String(error) });
    }
    return known;
  };
}
