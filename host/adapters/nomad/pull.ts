import type { PullSample } from '../../core/ports/nomad.ts';

/** A task's event, as much of it as tells of a pull. `at`: epoch ms, null where it does not say. */
export interface PullEvent {
  readonly type: string;
  readonly words: string;
  readonly at: number | null;
}

/** Events after which a pull that was under way has ended. A kill is none of them: the pull goes on. */
const pullEnds = new Set([
  'Started',
  'Driver Failure',
  'Restarting',
  'Not Restarting',
  'Terminated',
  'Killed',
]);

/** "Docker image pull progress: Pulled 1/2 (28.57MiB/39.17MiB) layers: 0 waiting/1 pulling - est 44.5s remaining", every two minutes. */
const told = /\(([\d.]+)([KMGT]?i?B)\/([\d.]+)([KMGT]?i?B)\) layers: (\d+) waiting/;

/** The pull that these events tell of, or null where none is under way. */
export function readPull(events: readonly PullEvent[]): PullSample | null {
  const lastEnd = events.findLastIndex(({ type }) => pullEnds.has(type));
  const pull = events
    .slice(lastEnd + 1)
    .filter(
      ({ type, words }) => type === 'Driver' && /^(Downloading image|Docker image pull progress)/.test(words),
    );
  const [first, last] = [pull[0], pull.at(-1)];
  if (first === undefined || last === undefined) return null;
  return { since: first.at, seen: seenIn(last) };
}

function seenIn({ words, at }: PullEvent): PullSample['seen'] {
  const found = told.exec(words);
  if (found === null || at === null) return null;
  const [, done = '', doneUnit = '', total = '', totalUnit = '', waiting] = found;
  // Layers that wait have not said how large they are.
  const isWhole = waiting === '0';
  return { at, done: bytesOf(done, doneUnit), total: isWhole ? bytesOf(total, totalUnit) : null };
}

const steps = ['', 'K', 'M', 'G', 'T'];

const bytesOf = (number: string, unit: string): number =>
  Math.round(Number(number) * 1_024 ** Math.max(0, steps.indexOf(unit.replace(/i?B$/, ''))));
