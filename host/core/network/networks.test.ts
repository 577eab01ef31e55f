import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problem } from '../../../contract/problems.ts';
import { noFacts, seen, unknown, type Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import { installsToUndo, neededInstalls } from '../opening/installs.ts';
import { plan } from '../plan.ts';
import type { Rules } from '../planning.ts';
import type { SystemSample } from '../ports/system.ts';
import { look } from '../testing/world-looks.ts';
import {
  act,
  freshWorld,
  heldByWork,
  joined,
  pass,
  place,
  rules,
  type World,
} from '../testing/world-model.ts';
import { view } from '../view.ts';

const ask = (world: World, intent: Intent = joined, facts: Facts = look(noFacts, world), by: Rules = rules) =>
  plan(intent, facts, world.now, by);

/** What was seen of each world so far: some of it needs memory. */
const known = new WeakMap<World, Facts>();

/** Does what the plan says until it says no more. */
function settle(
  world: World,
  intent: Intent = joined,
  before: (step: string) => void = () => undefined,
): string[] {
  const done: string[] = [];
  for (let i = 0; i < 60; i++) {
    const facts = look(known.get(world) ?? noFacts, world);
    known.set(world, facts);
    const next = ask(world, intent, facts);
    if ('rest' in next) break;
    if (!('do' in next)) {
      pass(world, 1_000);
      continue;
    }
    done.push(next.do.kind === 'switch-tailnet' ? `switch-tailnet ${next.do.profile}` : next.do.kind);
    before(done.at(-1) ?? '');
    act(world, next.do);
    pass(world, 20);
  }
  return done;
}

function sharing(): World {
  const world = freshWorld();
  settle(world);
  return world;
}

const mine: Intent = {
  ...joined,
  pause: { how: 'now', since: 1, until: null },
  ownNetwork: 'wanted',
};
const shown = (world: World, intent: Intent) =>
  view(intent, look(noFacts, world), world.now, 0, {
    ...rules,
    version: '0',
    settings: {} as never,
    demo: false,
  });

describe('the owner’s own network', () => {
  it('comes after the GPU was given back and the pool’s program is down', () => {
    const world = sharing();
    place(world, { id: 'a' });
    const done = settle(world, mine);
    expect(done.at(-1)).toBe('switch-tailnet old');
    expect(done.indexOf('close')).toBeLessThan(done.indexOf('switch-tailnet old'));
    expect([world.tailnet.active, world.agentUp]).toEqual(['other', false]);
    expect(shown(world, mine)).toMatchObject({
      node: { kind: 'paused' },
      notes: [],
      ownNetwork: { wanted: true, there: true, none: false },
    });
    expect(ask(world, mine)).toMatchObject({ rest: 'reached', problem: null });
  });

  it('is left again when the owner resumes, and sharing goes on', () => {
    const world = sharing();
    settle(world, mine);
    const done = settle(world, { ...joined, ownNetwork: 'returning' });
    expect(done[0]).toBe('switch-tailnet new');
    expect(world.node.eligible).toBe(true);
  });

  it('is left again when the pause ends by itself', () => {
    const world = sharing();
    const until = world.now + 3_000_000;
    const timed: Intent = { ...mine, pause: { how: 'now', since: 1, until } };
    settle(world, timed);
    expect(world.tailnet.active).toBe('other');
    world.now = until + 1;
    expect(settle(world, timed)[0]).toBe('switch-tailnet new');
  });

  it('means only the pool’s switched off where the owner has none', () => {
    const world = sharing();
    world.entries = world.entries.map((e) =>
      e.line.kind === 'tailnet-before' ? { ...e, line: { ...e.line, oldProfile: null } } : e,
    );
    expect(settle(world, mine).at(-1)).toBe('switch-tailnet off');
    expect(ask(world, mine)).toMatchObject({ rest: 'reached' });
    expect(shown(world, mine).ownNetwork).toMatchObject({ there: true, none: true });
    expect(settle(world, { ...joined, ownNetwork: 'returning' })[0]).toBe('switch-tailnet new');
  });

  it('is offered in a pause of more than an hour, and not before', () => {
    const world = sharing();
    const pause = (since: number, until: number | null): Intent => ({
      ...joined,
      pause: { how: 'now', since, until },
    });
    expect(shown(world, pause(world.now - 60_000, null)).ownNetwork?.offered).toBe(false);
    expect(shown(world, pause(world.now - 3_700_000, null)).ownNetwork?.offered).toBe(true);
    expect(shown(world, pause(world.now, world.now + 7_200_000)).ownNetwork?.offered).toBe(true);
    expect(shown(world, joined).ownNetwork?.offered).toBe(false);
  });

  it('is never gone to while anything of the pool’s holds the GPU, and left for good when all is over', () => {
    const wishes = fc.array(fc.constantFrom('mine', 'pool', 'pause', 'resume', 'job', 'finish'), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(wishes, fc.boolean(), (script, broker) => {
        const world = sharing();
        world.broker = broker;
        let intent: Intent = joined;
        const resumed = (): Intent => ({
          ...intent,
          pause: null,
          ownNetwork: intent.ownNetwork == null ? null : 'returning',
        });
        const changes: Readonly<Record<(typeof script)[number], () => void>> = {
          mine: () => (intent = { ...intent, ...mine }),
          pause: () => (intent = { ...intent, pause: { how: 'now', since: world.now, until: null } }),
          finish: () => (intent = { ...intent, pause: { how: 'finish', since: world.now, until: null } }),
          pool: () => (intent = resumed()),
          resume: () => (intent = resumed()),
          job: () => place(world, { id: `j${world.now}`, killMs: 5_000 }),
        };
        for (const wish of script) {
          changes[wish]();
          settle(world, intent, (step) => {
            if (step !== 'switch-tailnet old') return;
            expect([heldByWork(world), world.agentUp], script.join(' ')).toEqual([false, false]);
          });
        }
        intent = resumed();
        settle(world, intent);
        expect([world.tailnet.active, world.node.eligible], script.join(' ')).toEqual(['ours', true]);
      }),
      { numRuns: 80 },
    );
  });

  it('is left alone where the owner went there by hand', () => {
    const world = sharing();
    world.tailnet.active = 'other';
    expect(ask(world)).toMatchObject({ wait: 'network', problem: { code: 'tailnet-other' } });
  });
});

describe('a fresh invite of the same pool', () => {
  const fresh = (world: World): Intent => ({
    ...joined,
    pool: { ...joined.pool!, acceptedAt: world.now },
  });

  it('enters again where the network is not reached, in the place of the dead profile', () => {
    const world = sharing();
    world.tailnet.backend = 'needs-login';
    pass(world, 1_000);
    expect(ask(world)).toMatchObject({ wait: 'network', problem: { code: 'tailnet-logged-out' } });
    expect(ask(world, fresh(world))).toMatchObject({
      do: { kind: 'enter-tailnet', request: { replaces: 'new' } },
    });
  });

  it('leaves a network alone that is reached', () => {
    const world = sharing();
    pass(world, 1_000);
    expect(ask(world, fresh(world))).toMatchObject({ rest: 'reached' });
  });
});

describe('a sign-in', () => {
  const prompts: Rules = { ...rules, prompts: true };

  it('that the owner broke off is not begun again before they say so', () => {
    const world = freshWorld();
    expect(ask(world, { ...joined, cancelledAt: 7 })).toMatchObject({
      rest: 'owner',
      problem: { code: 'sign-in-cancelled', remedy: 'sign-in' },
    });
    expect(ask(world, { ...joined, cancelledAt: 7, retryAt: 8 })).toMatchObject({
      do: { kind: 'enter-tailnet' },
    });
  });

  it('that failed is not tried again by itself where that would ask for a password', () => {
    const world = freshWorld();
    const facts: Facts = {
      ...look(noFacts, world),
      attempts: {
        'enter-tailnet': { failures: 1, lastAt: 5, problem: problem('tailnet-unreachable'), nextAt: 6 },
      },
    };
    expect(ask(world, joined, facts)).toMatchObject({ do: { kind: 'enter-tailnet' } });
    const waits = {
      ...facts,
      attempts: { 'enter-tailnet': { ...facts.attempts['enter-tailnet']!, nextAt: world.now + 9 } },
    };
    expect(ask(world, joined, waits, prompts)).toMatchObject({
      rest: 'owner',
      problem: { code: 'tailnet-unreachable' },
    });
  });
});

const debian: SystemSample = {
  distribution: 'debian',
  version: '12',
  packages: 'apt',
  systemd: true,
  groups: { now: [], login: [] },
};

/** A world that was looked at, where Tailscale is missing and the system is this one. */
function withoutTailscale(system: SystemSample = debian): { world: World; facts: Facts } {
  const world = freshWorld();
  world.tailnet.installed = false;
  return { world, facts: { ...look(noFacts, world), system: seen(system, world.now) } };
}

describe('what is lacking', () => {
  it('comes with entering, in the order of the list, under one prompt', () => {
    const { world, facts } = withoutTailscale();
    world.engineUp = false;
    const next = ask(world, joined, { ...look(facts, world), system: facts.system });
    if (!('do' in next) || next.do.kind !== 'enter-tailnet') throw new Error(JSON.stringify(next));
    expect(next.do.request.installs?.slice(0, 3)).toEqual(['tailscale', 'tailscale-start', 'engine']);
  });

  it('is said with the line to type where this program cannot install it', () => {
    const { world, facts } = withoutTailscale({ ...debian, distribution: 'nixos', packages: null });
    expect(ask(world, joined, facts)).toMatchObject({
      wait: 'facts',
      problem: { code: 'tailscale-missing', command: expect.stringContaining('tailscale') },
    });
  });

  it('keeps the line to type where the owner said no at the prompt, and waits for them', () => {
    const { world, facts } = withoutTailscale();
    const refused: Facts = {
      ...facts,
      attempts: {
        'enter-tailnet': { failures: 1, lastAt: 5, problem: problem('administrator-refused'), nextAt: 6 },
      },
    };
    expect(ask(world, joined, refused)).toMatchObject({
      rest: 'owner',
      problem: {
        code: 'administrator-refused',
        command: 'curl -fsSL https://tailscale.com/install.sh | sh && sudo systemctl enable --now tailscaled',
      },
    });
    expect(ask(world, { ...joined, retryAt: 6 }, refused)).toMatchObject({ do: { kind: 'enter-tailnet' } });
  });

  it('leaves the line that lets the password be asked for, which helps with the whole of it', () => {
    const { world, facts } = withoutTailscale();
    const line = 'pkttyagent --process 4711';
    const of = { ...problem('administrator-missing'), command: line };
    const missing: Facts = {
      ...facts,
      attempts: { 'enter-tailnet': { failures: 1, lastAt: 5, problem: of, nextAt: 6 } },
    };
    expect(ask(world, joined, missing)).toMatchObject({
      rest: 'owner',
      problem: { code: 'administrator-missing', command: line },
    });
  });

  it('is not installed unasked once joined: the owner’s click does it, also in a pause', () => {
    const world = sharing();
    const facts = look(noFacts, world);
    const stopped: Facts = { ...facts, tailnet: unknown(problem('tailscale-stopped'), world.now) };
    expect(ask(world, joined, stopped)).toMatchObject({
      wait: 'facts',
      problem: { code: 'tailscale-stopped', command: 'sudo systemctl enable --now tailscaled' },
    });
    const step = { do: { kind: 'install', installs: ['tailscale-start'] } };
    expect(ask(world, { ...joined, installAt: 5 }, stopped)).toEqual(step);
    const tried: Facts = {
      ...stopped,
      attempts: { install: { failures: 1, lastAt: 6, problem: problem('packages-offline'), nextAt: 7 } },
    };
    expect(ask(world, { ...joined, installAt: 5 }, tried)).toMatchObject({
      wait: 'facts',
      problem: { code: 'packages-offline', command: expect.any(String) },
    });
    settle(world, { ...joined, pause: { how: 'now', since: 1, until: null } });
    const paused: Intent = { ...joined, pause: { how: 'now', since: 1, until: null }, installAt: 5 };
    const again: Facts = { ...look(noFacts, world), tailnet: stopped.tailnet };
    expect(ask(world, paused, again)).toEqual(step);
  });

  it.each([
    ['apt', 'curl -fsSL https://tailscale.com/install.sh | sh'],
    ['dnf', 'curl -fsSL https://tailscale.com/install.sh | sh'],
    ['pacman', 'sudo pacman -S --needed tailscale'],
    ['apk', 'sudo apk add tailscale'],
  ] as const)('has a line for %s', (packages, line) => {
    const { world, facts } = withoutTailscale({ ...debian, packages });
    expect(neededInstalls(facts, world.now).command).toContain(line);
  });

  it('is taken back newest first, all changes of one together', () => {
    const nothing = { packages: [], files: [], services: [], groups: [] };
    const lines = [
      { kind: 'install', item: 'tailscale', undo: { ...nothing, files: ['/a'] } },
      { kind: 'install', item: 'tailscale', undo: { ...nothing, packages: ['tailscale'] } },
      { kind: 'install', item: 'tailscale-start', undo: { ...nothing, services: ['tailscaled'] } },
      { kind: 'opened' },
    ] as const;
    expect(installsToUndo(lines.map((line, id) => ({ id, at: 1, line })))).toEqual([
      { item: 'tailscale-start', undo: { ...nothing, services: ['tailscaled'] } },
      { item: 'tailscale', undo: { ...nothing, files: ['/a'], packages: ['tailscale'] } },
    ]);
  });
});
