import { fail, ProblemError, type Problem } from '../../../contract/problems.ts';
import type { InstallEvent } from '../../core/ports/installing.ts';
import type { Channel } from './channel.ts';
import type { Heard } from './protocol.ts';

/** The host's side of a list of installations: each event is in the footprint when the next one is asked for. */
export async function* installing(
  opening: Promise<Channel>,
  list: Heard,
  signal: AbortSignal,
): AsyncGenerator<InstallEvent> {
  const channel = await opening;
  // The end of our words is `undo`: what was begun is brought to its end, and nothing more is begun.
  if (signal.aborted) channel.close();
  signal.addEventListener('abort', () => channel.close(), { once: true });
  let first: Problem | null = null;
  let ended = false;
  try {
    for await (const said of channel.said) {
      if ('ready' in said) channel.send(list);
      if ('problem' in said) first ??= said.problem;
      ended ||= 'end' in said;
      if (!('event' in said)) continue;
      const { event } = said;
      if (event.kind !== 'install' && event.kind !== 'installing') continue;
      yield event;
      if (event.kind === 'install') channel.send({ word: 'ack' });
    }
  } finally {
    channel.close();
  }
  if (first !== null) throw new ProblemError(first);
  signal.throwIfAborted();
  if (!ended) fail('administrator-failed', 'ended before its work was done');
}
