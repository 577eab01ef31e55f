import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AppState } from '../../contract/app-state.ts';
import type { Problem } from '../../contract/problems.ts';
import { demoInvite } from '../demo/invite.ts';
import { firstEvening } from '../demo/scenarios/first-evening.ts';
import type { Scenario } from '../demo/scenario.ts';
import { Evening } from './testing/evening.ts';

vi.setConfig({ testTimeout: 60_000 });

let evening: Evening;
/** An ordinary user's computer that is signed in to a network of theirs. */
const theirs: Scenario = {
  ...firstEvening,
  name: 'theirs',
  owner: 'user',
  jobs: { ...firstEvening.jobs, kinds: [] },
};

afterEach(async () => {
  await evening.close();
  expect(evening.faults).toEqual([]);
});

const begin = async (scenario: Scenario): Promise<Evening> => {
  evening = await Evening.begin(scenario);
  return evening;
};
const attention = ({ node, notes }: AppState): Problem | undefined =>
  [node, ...notes].flatMap((one) => (one.kind === 'attention' ? [one.problem] : []))[0];
const wait = (e: Evening, code: Problem['code'], withinMs = 30_000): Promise<AppState> =>
  e.until((s) => attention(s)?.code === code, withinMs);
const profile = (e: Evening): string => e.demo.network.daemon.profile?.id ?? '';

describe('a computer without Tailscale', () => {
  const absent: Scenario = { ...theirs, tailscale: 'absent', ownNetwork: false };

  it('has it installed and started in the one prompt of joining, and taken back in the one of leaving', async () => {
    const e = await begin(absent);
    await e.until((s) => s.node.kind === 'new', 10_000);
    const files = [...e.demo.system.files.keys()];
    await e.join();
    await e.kind('sharing', 90_000);
    expect(e.demo.prompts.count).toBe(1);
    expect(e.demo.system.installed).toContain('tailscale');
    await e.session.application.leave();
    await e.kind('new', 90_000);
    expect(e.demo.prompts.count).toBe(2);
    expect(e.demo.system.installed).not.toContain('tailscale');
    expect([...e.demo.system.files.keys()]).toEqual(files);
  });

  it('says what it installs while it does', async () => {
    const e = await begin(absent);
    await e.join();
    const running = await e.until(() => e.session.facts.running?.installing?.item === 'tailscale', 30_000);
    expect(running.node.kind).toBe('joining');
    await e.kind('sharing', 90_000);
  });

  it('keeps the line to type after a no, asks no second time by itself, and goes on at a click', async () => {
    const e = await begin(absent);
    e.demo.prompts.refuses = true;
    await e.join();
    const state = await wait(e, 'administrator-refused');
    expect(attention(state)?.command).toContain('tailscale.com/install.sh');
    await e.clock.advance(600_000);
    expect(e.demo.prompts.count).toBe(1);
    e.demo.prompts.refuses = false;
    e.session.application.retry();
    await e.kind('sharing', 90_000);
    expect(e.demo.prompts.count).toBe(2);
  });

  it('waits while another program installs, and says so where nothing can be fetched', async () => {
    const e = await begin(absent);
    e.demo.system.busy = true;
    await e.join();
    await e.until(() => e.session.facts.running?.installing?.waits === true, 30_000);
    e.demo.system.busy = false;
    e.demo.system.offline = true;
    expect(attention(await wait(e, 'packages-offline', 60_000))?.detail).toContain('resolve');
    e.demo.system.offline = false;
    await e.clock.advance(1_000);
    e.session.application.retry();
    await e.kind('sharing', 90_000);
  });

  it('has the service started only at the owner’s click once it shares', async () => {
    const e = await begin({ ...theirs });
    await e.join();
    await e.kind('sharing', 60_000);
    e.demo.system.setUnit('tailscaled', { enabled: false, active: false });
    const stopped = await wait(e, 'tailscale-stopped', 60_000);
    expect(attention(stopped)).toMatchObject({ remedy: 'start-here', command: expect.any(String) });
    expect(e.demo.prompts.count).toBe(1);
    e.session.application.network.install();
    await e.kind('sharing', 90_000);
    expect(e.demo.prompts.count).toBe(2);
  });
});

describe('the owner’s own network', () => {
  it('is gone to in a pause and left again, without a prompt, also by another host', async () => {
    const e = await begin(theirs);
    const own = profile(e);
    await e.join();
    await e.kind('sharing', 60_000);
    const pools = profile(e);
    await e.session.application.network.own(true);
    await e.until((s) => s.ownNetwork?.there === true && s.node.kind === 'paused', 60_000);
    expect(profile(e)).toBe(own);
    await e.end();
    await e.start();
    await e.until((s) => s.node.kind === 'paused', 30_000);
    await e.clock.advance(120_000);
    expect(profile(e)).toBe(own);
    await e.session.application.network.own(false);
    await e.kind('sharing', 90_000);
    expect(profile(e)).toBe(pools);
    expect(e.demo.prompts.count).toBe(1);
    // Where the owner goes by hand from now on is theirs.
    await e.until(() => e.session.state(0).ownNetwork?.wanted === false, 5_000);
    e.demo.network.daemon.switchTo(own);
    await wait(e, 'tailnet-other', 60_000);
    expect(profile(e)).toBe(own);
  });

  it('comes back when the pause ends by itself', async () => {
    const e = await begin(theirs);
    const own = profile(e);
    await e.join();
    await e.kind('sharing', 60_000);
    await e.session.application.pause('now', e.clock.now() + 600_000);
    await e.session.application.network.own(true);
    await e.until(() => profile(e) === own, 60_000);
    await e.kind('sharing', 900_000);
    expect(profile(e)).not.toBe(own);
  });
});

