import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amount } from './amount.ts';
import type { Observation } from './observation.ts';
import { countsUntil, follow, sharesOf, type Stretch, unseenLimitMs } from './stretch.ts';
import { noon, observation } from './testing/samples.ts';

const minute = 60_000;
const hour = 60 * minute;

/** All stretches of one allocation and GPU, and each time one was counted. */
function stretchesOf(observations: readonly Observation[]) {
  const all = new Map<number, Stretch>();
  const counted: Stretch[] = [];
  let newest: Stretch | null = null;
  observations.forEach((o, i) => {
    const { changed, closed } = follow(newest, o, i + 1);
    for (const s of changed) all.set(s.id, s);
    newest = changed.at(-1) ?? newest;
    if (closed) counted.push(closed);
  });
  return { all: [...all.values()], counted };
}

describe('a stretch', () => {
  it('lasts from its start to its end', () => {
    const { all, counted } = stretchesOf([
      observation({}),
      observation({ what: 'alive', at: noon + minute }),
      observation({ what: 'end', at: noon + hour, ended: 'finished' }),
    ]);
    expect(all).toMatchObject([{ startedAt: noon, endedAt: noon + hour, ended: 'finished', pending: false }]);
    expect(counted).toEqual(all);
  });
  it('that lost its end to a crash held until it was last seen', () => {
    const { all, counted } = stretchesOf([
      observation({}),
      observation({ what: 'alive', at: noon + minute }),
      observation({ at: noon + 5 * hour }),
    ]);
    expect(all).toMatchObject([
      { endedAt: noon + minute, pending: false },
      { startedAt: noon + 5 * hour, endedAt: null, pending: true },
    ]);
    expect(counted).toHaveLength(1);
  });
  it('does not begin before the one before it ended', () => {
    const { all } = stretchesOf([
      observation({}),
      observation({ what: 'end', at: noon + hour }),
      observation({ at: noon, clock: 'agent' }),
      observation({ what: 'end', at: noon + 2 * hour, ended: 'finished' }),
    ]);
    expect(all.map((s) => (s.endedAt ?? 0) - s.startedAt)).toEqual([hour, hour]);
  });
  it('learns later why its job ended, without counting again', () => {
    const { all, counted } = stretchesOf([
      observation({}),
      observation({ what: 'end', at: noon + hour }),
      observation({ what: 'end', at: noon + 2 * hour, ended: 'failed' }),
    ]);
    expect(all).toMatchObject([{ endedAt: noon + hour, ended: 'failed', pending: false }]);
    expect(counted).toHaveLength(1);
  });
  it('that ended does not go on by a late sign of life or a second end', () => {
    const { all, counted } = stretchesOf([
      observation({}),
      observation({ what: 'end', at: noon + hour, ended: 'finished' }),
      observation({ what: 'alive', at: noon + 2 * hour }),
      observation({ what: 'end', at: noon + 3 * hour, ended: 'lost' }),
    ]);
    expect(all).toMatchObject([{ endedAt: noon + hour, ended: 'finished' }]);
    expect(counted).toHaveLength(1);
  });
  it('keeps what was seen of it when the clock was set back before its start', () => {
    const { all } = stretchesOf([
      observation({}),
      observation({ what: 'alive', at: noon + minute }),
      observation({ what: 'end', at: noon - hour, ended: 'finished' }),
    ]);
    expect(all).toMatchObject([{ endedAt: noon + minute }]);
  });
  it('is never negative, counted at most once, and counted exactly if it ended, whatever is observed', () => {
    const any = fc.record({
      what: fc.constantFrom<Observation['what'][]>('start', 'alive', 'end'),
      at: fc.integer({ min: noon - hour, max: noon + hour }),
      clock: fc.constantFrom<Observation['clock'][]>('agent', 'host'),
      ended: fc.constantFrom<Observation['ended'][]>(null, 'finished', 'lost'),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 30 }), (list) => {
        const { all, counted } = stretchesOf(list.map((o) => observation(o)));
        for (const s of all) if (s.endedAt !== null) expect(s.endedAt).toBeGreaterThanOrEqual(s.startedAt);
        expect(counted.map((s) => s.id)).toEqual(all.filter((s) => s.endedAt !== null).map((s) => s.id));
        expect(all.filter((s) => s.endedAt === null).length).toBeLessThanOrEqual(1);
        expect(all.filter((s) => s.pending).every((s) => s.id === all.at(-1)?.id)).toBe(true);
      }),
    );
  });
});

describe('the days of a stretch', () => {
  const open = stretchesOf([observation({})]).all[0] as Stretch;
  it('together last as long and earn as much as the stretch', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: noon, max: noon + 24 * hour }),
        fc.integer({ min: 0, max: 80 * hour }),
        fc.integer({ min: 0, max: 9_999_999 }),
        (startedAt, ms, microsPerHour) => {
          const shares = sharesOf({ ...open, startedAt, microsPerHour }, startedAt + ms, 'Europe/Berlin');
          expect(shares.reduce((sum, s) => sum + s.gpuMs, 0)).toBe(ms);
          expect(shares.reduce((sum, s) => sum + (s.micros ?? -1), 0)).toBe(amount(ms, microsPerHour));
        },
      ),
    );
  });
  it('count no GPU time where the job held none', () => {
    expect(sharesOf({ ...open, gpu: '', microsPerHour: null }, noon + hour, 'UTC')).toEqual([
      { day: '2025-06-01', gpuMs: 0, micros: null },
    ]);
  });
});

describe('a stretch that goes on', () => {
  const [open] = stretchesOf([observation({}), observation({ what: 'alive', at: noon + hour })]).all;
  it('counts up to now while it is seen, and no further than it was seen', () => {
    expect(countsUntil(open as Stretch, noon + hour + minute)).toBe(noon + hour + minute);
    expect(countsUntil(open as Stretch, noon + 9 * hour)).toBe(noon + hour + unseenLimitMs);
    expect(countsUntil(open as Stretch, noon - hour)).toBe(noon + hour);
  });
});
