import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AppState } from '../../contract/app-state.ts';
import { type GuardRule, guardRules } from '../../contract/guard.ts';
import type { JobKind, Scenario } from '../demo/scenario.ts';
import { firstEvening } from '../demo/scenarios/first-evening.ts';
import { rtx3090, rtx4090, usualJobs } from '../demo/scenarios/parts.ts';
import { Evening } from './testing/evening.ts';

vi.setConfig({ testTimeout: 60_000 });

let e: Evening;
afterEach(() => e.close());

/** What a hostile job asks of the engine, one for each rule. */
const hostile: Readonly<Record<GuardRule, JobKind['asks']>> = {
  network: { asks: { NetworkMode: 'host' } },
  processes: { asks: { PidMode: 'host' } },
  memory: { asks: { IpcMode: 'host' } },
  name: { asks: { UTSMode: 'host' } },
  users: { asks: { UsernsMode: 'host' } },
  cgroups: { asks: { CgroupnsMode: 'host' } },
  privileged: { asks: { Privileged: true } },
  capabilities: { asks: { CapAdd: ['SYS_ADMIN'] } },
  devices: { asks: { Devices: [{ PathOnHost: '/dev/video0' }] } },
  security: { asks: { SecurityOpt: ['seccomp=unconfined'] } },
  files: { asks: { Binds: ['/home:/home'] } },
  volumes: { asks: { Binds: ['photos:/photos'] } },
  cards: { asks: { Runtime: 'nvidia' }, env: ['NVIDIA_VISIBLE_DEVICES=all'] },
};

const day = (asks: JobKind['asks']): Scenario => ({
  ...firstEvening,
  name: 'hostile',
  // The second card stays the owner's: "all" is more than what is shared.
  cards: [rtx4090, rtx3090],
  jobs: {
    kinds: [{ ...usualJobs[0]!, name: 'sweet-dreams', ...(asks === undefined ? {} : { asks }) }],
    firstAfterSeconds: 2,
    pauseSeconds: [600, 600],
  },
});

const hostileNotices = (state: AppState) => state.notices.filter(({ code }) => code === 'job-hostile');
const running = () => e.demo.desk.containers.list().filter(({ state }) => state === 'running');

async function begin(scenario: Scenario, keep = true): Promise<void> {
  e = await Evening.begin(scenario);
  await e.join();
  if (keep) await e.session.application.share(rtx3090.uuid, false);
  await e.kind('sharing', 60_000);
}

describe('a hostile job', () => {
  it.each(guardRules)('that asks for what the rule “%s” forbids is ended and told of once', async (rule) => {
    await begin(day(hostile[rule]));
    const state = await e.until((s) => hostileNotices(s).length > 0, 60_000);
    expect(hostileNotices(state)).toMatchObject([{ remedy: 'ask-operator' }]);
    expect(hostileNotices(state)[0]?.detail).toMatch(new RegExp(`^sweet-dreams-\\d+: ${rule} \\(`));
    await e.clock.advance(1_000);
    expect(running()).toEqual([]);
    // Nomad starts it again and again; each time it is ended, and nothing more is told.
    const before = e.state.engine?.ended ?? 0;
    await e.until((s) => (s.engine?.ended ?? 0) > before, 60_000);
    expect(hostileNotices(e.state)).toHaveLength(1);
    expect(e.state.node.kind).toBe('sharing');
    expect(e.faults).toEqual([]);
  });

  it('is shown as stopped, and why', async () => {
    await begin(day(hostile.network));
    const state = await e.until((s) => s.work.some(({ stopped }) => stopped != null), 60_000);
    expect(state.work).toMatchObject([{ stopped: 'network' }]);
  });
});

describe('hostile jobs, one after the other', () => {
  it('are in the past with why they ended, and tell nothing against this machine', async () => {
    const { jobs, ...rest } = day(hostile.network);
    await begin({ ...rest, jobs: { ...jobs, pauseSeconds: [1, 2] } });
    const past = async () => e.session.application.history({ limit: 20, before: null });
    await e.until((s) => hostileNotices(s).length >= 4, 600_000);
    expect((await past()).map(({ ended }) => ended)).toEqual(expect.arrayContaining(['stopped']));
    expect((await past()).map(({ ended }) => ended)).not.toContain('failed');
    await e.clock.advance(10_000);
    expect(e.state.node.kind).toBe('sharing');
  });
});

describe('an honest job', () => {
  it('runs, also one that asks for no more than what is shared', async () => {
    await begin(day({ asks: { Runtime: 'nvidia' }, env: [`NVIDIA_VISIBLE_DEVICES=${rtx4090.uuid}`] }));
    await e.until((s) => s.work.some(({ state }) => state === 'running'), 60_000);
    await e.clock.advance(20_000);
    expect(running()).toHaveLength(1);
    expect(e.state.engine).toMatchObject({ watched: true, ended: 0 });
    expect(hostileNotices(e.state)).toEqual([]);
  });
});

describe('an engine that lets nobody watch', () => {
  it('closes this computer for new work after ten seconds, until it does', async () => {
    await begin(firstEvening, false);
    e.broken.events = true;
    // It restarts, and the stream breaks with it.
    e.demo.system.setUnit('docker', { enabled: true, active: false });
    e.demo.system.setUnit('docker', { enabled: true, active: true });
    await e.until(
      (s) =>
        [s.node, ...s.notes].some(
          (n) =>
            (n.kind === 'pausing' || n.kind === 'paused') &&
            n.reasons.some((r) => r.reason === 'machine' && r.how === 'finish'),
        ),
      30_000,
    );
    e.broken.events = false;
    await e.kind('sharing', 120_000);
  });
});

describe('a computer without an engine', () => {
  it('gets Docker, its group and NVIDIA’s runtime in the one run, and shares after a new login', async () => {
    e = await Evening.begin({ ...firstEvening, owner: 'user', engine: 'absent' });
    await e.join();
    await e.until((s) => shown(s).includes('engine-login-needed'), 120_000);
    await e.kind('sharing', 120_000);
    expect(e.demo.prompts.count).toBe(1);
    expect([...e.demo.system.groups]).toContain('docker');
    expect(e.demo.system.files.get('/etc/docker/daemon.json')).toContain('nvidia-container-runtime');
    await e.session.application.leave();
    await e.kind('new', 120_000);
    expect([...e.demo.system.installed]).not.toContain('docker.io');
    expect([...e.demo.system.groups]).not.toContain('docker');
    expect(e.demo.system.files.has('/etc/docker/daemon.json')).toBe(false);
  });

  it.each([
    ['an engine that is stopped is started', { engine: 'stopped' }],
    ['a runtime that is missing is registered without a restart', { nvidiaRuntime: false }],
  ] as const)('%s', async (_, lacks) => {
    e = await Evening.begin({ ...firstEvening, owner: 'user', ...lacks });
    await e.join();
    await e.kind('sharing', 120_000);
    expect(e.demo.prompts.count).toBe(1);
  });
});

const shown = ({ node, notes }: AppState): readonly string[] =>
  [node, ...notes].flatMap((n) => (n.kind === 'attention' ? [n.problem.code] : []));
