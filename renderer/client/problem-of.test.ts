import { ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { problem } from '../../contract/problems.ts';
import { problemOf } from './problem-of.ts';
import { LockedError } from './rpc.ts';

describe('what went wrong with a call', () => {
  it('is the host’s own problem where it sent one', () => {
    const sent = problem('disk-full', 'on /home');
    expect(problemOf(new ORPCError('disk-full', { defined: true, data: sent }))).toEqual(sent);
  });

  it('is the way to the host where nothing answered', () => {
    expect(problemOf(new TypeError('Failed to fetch')).code).toBe('host-not-running');
    expect(problemOf(new LockedError()).remedy).toBe('start-host');
  });

  it('is unexpected otherwise, with what was said', () => {
    expect(problemOf(new ORPCError('BAD_GATEWAY', { message: 'no' }))).toEqual(problem('internal', 'no'));
    expect(problemOf(new Error('odd')).detail).toBe('odd');
    expect(problemOf('odd')).toEqual(problem('internal'));
  });
});
