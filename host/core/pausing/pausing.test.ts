import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problem, type Problem } from '../../../contract/problems.ts';
import { noFacts, seen, unknown, type Facts } from '../facts.ts';
import { observe } from '../observe.ts';
import type { AllocationSample } from '../ports/nomad.ts';
import { look } from '../testing/world-looks.ts';
import { freshWorld, joined, type World } from '../testing/world-model.ts';
import { failuresInARow, foldEnds } from './failures.ts';
import { foldHold, holdEnds, isHeld, type Hold } from './hold.ts';
import { foldUse, graceMs, idle, idleAfterMs } from './idle.ts';
import { reasonsToPause } from './reasons.ts';

const second = 1000;
const minute = 60_000;
const lost = problem('gpu-lost', 'GPU is lost');

describe('a hold', () => {
  const times = { confirmMs: 30 * second, minimumMs: 2 * minute, exitMs: minute };
  const after = (...looks: readonly (readonly [at: number, cause: Problem | null])[]): Hold | null =>
    looks.reduce<Hold | null>((hold, [at, cause]) => foldHold(hold, cause, at, times), null);

  it('pauses once its cause has held long enough, and not for one bad look', () => {
    expect(isHeld(after([0, lost]), 0, times)).toBe(false);
    expect(after([0, lost], [20 * second, null])).toBeNull();
    expect(isHeld(after([0, lost], [20 * second, null], [40 * second, lost]), 40 * second, times)).toBe(
      false,
    );
    expect(isHeld(after([0, lost], [30 * second, lost]), 30 * second, times)).toBe(true);
  });
  it('lasts two minutes at the least, and one after its cause', () => {
    const gone = after([0, lost], [30 * second, lost], [40 * second, null]);
    expect(holdEnds(gone!, times)).toBe(150 * second);
    expect(isHeld(gone, 149 * second, times)).toBe(true);
    expect(isHeld(gone, 150 * second, times)).toBe(false);
    const longer = after([0, lost], [30 * second, lost], [10 * minute, lost], [11 * minute, null]);
    expect(holdEnds(longer!, times)).toBe(12 * minute);
    expect(foldHold(longer, null, 12 * minute, times)).toBeNull();
  });
  it('goes on where its cause comes back before it ends', () => {
    const back = after([0, lost], [30 * second, lost], [40 * second, null], [60 * second, lost]);
    expect(back).toMatchObject({ since: 30 * second, goneAt: null });
  });
  it('never ends before its times, whatever is seen and when', () => {
    const looks = fc.array(fc.record({ after: fc.integer({ min: 1, max: 90_000 }), bad: fc.boolean() }));
    fc.assert(
      fc.property(looks, (list) => {
        let hold: Hold | null = null;
        let now = 0;
        let began: number | null = null;
        let lastBad = 0;
        for (const one of list) {
          now += one.after;
          if (one.bad) lastBad = now;
          hold = foldHold(hold, one.bad ? lost : null, now, times);
          const held = isHeld(hold, now, times);
          if (held) began ??= now;
          if (!held && began !== null) {
            expect(now - began).toBeGreaterThanOrEqual(times.minimumMs);
            expect(now - lastBad).toBeGreaterThanOrEqual(times.exitMs);
            began = null;
          }
        }
      }),
    );
  });
});

