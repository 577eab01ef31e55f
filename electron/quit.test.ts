import { expect, test } from 'vitest';
import { problem, ProblemError, type Problem } from '../contract/problems.ts';
import type { Host } from '../client/connect.ts';
import { problemOf } from '../client/problem-of.ts';
import { stopSharing } from './quit.ts';

/** A keeper whose host answers `stop` as told and ends when `end` is called. */
function keeperOf(stop: () => Promise<{ revision: number }>) {
  const said: string[] = [];
  let end = () => {};
  const whenEnded = new Promise<void>((resolve) => (end = resolve));
  const keeper = {
    host: {
      host: { stop: (input: unknown) => (said.push(JSON.stringify(input)), stop()) },
    } as unknown as Host,
    beginStopping: () => void said.push('begin'),
    goOn: () => void said.push('go on'),
    ended: () => whenEnded,
    problemOf,
  };
  return { keeper, said, end };
}
const accepted = () => Promise.resolve({ revision: 1 });

test('waits until the host has ended, not only until it answered', async () => {
  const { keeper, said, end } = keeperOf(accepted);
  let outcome: unknown = 'waiting';
  const done = stopSharing(keeper).then((one) => (outcome = one));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(outcome).toBe('waiting');
  end();
  await done;
  expect([outcome, said]).toEqual(['stopped', ['begin', '{"sharing":"stop"}']]);
});

test('a host that ends before it answers has ended', async () => {
  const gone = Object.assign(new Error('closed'), { code: 'UND_ERR_SOCKET' });
  const { keeper, end, said } = keeperOf(() => Promise.reject(gone));
  setTimeout(end, 20);
  expect(await stopSharing(keeper)).toBe('stopped');
  expect(said).not.toContain('go on');
});

test('a host that refuses goes on, and says why', async () => {
  const why: Problem = problem('internal', 'x');
  const { keeper, said } = keeperOf(() => Promise.reject(new ProblemError(why)));
  expect(await stopSharing(keeper)).toEqual(why);
  expect(said.at(-1)).toBe('go on');
});

test('a GPU that does not become free is not waited for without end', async () => {
  expect(await stopSharing(keeperOf(accepted).keeper, 30)).toBe('slow');
  expect(await stopSharing(keeperOf(() => new Promise(() => {})).keeper, 30)).toBe('slow');
});

test('without a host there is nothing to stop', async () => {
  const { keeper, said } = keeperOf(accepted);
  expect(await stopSharing({ ...keeper, host: null })).toBe('stopped');
  expect(said).toEqual([]);
});
