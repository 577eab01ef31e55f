import { type Fact, type Facts, unseen } from '../core/facts.ts';
import type { Intent } from '../core/intent.ts';
import type { Clock } from '../core/ports/clock.ts';
import { pathWanted } from '../core/network/path-wanted.ts';
import type { Path } from '../core/ports/path.ts';
import type { TailnetSample } from '../core/ports/tailnet.ts';
import type { Observer } from './observer.ts';

/** Trying the way sends packets: no oftener than this by itself, ms. */
const restMs = 30_000;
const silentRestMs = 300_000;

/** The way to the pool as an observer that is also told what was seen of the network. */
export interface PathObserver extends Observer {
  /** The network was looked at: where that shows another way than before, the way is tried. */
  readonly saw: (tailnet: Fact<TailnetSample>) => void;
}

/** Tries the way to the pool while somebody looks, when it seems to have changed, and else every quarter of an hour. */
export function pathObserver(
  path: Path,
  clock: Pick<Clock, 'now'>,
  intent: () => Intent,
  facts: () => Facts,
): PathObserver {
  let tell: () => void = () => undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  const now = (): number => clock.now();
  return {
    fact: 'path',
    everyMs: { busy: 60_000, watched: 60_000, idle: 15 * 60_000 },
    look: async () => {
      const wanted = pathWanted(intent(), facts());
      if (wanted === null) return { fact: 'path', value: unseen };
      triedAt = now();
      return { fact: 'path', value: await path.look(wanted, false) };
    },
    watch: (onChange) => void (tell = onChange),
    saw: (tailnet) => {
      if (!tailnet.known || !isAlive(tailnet.value)) return;
      const shown = facts().memory.path;
      const rest =
        shown?.kind === tailnet.value.path.kind && shown.ms !== null ? Number.POSITIVE_INFINITY : restMs;
      // What gave no answer is not asked over and over.
      if (now() - triedAt >= (shown?.ms === null ? silentRestMs : rest)) tell();
    },
  };
}

const isAlive = ({ active, path }: TailnetSample): boolean =>
  active === 'ours' && (path.kind === 'direct' || path.kind === 'relayed');