describe('the use of this computer', () => {
  const now = 100 * minute;
  const touched = (agoMs: number) => ({ lastInputAt: now - agoMs, source: 'x' });
  it('is none five minutes after the last input, and not known counts as use', () => {
    expect(foldUse(null, touched(idleAfterMs), now)).toBeNull();
    expect(foldUse(null, touched(idleAfterMs - 1), now)).toEqual({
      since: now - idleAfterMs + 1,
      stayedAt: null,
      lastInputAt: now - idleAfterMs + 1,
    });
    expect(foldUse(null, { lastInputAt: null, source: null }, now)).toEqual({
      since: now,
      stayedAt: null,
      lastInputAt: null,
    });
  });
  it('begins anew for whoever was away long enough between two looks', () => {
    const before = {
      since: now - 20 * minute,
      stayedAt: now - 19 * minute,
      lastInputAt: now - idleAfterMs - second,
    };
    expect(foldUse(before, touched(0), now)).toEqual({ since: now, stayedAt: null, lastInputAt: now });
    expect(foldUse(before, touched(2 * second), now)).toMatchObject({ since: now - 20 * minute });
  });
  it('lets work end while it is but a touch, and takes the GPU at once from whoever is still there after a minute', () => {
    const how = (facts: Facts, at: number) => idle({ ...joined, whenIdle: true }, facts, at)?.how ?? null;
    let facts = look(noFacts, freshWorld());
    const begin = freshWorld().now;
    const see = (at: number, lastInputAt: number) =>
      (facts = observe(facts, { fact: 'activity', value: seen({ lastInputAt, source: 'x' }, at) }, at));
    see(begin, begin);
    expect(how(facts, begin)).toBe('finish');
    see(begin + graceMs + second, begin);
    expect(how(facts, begin + graceMs + second)).toBe('finish');
    see(begin + 2 * minute, begin + 2 * minute - second);
    expect(how(facts, begin + 2 * minute)).toBe('now');
    // It stays so until the pause ends.
    see(begin + 4 * minute, begin + 2 * minute);
    expect(how(facts, begin + 4 * minute)).toBe('now');
    see(begin + 8 * minute, begin + 2 * minute);
    expect(how(facts, begin + 8 * minute)).toBeNull();
  });
  it('pauses nothing where sharing is always, and everything where it cannot be told', () => {
    const world = { ...freshWorld(), display: true, lastInputAt: null };
    const facts = look(noFacts, world);
    expect(idle(joined, facts, world.now)).toMatchObject({
      problem: { code: 'idle-unknown', remedy: 'share-always' },
    });
    expect(idle({ ...joined, whenIdle: false }, facts, world.now)).toBeNull();
    expect(idle(joined, { ...facts, activity: { ...facts.activity, at: 0 } }, world.now)).toMatchObject({
      reason: 'idle',
    });
  });
});

describe('jobs that fail one after the other', () => {
  const job = (
    id: string,
    at: number,
    change: Partial<AllocationSample> = {},
    lastedMs = 5 * second,
  ): AllocationSample => ({
    id,
    job: `job-${id}`,
    group: 'g',
    type: 'batch',
    desired: 'run',
    client: 'failed',
    tasks: [
      {
        name: 't',
        state: 'dead',
        failed: true,
        restarts: 0,
        startedAt: at - lastedMs,
        finishedAt: at,
        pulling: false,
        image: 'x',
      },
    ],
    gpus: [],
    createdAt: at - lastedMs - second,
    modifiedAt: at,
    ...change,
  });
  const well = { client: 'complete' as const };
  const row = (work: readonly AllocationSample[], since = 0) => failuresInARow(foldEnds([], work), since);

  it('are three that failed within a minute of their start, whenever they are seen', () => {
    const work = [job('a', 1), job('b', 2), job('c', 3)];
    expect(row(work)).toEqual({ at: 3, jobs: ['job-a', 'job-b', 'job-c'] });
    const one = work.reduce((ends, w) => foldEnds(ends, [w]), foldEnds([], []));
    expect(failuresInARow(foldEnds(one, work), 0)).toEqual(row(work));
  });
  it.each([
    ['only two', [job('a', 1), job('b', 2)]],
    ['one of them ended well', [job('a', 1), job('b', 2, well), job('c', 3), job('d', 4)]],
    ['one of them ran for long', [job('a', 1), job('b', 2, {}, 2 * minute), job('c', 3)]],
    ['the last ended well', [job('a', 1), job('b', 2), job('c', 3), job('d', 4, well)]],
    ['one still runs', [job('a', 1), job('b', 2), job('c', 3, { client: 'running', tasks: [] })]],
    ['the pool stopped one', [job('a', 1), job('b', 2), job('c', 3, { ...well, desired: 'stop' })]],
    ['one was lost', [job('a', 1), job('b', 2), job('c', 3, { client: 'lost' })]],
  ])('are not: %s', (_, work) => {
    expect(row(work)).toBeNull();
  });
  it('are forgiven by the owner’s resume', () => {
    const work = [job('a', 1), job('b', 2), job('c', 3)];
    expect(row(work, 3)).toBeNull();
    expect(row([...work, job('d', 4), job('e', 5), job('f', 6)], 3)).toMatchObject({ at: 6 });
  });
  it('are counted from when they were placed where no task ever began', () => {
    const never = (id: string, at: number) =>
      job(id, at, {
        createdAt: at - 20 * second,
        tasks: [
          {
            name: 't',
            state: 'dead',
            failed: true,
            restarts: 3,
            startedAt: null,
            finishedAt: at,
            pulling: false,
            image: 'x',
          },
        ],
      });
    expect(row([never('a', 1), never('b', 2), never('c', 3)])).not.toBeNull();
  });
});

