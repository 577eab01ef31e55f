import type { LogChunk } from '../../contract/logs.ts';
import { procedures } from './base.ts';
import { either } from './either.ts';

/** Jobs that ended (those that run are in the state), and what a job writes. */
export const work = {
  history: procedures.work.history.handler(async ({ context: { commands }, input }) => [
    ...(await commands.history(input)),
  ]),
  logs: procedures.work.logs.handler(({ context: { commands, ending }, input, signal }) => {
    const until = either(signal, ending) ?? new AbortController().signal;
    return chunks(commands.jobLog(input, until));
  }),
};

/** A log as the stream of a procedure: read only as fast as it is taken, and ended when nobody takes it. */
export async function* chunks(log: AsyncIterable<LogChunk>): AsyncGenerator<LogChunk, void, undefined> {
  yield* log;
}
