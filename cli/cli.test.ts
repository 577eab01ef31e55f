import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appStateSchema, type AppState } from '../contract/app-state.ts';
import type { NodeState } from '../contract/node-state.ts';
import { problem, ProblemError, problemSchema } from '../contract/problems.ts';
import { newState, runningWork, sharingState, then } from '../host/procedures/testing/commands-double.ts';
import { followed, newRig, type Rig } from './testing/rig.ts';

vi.setConfig({ testTimeout: 30_000 });

let rig: Rig;
beforeEach(async () => void (rig = await newRig()));
afterEach(() => rig.close());

type NodeStateOf<K> = Extract<NodeState, { kind: K }>;
const you = { reason: 'you', how: 'now', since: then, until: null, name: null } as const;
const paused: NodeStateOf<'paused'> = { kind: 'paused', reasons: [you], until: null, ends: 'owner' };
const attention = (code: Parameters<typeof problem>[0]) =>
  ({ kind: 'attention', problem: problem(code) }) as const;

describe('without a host', () => {
  it.each(['status', 'leave', 'pause', 'resume', 'retry', 'work', 'earnings', 'demo', 'stop'])(
    '%s ends with 3 and says how to start one',
    async (line) => {
      const { code, out, err } = await rig.run(line);
      expect({ code, out }).toEqual({ code: 3, out: '' });
      expect(err).toContain('rigshare run');
      expect(err).toContain('(host-not-running, start-host)');
    },
  );
  it('the problem is JSON on stderr for programs, and stdout stays empty', async () => {
    const { code, out, err } = await rig.run('status --json');
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(problemSchema.parse(JSON.parse(err)).code).toBe('host-not-running');
  });
});

describe('a command line that cannot be meant ends with 2 before anything is done', () => {
  it.each([
    'dance',
    'status --loud',
    'pause --for soon',
    'pause --until 25:00',
    'pause --for 1h --until 16:00',
    'pause --now --finish',
    'pause --wait 0s',
    'run --port 70000',
    'earnings --days 0',
    'work --limit many',
    'join',
    'join a b',
    'join a --check --accept',
    'join nothere.rigshare',
    '--home',
  ])('%s', async (line) => {
    const commands = await rig.serve(sharingState);
    const { code, out, err } = await rig.run(line);
    expect({ code, out, calls: commands.calls }).toEqual({ code: 2, out: '', calls: [] });
    expect(err).not.toBe('');
  });
  it('an invite as an argument, with the reason and without repeating it', async () => {
    for (const invite of [
      'rigshare://join#9.secret-key',
      'RIGSHARE://join#9.secret-key',
      '{"secret-key":1}',
    ]) {
      const { code, err } = await rig.run(`join ${invite} --accept`);
      expect(code).toBe(2);
      expect(err).toContain('every user of this computer can read what stands on a command line');
      expect(err).not.toContain('secret-key');
    }
  });
});

describe('help and version', () => {
  it('are no failure, and name every command', async () => {
    const { code, out } = await rig.run('--help');
    expect(code).toBe(0);
    for (const name of [
      'run',
      'status',
      'join',
      'leave',
      'pause',
      'resume',
      'retry',
      'install',
      'idle',
      'work',
      'earnings',
      'demo',
      'stop',
    ]) {
      expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    }
    expect(await rig.run('--version')).toEqual({ code: 0, out: '0.1.0\n', err: '' });
  });
  it('have a text for everything, in both languages', async () => {
    const { out } = await rig.run('--help');
    const names = [...out.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name);
    expect(names).toContain('leave');
    for (const LANG of ['C', 'zh_CN.UTF-8'])
      for (const line of ['--help', ...names.map((name) => `${name} --help`)])
        expect((await rig.run(line, { env: { LANG } })).out, line).not.toContain('cli.');
  });
});