describe('what pauses by itself', () => {
  const opened: Facts = {
    ...noFacts,
    footprint: seen([{ id: 1, at: 1, line: { kind: 'opened' as const } }], 1),
  };
  const reasons = (change: (world: World) => void, lastsMs: number, from = opened): readonly string[] => {
    const world = freshWorld();
    world.entries = from.footprint.known ? [...from.footprint.value] : [];
    change(world);
    let facts = look(from, world);
    for (let passed = 0; passed < lastsMs; passed += 5 * second) {
      world.now += 5 * second;
      facts = look(facts, world);
    }
    return reasonsToPause(joined, facts, world.now).map((r) => `${r.reason} ${r.how} ${r.problem?.code}`);
  };

  it.each([
    ['a driver that fails', (w: World): void => void (w.gpuAnswers = false), 'machine now gpu-driver-error'],
    ['an engine that is gone', (w: World): void => void (w.engineUp = false), 'machine now engine-missing'],
    [
      'a clock that is ahead',
      (w: World): void => void (w.clockAheadMs = 10 * minute),
      'machine now clock-wrong',
    ],
    [
      'a clock that is behind',
      (w: World): void => void (w.clockAheadMs = -10 * minute),
      'machine now clock-wrong',
    ],
    ['a disk that is almost full', (w: World): void => void (w.diskFree = 0.09), 'disk finish disk-low'],
  ] as const)('is %s', (_, change, expected) => {
    expect(reasons(change, minute)).toEqual([expected]);
  });
  it('is nothing on a healthy machine, nor where nothing is known of its clock', () => {
    expect(reasons(() => undefined, minute)).toEqual([]);
    expect(reasons((w) => void (w.clockAheadMs = null), minute)).toEqual([]);
    expect(reasons((w) => void (w.diskFree = 0.1), minute)).toEqual([]);
  });
  it('is nothing before sharing was opened once: joining says it instead', () => {
    expect(reasons((w) => void (w.engineUp = false), minute, noFacts)).toEqual([]);
  });
  it('takes longer for a tool that is slow than for one that fails', () => {
    const slow = (ms: number) => {
      let facts = opened;
      for (let at = 0; at <= ms; at += 10 * second)
        facts = observe(facts, { fact: 'gpus', value: unknown(problem('gpu-timeout'), at) }, at);
      return reasonsToPause(joined, facts, ms).length;
    };
    expect([slow(80 * second), slow(90 * second)]).toEqual([0, 1]);
  });
  it('is what every card has, and not what one among healthy ones has', () => {
    const card = (fault: string | null) => ({
      ...cardOf(look(noFacts, freshWorld())),
      uuid: `GPU-${fault}`,
      fault,
    });
    const held = (...faults: readonly (string | null)[]) => {
      let facts = opened;
      for (const at of [0, 30 * second])
        facts = observe(
          facts,
          { fact: 'gpus', value: seen({ gpus: faults.map(card), processes: [] }, at) },
          at,
        );
      return reasonsToPause(joined, facts, 30 * second).map((r) => r.problem?.code);
    };
    expect(held('GPU is lost', null)).toEqual([]);
    expect(held('GPU is lost', 'ERR!')).toEqual(['gpu-lost']);
  });
  it('is the last card that was shared, once it is lost for a minute', () => {
    const intent = { ...joined, displayGpus: ['GPU-screen'] };
    let facts = opened;
    const base = cardOf(look(noFacts, freshWorld()));
    const gpus = [
      { ...base, uuid: 'GPU-screen', display: true },
      { ...base, uuid: 'GPU-b', fault: 'GPU is lost' },
    ];
    const at = (now: number) => {
      facts = observe(facts, { fact: 'gpus', value: seen({ gpus, processes: [] }, now) }, now);
      return reasonsToPause(intent, facts, now).map((r) => r.problem?.code);
    };
    expect(at(0)).toEqual([]);
    expect(at(minute)).toEqual(['gpu-lost']);
  });
});

function cardOf({ gpus }: Facts) {
  if (!gpus.known) throw new Error('no cards');
  return gpus.value.gpus[0]!;
}