describe('a computer that the pool removed without a word', () => {
  it('is told from an outage by connecting anew, once', async () => {
    const e = await begin(theirs);
    await e.join();
    await e.kind('sharing', 60_000);
    e.demo.happen('node-deleted');
    await e.kind('offline', 120_000);
    expect(attention(await wait(e, 'tailnet-removed', 400_000))?.remedy).toBe('new-invite');
    expect(e.demo.prompts.count).toBe(1);
    await e.session.application.join({ text: JSON.stringify(demoInvite(e.clock.now())), from: 'file' });
    await e.kind('sharing', 120_000);
  });

  it('is not thought of while only the servers are away', async () => {
    const e = await begin(theirs);
    await e.join();
    await e.kind('sharing', 60_000);
    e.demo.happen('server-lost');
    await e.kind('offline', 120_000);
    await e.clock.advance(400_000);
    expect(JSON.stringify(e.state)).not.toContain('tailnet-removed');
    e.demo.happen('server-back');
    await e.kind('sharing', 120_000);
  });
});

describe('a fresh invite', () => {
  it('brings a computer back that the pool removed, with its node and what it earned', async () => {
    const e = await begin(theirs);
    const own = profile(e);
    await e.join();
    await e.kind('sharing', 60_000);
    const node = e.demo.desk.running?.identity.id;
    const { nodeId = '' } = e.demo.network.daemon.profile ?? {};
    e.demo.network.pool.expire(nodeId);
    await wait(e, 'tailnet-key-expired', 60_000);
    e.demo.network.pool.delete(nodeId);
    await e.session.application.join({ text: JSON.stringify(demoInvite(e.clock.now())), from: 'file' });
    await e.kind('sharing', 120_000);
    expect(e.demo.prompts.count).toBe(2);
    expect(e.demo.desk.running?.identity.id).toBe(node);
    expect(e.demo.network.daemon.profiles.list).toHaveLength(2);
    await e.session.application.leave();
    await e.kind('new', 90_000);
    expect(profile(e)).toBe(own);
    expect(e.demo.network.daemon.profiles.list).toHaveLength(1);
  });

  it('of another pool is refused while one is joined', async () => {
    const e = await begin(theirs);
    await e.join();
    await e.kind('sharing', 60_000);
    const invite = demoInvite(e.clock.now());
    const text = JSON.stringify({ ...invite, pool: { ...invite.pool, id: 'other' } });
    await expect(e.session.application.join({ text, from: 'file' })).rejects.toMatchObject({
      problem: { code: 'already-joined' },
    });
  });
});

describe('a sign-in in the browser', () => {
  const withoutKey = (e: Evening): string => {
    const invite = demoInvite(e.clock.now());
    return JSON.stringify({ ...invite, tailnet: { ...invite.tailnet, authKey: null } });
  };
  const page = (s: AppState): string | null => (s.node.kind === 'joining' ? s.node.signInUrl : null);

  it('shows the page and how long it waits; a person approves it', async () => {
    const e = await begin(theirs);
    await e.session.application.join({ text: withoutKey(e), from: 'file' });
    const state = await e.until((s) => page(s) !== null, 30_000);
    expect(page(state)).toMatch(/^https:\/\/network\.demo-pool\.example\/register\//);
    const until = state.node.kind === 'joining' ? (state.node.personUntil ?? 0) : 0;
    expect(until - e.clock.now()).toBeGreaterThan(29 * 60_000);
    e.demo.network.daemon.approve('mira@example.com', ['tag:nomad-client']);
    await e.kind('sharing', 60_000);
  });

  it('can be cancelled: the own network is as before, and it is not begun again unasked', async () => {
    const e = await begin(theirs);
    const own = profile(e);
    await e.session.application.join({ text: withoutKey(e), from: 'file' });
    await e.until((s) => page(s) !== null, 30_000);
    e.session.application.network.cancelSignIn();
    await wait(e, 'sign-in-cancelled');
    await e.until(() => profile(e) === own, 10_000);
    await e.clock.advance(600_000);
    expect([profile(e), e.demo.prompts.count]).toEqual([own, 1]);
    e.session.application.retry();
    await e.until((s) => page(s) !== null, 30_000);
    expect(e.demo.prompts.count).toBe(2);
  });

  it('that is broken off by leaving leaves nothing', async () => {
    const e = await begin(theirs);
    const own = profile(e);
    await e.session.application.join({ text: withoutKey(e), from: 'file' });
    await e.until((s) => page(s) !== null, 30_000);
    await e.session.application.leave();
    await e.kind('new', 60_000);
    expect(profile(e)).toBe(own);
  });
});
