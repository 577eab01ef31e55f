import { describe, expect, it } from 'vitest';
import type { AllocationSample, PullSample } from '../ports/nomad.ts';
import { viewPull } from './pull.ts';

const began = 1_000_000;
const now = began + 150_000;

const pulling = (pull: PullSample | null, restarts = 0): AllocationSample =>
  ({
    client: 'pending',
    desired: 'run',
    tasks: [{ state: 'pending', pulling: pull !== null, pull, restarts }],
  }) as unknown as AllocationSample;

describe('an image that downloads', () => {
  it('shows what was told: how much of what, how fast, how long still, and which try it is', () => {
    const seen = { at: began + 120_000, done: 240_000_000, total: 480_000_000 };
    expect(viewPull(pulling({ since: began, seen }, 2), now)).toEqual({
      progress: {
        done: 240_000_000,
        total: 480_000_000,
        unit: 'bytes',
        perSecond: 2_000_000,
        leftMs: 90_000,
      },
      pull: { attempt: 3, limitMs: 3_600_000, tooSlow: false },
    });
  });
  it('shows nothing that is not known: neither before the first word nor of layers without a size', () => {
    expect(viewPull(pulling({ since: began, seen: null }), now)).toEqual({
      progress: null,
      pull: { attempt: 1, limitMs: 3_600_000, tooSlow: false },
    });
    const seen = { at: began + 120_000, done: 1_200_000, total: null };
    expect(viewPull(pulling({ since: began, seen }), now).progress).toEqual({
      done: 1_200_000,
      total: null,
      unit: 'bytes',
      perSecond: 10_000,
    });
  });
  it('says that this line is too slow where the whole would take longer than a try may', () => {
    const at = (total: number) =>
      viewPull(pulling({ since: began, seen: { at: began + 120_000, done: 120_000_000, total } }), now).pull;
    expect(at(3_599_000_000)).toMatchObject({ tooSlow: false });
    expect(at(3_601_000_000)).toMatchObject({ tooSlow: true });
  });
  it('is nothing for a job that runs', () => {
    expect(viewPull(pulling(null), now)).toEqual({ progress: null, pull: null });
  });
});