describe('status', () => {
  it('is the whole state for programs, and nothing else', async () => {
    await rig.serve(sharingState);
    const { code, out, err } = await rig.run('status --json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(appStateSchema.parse(JSON.parse(out))).toEqual(sharingState);
  });
  it('says what is, in words', async () => {
    await rig.serve(sharingState);
    const { out } = await rig.run('status');
    expect(out.split('\n')[0]).toBe('Sharing: 1 job is running. You can have your GPU back at any time.');
    for (const part of [
      'Uni Lab',
      'Connected directly, 100.64.0.7',
      '1.50 GPU hours, 2 jobs',
      'estimated',
      'RTX 4090',
      '97 %',
      '312 W',
      'train-文本-model',
    ]) {
      expect(out).toContain(part);
    }
  });
  it('speaks the language that LANG names', async () => {
    await rig.serve(sharingState);
    expect((await rig.run('status', { env: { LANG: 'zh_CN.UTF-8' } })).out).toContain('算力池');
    expect((await rig.run('status', { env: { LC_ALL: 'C', LANG: 'zh_CN.UTF-8' } })).out).toContain('Sharing');
  });
  it('says what helps, also for a problem that is only a note', async () => {
    await rig.serve({ ...sharingState, notes: [attention('administrator-refused')] });
    expect((await rig.run('status')).out).toContain(
      'What helps: Be ready to give the password, then: rigshare retry.',
    );
  });
  it('says what is wrong, what else holds, and what to know', async () => {
    await rig.serve({
      ...sharingState,
      node: attention('tailscale-stopped'),
      notes: [paused],
      notices: [problem('ledger-damaged', '/x/ledger.moved')],
      gpuProblem: problem('gpu-timeout'),
    });
    const { out, code } = await rig.run('status');
    expect(code).toBe(0);
    for (const part of [
      'Tailscale is not running',
      '(tailscale-stopped)',
      'Paused by you',
      '/x/ledger.moved',
      "The GPU's driver does not answer",
    ]) {
      expect(out).toContain(part);
    }
  });
  it('marks the demo', async () => {
    await rig.serve({ ...sharingState, demo: true });
    expect((await rig.run('status')).out).toMatch(/^Demo: /);
  });
  it('says what a card is kept for, which cards cannot be shared, and that it waits for idle hours', async () => {
    await rig.serve({
      ...sharingState,
      gpus: [{ ...sharingState.gpus[0]!, shared: false, kept: 'display' }],
      otherCards: [{ maker: 'amd', name: 'AMD Radeon RX 7900 XTX' }],
      whenIdle: { ...sharingState.whenIdle, on: true, by: 'owner' },
    });
    const { out } = await rig.run('status');
    expect(out).toContain('Kept for the display');
    expect(out).toContain("AMD Radeon RX 7900 XTX: Can't be shared yet");
    expect(out).toContain('Share only while nobody uses this computer');
  });
  it('lets no name of somebody else’s move the cursor', async () => {
    await rig.serve({ ...sharingState, work: [{ ...runningWork, job: 'a\u001b[2J\u009b31mb' }] });
    expect((await rig.run('status')).out).not.toMatch(/[\u001b\u009b]/);
    expect((await rig.run('status --json')).out).not.toMatch(/[\u001b\u009b]/);
  });
  it('tells of a host of another version', async () => {
    await rig.serve({ ...sharingState, version: '9.9.9' });
    expect((await rig.run('status')).err).toContain('9.9.9');
    expect((await rig.run('status --json')).err).toBe('');
  });
});

describe('pause', () => {
  it('asks for the GPU now and waits until it is free', async () => {
    const commands = await rig.serve(sharingState);
    const running = rig.run('pause');
    await followed(commands);
    commands.set({ node: paused, work: [] });
    const { code, out, err } = await running;
    expect(code).toBe(0);
    expect(out).toBe('Paused by you. Stays paused until you resume.\n');
    expect(err).toContain('Freeing your GPU');
    expect(commands.calls).toEqual([{ name: 'pause', args: ['now', null] }]);
  });
  it('gives programs the state it ended in, and its progress as JSON lines', async () => {
    const commands = await rig.serve(sharingState);
    const running = rig.run('pause --json');
    await followed(commands);
    commands.set({ node: paused });
    const { out, err } = await running;
    expect((JSON.parse(out) as AppState).node).toEqual(paused);
    expect(
      err
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([{ progress: { kind: 'pausing' } }]);
  });
  it('has a line in a log for each stage, and none for a figure that only counts down', async () => {
    const commands = await rig.serve(sharingState);
    const running = rig.run('pause --json');
    await followed(commands);
    for (const freesAt of [3, 2, 1]) {
      commands.set({
        node: { kind: 'pausing', reasons: [you], since: then, left: 1, freesAt: then + freesAt },
      });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    commands.set({ node: { kind: 'pausing', reasons: [you], since: then, left: 0, freesAt: null } });
    commands.set({ node: paused });
    expect((await running).err.trim().split('\n')).toHaveLength(2);
  });
  it('waits no longer than told, and says what is left', async () => {
    await rig.serve(sharingState);
    const { code, out, err } = await rig.run('pause --now --wait 1s');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('1 job has not stopped yet');
    expect(err).toContain('(work-not-stopping, retry)');
  });
  it('ends with a problem that comes up, but not with one that was there', async () => {
    const commands = await rig.serve({ ...sharingState, notes: [attention('tailscale-stopped')] });
    const running = rig.run('pause');
    await followed(commands);
    commands.set({ notes: [attention('gpu-not-free')] });
    expect((await running).err).toContain('(gpu-not-free, retry)');
  });
  it('with --finish is done as soon as no new job is taken, with --no-wait too', async () => {
    const commands = await rig.serve(sharingState);
    expect((await rig.run('pause --finish')).out).toContain('1 job may run to its end');
    expect((await rig.run('pause --now --no-wait')).code).toBe(0);
    expect(commands.calls.map(({ args }) => args[0])).toEqual(['finish', 'now']);
  });
  it('is said also where it is one thing among others', async () => {
    const commands = await rig.serve({
      ...sharingState,
      node: { kind: 'joining', step: 'ready', progress: null, signInUrl: null },
    });
    commands.pause = async () => {
      commands.set({ notes: [paused] });
      return commands.state().revision;
    };
    expect((await rig.run('pause')).out).toBe('Paused by you. Stays paused until you resume.\n');
  });
  it('lasts for a time or until one', async () => {
    const commands = await rig.serve(sharingState);
    const before = Date.now();
    await rig.run('pause --no-wait --for 1h30m');
    await rig.run('pause --no-wait --until 2100-01-01T00:00Z');
    expect(Number(commands.calls[0]?.args[1]) - before).toBeGreaterThanOrEqual(5_400_000);
    expect(Number(commands.calls[0]?.args[1]) - before).toBeLessThan(5_460_000);
    expect(commands.calls).toHaveLength(1);
    const later = new Date(Date.now() + 3_600_000).toISOString();
    await rig.run(`pause --no-wait --until ${later}`);
    expect(commands.calls[1]?.args[1]).toBe(Date.parse(later));
  });
  it('fails with the host’s own problem', async () => {
    await rig.serve(newState);
    const { code, err } = await rig.run('pause');
    expect(code).toBe(1);
    expect(err).toBe(
      'rigshare: This computer is in no pool\nWhat helps: A new invite from the pool’s operator, then: rigshare join FILE\n(not-joined, new-invite)\n'.replace(
        '’',
        "'",
      ),
    );
  });
  it('ends at Ctrl-C, and says that the pause goes on', async () => {
    const commands = await rig.serve(sharingState);
    const asked = new AbortController();
    const running = rig.run('pause', { interrupted: asked.signal });
    await followed(commands);
    asked.abort();
    const { code, err } = await running;
    expect(code).toBe(130);
    expect(err).toContain('rigshare resume');
  });
});

describe('install and idle', () => {
  it('ask for what is lacking, and say when to share', async () => {
    const commands = await rig.serve(sharingState);
    expect((await rig.run('install')).out).toContain('rigshare status');
    for (const when of ['on', 'off', 'auto']) expect((await rig.run(`idle ${when}`)).code).toBe(0);
    expect((await rig.run('idle sometimes')).code).toBe(2);
    expect(commands.calls.map(({ name, args }) => [name, ...args])).toEqual([
      ['install'],
      ['whenIdle', true],
      ['whenIdle', false],
      ['whenIdle', null],
    ]);
  });
});

describe('resume, retry and demo', () => {
  it('do what they say', async () => {
    const commands = await rig.serve({ ...sharingState, node: paused });
    expect((await rig.run('resume --open-anyway')).out).toContain('Sharing');
    expect((await rig.run('retry')).code).toBe(0);
    expect((await rig.run('demo')).code).toBe(0);
    expect(commands.calls).toEqual([
      { name: 'resume', args: [true] },
      { name: 'retry', args: [] },
      { name: 'demo', args: [] },
    ]);
  });
  it('resume waits for what comes of it, but not for one job more', async () => {
    const commands = await rig.serve({ ...sharingState, node: paused });
    commands.resume = async () => {
      commands.set({ node: { kind: 'joining', step: 'ready', progress: null, signInUrl: null } });
      return commands.state().revision;
    };
    const running = rig.run('resume');
    await followed(commands);
    commands.set({ node: { kind: 'sharing', since: then, busy: false }, work: [] });
    const { out, err } = await running;
    expect(out).toContain("Ready for the pool's jobs");
    expect(err).toContain('Waiting until the pool knows this computer');
  });
  it('resume says what else pauses', async () => {
    const commands = await rig.serve({ ...sharingState, node: paused });
    const game = { reason: 'game', how: 'now', since: then, until: null, name: 'Cyberpunk 2077' } as const;
    commands.resume = async () => {
      commands.set({ node: { ...paused, reasons: [game], ends: 'cause' } });
      return commands.state().revision;
    };
    expect((await rig.run('resume')).out).toBe(
      'Paused: Cyberpunk 2077 is running. Resumes shortly after it closes.\n',
    );
  });
});

describe('work and earnings', () => {
  it('list what is and was', async () => {
    const commands = await rig.serve(sharingState);
    const { out } = await rig.run('work --limit 5');
    expect(out).toMatch(/train-文本-model +Running[^]*render +Finished/);
    expect(JSON.parse((await rig.run('work --json')).out)).toMatchObject({
      now: [{ id: 'work-1' }],
      past: [{ id: 'work-0' }],
    });
    expect(commands.calls.map(({ args }) => args[0])).toEqual([
      { limit: 5, before: null },
      { limit: 20, before: null },
    ]);
  });
  it('sum up the days, and say that it is an estimate', async () => {
    const commands = await rig.serve(sharingState);
    const { out } = await rig.run('earnings --days 2 --ledger');
    expect(out).toMatch(/^Last 2 days: 1\.50 GPU hours, 2 jobs, €0\.45\d* \(estimated\)/);
    expect(out).toMatch(/2025-06-15 +1\.50 +2 +€0\.45/);
    expect(out).toMatch(/render +NVIDIA GeForce RTX 4090 +1h +€0\.30\d* per hour +€0\.30/);
    expect(JSON.parse((await rig.run('earnings --json')).out)).toMatchObject({
      micros: 450_000,
      days: [{}, {}],
    });
    expect(commands.calls.map(({ name, args }) => [name, args[0]])).toEqual([
      ['summary', 2],
      ['ledger', { limit: 100, before: null }],
      ['summary', 7],
    ]);
  });
});

describe('stop', () => {
  it('waits until the host has ended', async () => {
    const other = await newRig();
    const commands = await other.serve(sharingState);
    const running = other.run('stop');
    await followed(commands);
    setTimeout(() => void other.close(), 40);
    const { code, out } = await running;
    expect(code).toBe(0);
    expect(out).toContain('the GPU is yours');
    expect(commands.calls).toEqual([{ name: 'stop', args: ['stop'] }]);
  });
  it('--keep lets it share on', async () => {
    const commands = await rig.serve(sharingState);
    expect((await rig.run('stop --keep')).out).toContain('goes on in the background');
    expect(commands.calls).toEqual([{ name: 'stop', args: ['keep'] }]);
    expect((await rig.run('status')).code).toBe(0);
  });
  it('says what is in the way', async () => {
    const commands = await rig.serve(sharingState);
    commands.breakWith('stop', new ProblemError(problem('gpu-not-free', '2 GB')));
    expect(await rig.run('stop --json')).toMatchObject({
      code: 1,
      out: '',
      err: `${JSON.stringify(problem('gpu-not-free', '2 GB'))}\n`,
    });
  });
});
