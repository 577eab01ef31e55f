import { ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { problem, ProblemError } from '../contract/problems.ts';
import { isHostGone, problemOf } from './problem-of.ts';

const system = (code: string) => Object.assign(new Error(`connect ${code}`), { code });
const fetchFailed = (code: string) => new TypeError('fetch failed', { cause: system(code) });

describe('what a call threw', () => {
  it('is the host’s own problem where it sent one, and a thrown one itself', () => {
    const sent = problem('disk-full', '/home');
    expect(problemOf(new ORPCError('disk-full', { data: sent }))).toEqual(sent);
    expect(problemOf(new ProblemError(sent))).toEqual(sent);
  });
  it.each(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET'])(
    'is that no host answers: %s',
    (code) => {
      expect(isHostGone(fetchFailed(code))).toBe(true);
      expect(problemOf(fetchFailed(code))).toEqual(problem('host-not-running', code));
    },
  );
  it('is that a host is there and not ours, where the system says so', () => {
    expect(isHostGone(fetchFailed('EACCES'))).toBe(false);
    expect(problemOf(fetchFailed('EACCES'))).toEqual(problem('host-not-running', 'EACCES'));
  });
  it('is a fault of ours otherwise, whatever it is', () => {
    expect(problemOf(new ORPCError('teapot', { data: { code: 'teapot' } }))).toMatchObject({
      code: 'internal',
    });
    expect(problemOf('words')).toEqual(problem('internal', 'words'));
    expect(problemOf(undefined)).toEqual(problem('internal', 'undefined'));
  });
});
