import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problem, ProblemError } from '../../contract/problems.ts';
import { backoffCapMs } from './observe.ts';
import { Reconciler } from './reconciler.ts';
import type { Step } from './step.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { allFacts, look, nothingSeen } from './testing/world-looks.ts';
import { act, freshWorld, joined, rules, type World } from './testing/world-model.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {}, redact() {} };

interface Desk {
  readonly clock: FakeClock;
  readonly world: World;
  readonly loop: Reconciler;
  readonly steps: string[];
  /** Reads of each step, before the next one is asked for. */
  readonly reads: (readonly string[])[];
  slow: { kind: Step['kind']; aborted: boolean } | null;
  fails: Step['kind'] | null;
}

let desk: Desk;
let ended: Promise<void>;

beforeEach(() => {
  const clock = new FakeClock(1_000_000_000);
  const world = freshWorld();
  const made: Desk = {
    clock,
    world,
    steps: [],
    reads: [],
    slow: null,
    fails: null,
    loop: new Reconciler(joined, {
      clock,
      log: quiet,
      rules,
      random: () => 1,
      reference: () => 'ref-1',
      read: (names) => {
        made.reads.push(names);
        world.now = clock.now();
        const facts = look(nothingSeen, world, names);
        for (const name of names) made.loop.see({ fact: name, value: facts[name] } as never);
        return Promise.resolve();
      },
      run: async (step, { signal }) => {
        made.steps.push(step.kind);
        if (made.slow?.kind === step.kind) {
          await clock.sleep(60_000, signal);
          if (signal.aborted) made.slow.aborted = true;
          signal.throwIfAborted();
        }
        if (made.fails === step.kind) throw new ProblemError(problem('nomad-died'));
        world.now = clock.now();
        const trouble = act(world, step);
        if (trouble !== null) throw new ProblemError(trouble);
      },
    }),
  };
  desk = made;
});

afterEach(async () => {
  desk.loop.close();
  await ended;
});

const begin = async (): Promise<void> => {
  for (const name of allFacts)
    desk.loop.see({ fact: name, value: look(nothingSeen, desk.world)[name] } as never);
  ended = desk.loop.loop();
  await desk.clock.advance(0);
};

const pause = (): void =>
  desk.loop.want({ ...joined, pause: { how: 'now', since: desk.clock.now(), until: null } });

describe('the loop', () => {
  it('reads what a step touched before it asks again, so that no stale fact repeats it', async () => {
    await begin();
    expect(desk.steps).toEqual(['enter-tailnet', 'configure', 'start-agent']);
    expect(desk.reads[0]).toContain('tailnet');
    for (const fact of ['node', 'work'] as const)
      desk.loop.see({ fact, value: look(nothingSeen, desk.world)[fact] } as never);
    await desk.clock.advance(0);
    expect(desk.steps.at(-1)).toBe('open');
  });
  it('breaks off a step within one tick when a pause is asked for', async () => {
    desk.slow = { kind: 'configure', aborted: false };
    await begin();
    expect(desk.steps.at(-1)).toBe('configure');
    pause();
    await desk.clock.advance(0);
    expect(desk.slow.aborted).toBe(true);
    expect(desk.loop.plan()).toMatchObject({ rest: 'reached' });
    expect(desk.loop.facts.attempts.configure).toBeUndefined();
  });
  it('does not spend a one-off key for nothing: entering goes on through a pause, not through leaving', async () => {
    desk.slow = { kind: 'enter-tailnet', aborted: false };
    await begin();
    pause();
    await desk.clock.advance(0);
    expect(desk.slow.aborted).toBe(false);
    desk.loop.see({
      fact: 'footprint',
      value: {
        known: true,
        at: desk.clock.now(),
        value: [{ id: 1, at: 1, line: { kind: 'folder', path: '/s', asRoot: false } }],
      },
    });
    desk.loop.want({ ...joined, pool: null });
    await desk.clock.advance(0);
    expect(desk.slow.aborted).toBe(true);
  });
  it('lets a take-back finish although the owner resumes meanwhile', async () => {
    await begin();
    desk.slow = { kind: 'take-back', aborted: false };
    desk.world.tailnet.serverUp = false;
    desk.loop.see({ fact: 'node', value: look(nothingSeen, desk.world).node } as never);
    pause();
    await desk.clock.advance(0);
    expect(desk.steps.at(-1)).toBe('take-back');
    desk.loop.want(joined);
    await desk.clock.advance(1000);
    expect(desk.slow.aborted).toBe(false);
  });
  it('waits longer after each failure, up to five minutes, and at once when the owner says so', async () => {
    desk.fails = 'configure';
    await begin();
    const tries = (): number => desk.steps.filter((s) => s === 'configure').length;
    expect(tries()).toBe(1);
    await desk.clock.advance(1_900);
    expect(tries()).toBe(1);
    await desk.clock.advance(200);
    expect(tries()).toBe(2);
    for (let minute = 0; minute < 60; minute++) {
      await desk.clock.advance(60_000);
      await refresh();
    }
    const attempt = desk.loop.facts.attempts.configure!;
    expect(attempt.nextAt - attempt.lastAt).toBe(backoffCapMs);
    const before = tries();
    desk.loop.want({ ...joined, retryAt: desk.clock.now() });
    await desk.clock.advance(0);
    expect(tries()).toBe(before + 1);
  });
  it('names an unexpected failure by a reference and goes on', async () => {
    desk.slow = { kind: 'configure', aborted: false };
    await begin();
    desk.slow = null;
    desk.loop.close();
    await ended;
    const failing = new Reconciler(joined, {
      clock: desk.clock,
      log: quiet,
      rules,
      random: () => 0,
      reference: () => 'ref-1',
      read: () => Promise.resolve(),
      run: () => Promise.reject(new TypeError('boom')),
    });
    for (const name of allFacts)
      failing.see({ fact: name, value: look(nothingSeen, desk.world)[name] } as never);
    ended = failing.loop();
    await desk.clock.advance(0);
    expect(failing.facts.attempts['configure']?.problem).toEqual({
      code: 'internal',
      remedy: 'copy-report',
      detail: 'ref-1',
    });
    failing.close();
  });
});

async function refresh(): Promise<void> {
  desk.world.now = desk.clock.now();
  for (const name of allFacts)
    desk.loop.see({ fact: name, value: look(nothingSeen, desk.world)[name] } as never);
  await desk.clock.advance(0);
}
