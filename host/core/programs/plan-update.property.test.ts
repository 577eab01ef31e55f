import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import { observe } from '../observe.ts';
import { plan } from '../plan.ts';
import { fits } from './versions.ts';
import { poolBounds } from './wish.ts';
import type { Step } from '../step.ts';
import { look, lookAfter, nothingSeen } from '../testing/world-looks.ts';
import { act, freshWorld, joined, pass, place, rules, type World } from '../testing/world-model.ts';
import { isBroken, versionHere } from '../testing/world-programs.ts';

interface Run {
  readonly world: World;
  facts: Facts;
  intent: Intent;
}

const published = ['2.0.4', '2.0.5', '2.0.6', '2.0.7'];

/** One turn of the loop; whether there was nothing to do. */
function turn(run: Run): boolean {
  const { world, intent } = run;
  const next = plan(intent, run.facts, world.now, rules);
  if (!('do' in next)) {
    const until = 'until' in next ? next.until : null;
    pass(world, Math.min(Math.max(1, (until ?? world.now + 5_000) - world.now), 5_000));
    run.facts = look(run.facts, world);
    return 'rest' in next;
  }
  forbidden(next.do, world);
  const [before, busy] = [world.programs.chosen, runs(world)];
  const ended = act(world, next.do);
  if (next.do.kind === 'swap-nomad' && world.programs.chosen !== before)
    expect(busy, 'swapped under a running job').toBe(false);
  pass(world, 100);
  const seen = lookAfter(run.facts, world, next.do);
  run.facts = observe(seen, { step: next.do.kind, ended, jitter: 0.5 }, world.now);
  return false;
}

const runs = (world: World): boolean => world.work.some((job) => job.state === 'running');

function forbidden(step: Step, world: World): void {
  if (step.kind === 'swap-nomad') {
    // What began unseen since the last look is for the step itself to find: "turn" holds it to that.
    expect(world.agentUp && world.node.eligible, 'swapped while new jobs could come').toBe(false);
    expect(world.programs.installed, 'swapped to what is not here').toContain(step.to);
    expect(world.programs.failed, 'swapped to what failed before').not.toContain(step.to);
    expect(world.programs.trial, 'swapped during a trial').toBeNull();
  }
  if (step.kind === 'settle-nomad') expect(isBroken(world), 'kept what does not work').toBe(false);
  if (step.kind === 'start-agent') expect(versionHere(world), 'started nothing').not.toBeNull();
}

/** Things that happen to a computer while its program is to change. */
const happenings = fc.array(
  fc.oneof(
    fc.record({ turns: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ wants: fc.constantFrom('2.0.6', '2.0.7') }),
    fc.record({ servers: fc.constantFrom('2.0.4', '2.0.5', '2.0.6', '2.0.7') }),
    fc.record({ site: fc.constantFrom('good' as const, 'away' as const) }),
    fc.record({ job: fc.constantFrom(2_000, 400_000) }),
    fc.record({ pause: fc.constantFrom('now' as const, 'finish' as const, null) }),
    fc.record({ serverUp: fc.boolean() }),
    fc.record({ dies: fc.constant(true) }),
    fc.record({ restarts: fc.constant(true) }),
  ),
  { maxLength: 25 },
);

type Happening = typeof happenings extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

function happen(run: Run, what: Happening, n: number): void {
  const { world } = run;
  if ('turns' in what) for (let i = 0; i < what.turns; i++) turn(run);
  else if ('wants' in what) run.intent = { ...run.intent, update: { to: what.wants, at: world.now } };
  else if ('servers' in what) world.versions = { oldestServer: what.servers, published };
  else if ('site' in what) world.site = what.site;
  else if ('job' in what) place(world, { id: `job-${n}`, finishesAt: world.now + what.job });
  else if ('pause' in what) {
    const pause = what.pause === null ? null : { how: what.pause, since: world.now, until: null };
    run.intent = { ...run.intent, pause, ...(pause === null ? { resumedAt: world.now } : {}) };
  } else if ('serverUp' in what) world.tailnet.serverUp = what.serverUp;
  else if ('dies' in what) world.agentUp = false;
  else run.facts = look(nothingSeen, world);
}

const broken = fc.subarray(['2.0.6', '2.0.7']);

const begun = (bad: readonly string[]): Run => {
  const world: World = {
    ...freshWorld(),
    broken: bad,
    program: false,
    programs: { installed: ['2.0.5'], chosen: '2.0.5', trial: null, failed: [], devicePlugin: 'here' },
    versions: { oldestServer: '2.0.6', published },
  };
  const run: Run = { world, facts: look(nothingSeen, world), intent: joined };
  for (let i = 0; i < 40; i++) turn(run);
  expect(world.node.eligible).toBe(true);
  return run;
};

describe('changing the program, whatever else happens', () => {
  it('never touches a running job, and in the end a version that works and fits is shared with', () => {
    fc.assert(
      fc.property(broken, happenings, (bad, all) => {
        const run = begun(bad);
        all.forEach((what, n) => happen(run, what, n));
        const { world } = run;
        // Everything is well again, and the owner pauses no longer: 2.0.5 is not broken and always published.
        Object.assign(world, { site: 'good', versions: { oldestServer: '2.0.6', published } });
        world.tailnet.serverUp = true;
        run.intent = { ...run.intent, pause: null, resumedAt: world.now, retryAt: world.now };
        let quiet = 0;
        for (let i = 0; i < 900 && quiet < 12; i++) quiet = turn(run) ? quiet + 1 : 0;
        expect(world.node.eligible && world.agentUp, 'does not share').toBe(true);
        expect(isBroken(world), 'shares with what does not work').toBe(false);
        const version = versionHere(world) ?? '';
        expect(fits(version, poolBounds(joined.pool!, run.facts)), `shares with ${version}`).toBe('yes');
        expect(world.programs.trial).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it('keeps no pause from freeing the GPU at once', () => {
    fc.assert(
      fc.property(broken, happenings, (bad, all) => {
        const run = begun(bad);
        all.forEach((what, n) => happen(run, what, n));
        run.intent = { ...run.intent, pause: { how: 'now', since: run.world.now, until: null } };
        const began = run.world.now;
        for (let i = 0; i < 400 && run.world.now - began < 30_000; i++) turn(run);
        expect(run.world.agentUp && runs(run.world), 'work runs on').toBe(false);
        expect(run.world.work.some((job) => job.state === 'running')).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});
