import type { Clock } from '../../core/ports/clock.ts';
import type { Containers } from '../containers.ts';
import type { JobTask } from './model.ts';

/** Which of a task's outputs. */
export type Output = 'stdout' | 'stderr';

/** From one line of a demo job to the next, ms. */
const everyMs = 2_500;

/** What a demo job says at its start, as programs that use a GPU do. */
const firstWords: readonly (readonly [Output, string])[] = [
  ['stdout', 'CUDA available: True'],
  ['stderr', 'warning: no cache was found, building one'],
];

/**
 * Writes what a demo's job says, as long as its container runs, whether its agent does or not (its helpers outlive it).
 * `demo.says` in its metadata is the line: `{n}` counts up.
 */
export function speak(
  task: JobTask,
  container: string,
  world: {
    readonly clock: Clock;
    readonly containers: Pick<Containers, 'onEnd'>;
    readonly print: (output: Output, line: string) => void;
  },
): void {
  const says = task.Meta?.['demo.says'];
  if (says === undefined) return;
  for (const [output, line] of firstWords) world.print(output, line);
  let count = 0;
  let cancel: () => void = () => undefined;
  const next = (): void => {
    cancel = world.clock.after(everyMs, () => {
      count += 1;
      world.print('stdout', says.replaceAll('{n}', String(count)));
      next();
    });
  };
  next();
  world.containers.onEnd(container, () => cancel());
}
