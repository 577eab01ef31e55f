import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckResult } from '../contract/checks.ts';
import type { JoinStage } from '../contract/joining.ts';
import { usualLeave } from '../contract/usual.ts';
import { problem } from '../contract/problems.ts';
import { newState, sharingState } from '../host/procedures/testing/commands-double.ts';
import { followed, newRig, until, type Rig } from './testing/rig.ts';

vi.setConfig({ testTimeout: 30_000 });

let rig: Rig;
beforeEach(async () => void (rig = await newRig()));
afterEach(() => rig.close());

const attention = (code: Parameters<typeof problem>[0]) =>
  ({ kind: 'attention', problem: problem(code) }) as const;

/** Long enough for a state to be sent on its own: what follows at once replaces it. */
const pushed = () => new Promise((resolve) => setTimeout(resolve, 60));

describe('join', () => {
  const file = () => join(rig.home, 'an.rigshare');
  beforeEach(() => writeFile(file(), 'an invite'));

  it('without anybody to agree shows what it would do and ends with 1, joining nothing', async () => {
    const commands = await rig.serve(newState);
    const { code, out, err } = await rig.run(`join ${file()}`);
    expect(code).toBe(1);
    expect(out).toContain('Dr. Wei');
    expect(err).toContain('--accept');
    const given = { text: 'an invite', from: 'file' };
    expect(commands.calls).toEqual([
      { name: 'preview', args: [given] },
      { name: 'consent', args: [given] },
    ]);
  });
  it('asks somebody at a terminal, and takes only a yes for one', async () => {
    const commands = await rig.serve(newState);
    const no = await rig.run(`join ${file()}`, { answer: 'n' });
    expect(no).toMatchObject({ code: 1, err: expect.stringContaining('Nothing was changed') });
    expect(commands.calls.map(({ name }) => name)).not.toContain('join');
    const running = rig.run(`join ${file()}`, { answer: 'yes' });
    await followed(commands, 3);
    commands.set({ ...sharingState });
    expect((await running).code).toBe(0);
  });
  it('--check names every host and port and every check, and ends with 1 where one is bad', async () => {
    const commands = await rig.serve(newState);
    const { code, out, err } = await rig.run(`join ${file()} --check`);
    expect(code).toBe(1);
    expect(out).toMatch(/head\.uni\.example +tcp 443[^]*server\.pool\.example +tcp 4647/);
    expect(out).toMatch(
      /GPU +Good +NVIDIA GeForce RTX 4090\n +Container engine +Not good +Docker is not installed/,
    );
    expect(err).toContain('(engine-missing, start-engine)');
    for (const line of [
      'on the cards that are ticked: NVIDIA GeForce RTX 4090',
      'They use your internet connection, under your address',
      "This computer's name (quiet-otter-4821)",
      'Never your files, your screen or the names of your games',
      'leaves the network ada@example.com while it shares',
      'It passes traffic of other devices on there',
      '/home/ada/.local/share/rigshare/agent',
      'lack it, nvidia.github.io becomes one, with its signing key: /etc/yum.repos.d/nvidia.repo, /etc/pki/rpm-gpg/NVIDIA',
      "the same as administrator's rights",
      'Asked 1 time to join',
    ])
      expect(out).toContain(line);
    const { preview, consent, checks } = JSON.parse(
      (await rig.run(`join ${file()} --check --json`)).out,
    ) as Record<string, unknown>;
    expect(consent).toMatchObject({ prompts: { join: 1, leave: 1 } });
    expect(preview).toMatchObject({ connects: [{ port: 443 }, { port: 4647 }] });
    expect(checks).toMatchObject([{ id: 'gpu' }, { id: 'engine' }]);
    expect(commands.calls.map(({ name }) => name)).toEqual([
      'preview',
      'consent',
      'checks',
      'preview',
      'consent',
      'checks',
    ]);
  });
  it('--check ends with 0 where joining brings what is lacking, and says that it does', async () => {
    const commands = await rig.serve(newState);
    const says = { key: 'check.found.installed', params: {} };
    commands.checks = async function* (): AsyncGenerator<CheckResult> {
      yield { id: 'tailscale', state: 'passed', found: null, says, problem: null };
    };
    const { code, out } = await rig.run(`join ${file()} --check`);
    expect(code).toBe(0);
    expect(out).toMatch(/Tailscale +Good +Joining installs it/);
  });
  it('--accept joins unattended, shows each step, and is done once joined', async () => {
    const commands = await rig.serve(newState);
    const running = rig.run('join - --accept', { stdin: 'an invite' });
    await until(() => commands.calls.some(({ name }) => name === 'join'));
    commands.set({
      node: { kind: 'joining', step: 'sign-in', progress: null, signInUrl: 'https://login.example/a' },
      notes: [attention('tailnet-sign-in')],
    });
    await followed(commands);
    commands.set({ ...sharingState });
    const { code, out, err } = await running;
    expect({ code, out }).toEqual({
      code: 0,
      out: 'Sharing: 1 job is running. You can have your GPU back at any time.\n',
    });
    expect(err).toContain('https://login.example/a');
    expect(commands.calls.at(-1)).toEqual({
      name: 'join',
      args: [
        { text: 'an invite', from: 'file' },
        { nodeName: 'quiet-otter-4821', keptGpus: [] },
      ],
    });
  });
  it('hands over the name, the kept cards and when to share, and refuses a card that is not there', async () => {
    const commands = await rig.serve(newState);
    expect(await rig.run(`join ${file()} --accept --keep 3060`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('NVIDIA GeForce RTX 4090 (GPU-1)'),
    });
    expect(commands.calls.map(({ name }) => name)).not.toContain('join');
    const running = rig.run(`join ${file()} --accept --no-wait --name my-rig --keep rtx --when-idle`);
    await until(() => commands.calls.some(({ name }) => name === 'join'));
    commands.set({ ...sharingState });
    await running;
    expect(commands.calls.find(({ name }) => name === 'join')?.args[1]).toEqual({
      nodeName: 'my-rig',
      keptGpus: ['GPU-1'],
      whenIdle: true,
    });
  });
  it('--accept says what each step does and did as it goes, and each only once', async () => {
    const commands = await rig.serve(newState);
    const running = rig.run(`join ${file()} --accept`);
    await followed(commands);
    const step = (step: JoinStage['step'], state: JoinStage['state'], more: Partial<JoinStage> = {}) => ({
      ...{ step, state, will: [], did: [], problem: null, progress: null },
      ...more,
    });
    const node = { kind: 'joining', step: 'machine', progress: null, signInUrl: null } as const;
    const will = [{ key: 'joining.machine.will', params: {} }];
    const did = [{ key: 'joining.machine.didCard', params: { name: 'RTX 4090' } }];
    commands.set({
      node,
      joining: { steps: [step('machine', 'doing', { will }), step('network', 'waiting')] },
    });
    await pushed();
    for (const more of [{}, { problem: { ...problem('administrator-refused'), command: 'sudo true' } }]) {
      commands.set({
        joining: { steps: [step('machine', 'done', { will, did }), step('network', 'doing', more)] },
      });
      await pushed();
    }
    commands.set({ ...sharingState, joining: null });
    const { err } = await running;
    const lines = err.split('\n').filter((line) => /^\d\//.test(line));
    expect(lines).toEqual([
      '1/2 This computer',
      '1/2   Looks at the graphics card, the container engine and the disk',
      '1/2 This computer: Done',
      '1/2   RTX 4090 is shared',
      "2/2 The pool's network",
      "2/2   The administrator's password was not given",
      '2/2     sudo true',
    ]);
  });
  it('--accept ends with a problem on the way', async () => {
    const commands = await rig.serve(newState);
    const running = rig.run(`join ${file()} --accept`);
    await followed(commands);
    commands.set({ notes: [attention('tailnet-key-refused')] });
    const { code, err } = await running;
    expect(code).toBe(1);
    expect(err).toContain('(tailnet-key-refused, new-invite)');
  });
  it('refuses what is no invite, and what is far too long for one, with a typed problem', async () => {
    const commands = await rig.serve(newState);
    expect(await rig.run('join - --accept', { stdin: 'hello' })).toMatchObject({
      code: 1,
      err: expect.stringContaining('(invite-malformed, new-invite)'),
    });
    await writeFile(file(), 'an invite'.repeat(20_000));
    for (const from of [file(), '-']) {
      const { code, err } = await rig.run(`join ${from} --accept`, { stdin: 'x'.repeat(100_001) });
      expect({ code, err }).toMatchObject({
        code: 1,
        err: expect.stringContaining('(invite-too-large, new-invite)'),
      });
    }
    expect(commands.calls.map(({ name }) => name)).toEqual(['preview']);
  });
  it('is refused in a pool', async () => {
    await rig.serve(sharingState);
    expect((await rig.run(`join ${file()} --accept`)).err).toContain('rigshare leave');
  });
});

describe('leave', () => {
  it('waits until everything is given back', async () => {
    const commands = await rig.serve(sharingState);
    const running = rig.run('leave');
    await followed(commands);
    commands.set({ ...newState });
    const { code, out, err } = await running;
    expect(err).toContain('What jobs brought: 1 image, 3.9 GB, 1 volume, 286 MB. Remove it');
    expect(err).toContain("You are asked for the administrator's password 1 time.");
    expect(commands.calls.at(-1)).toMatchObject({ name: 'leave', args: [usualLeave] });
    expect({ code, out }).toEqual({
      code: 0,
      out: 'Not sharing: This computer is in no pool yet. Join one with an invite, or try the demo.\n',
    });
    expect(err).toContain('Leaving Uni Lab');
  });
  it('ends with a problem on the way', async () => {
    const commands = await rig.serve(sharingState);
    const running = rig.run('leave');
    await followed(commands);
    commands.set({ notes: [attention('administrator-refused')] });
    const { code, err } = await running;
    expect(code).toBe(1);
    expect(err).toContain('(administrator-refused, allow-administrator)');
  });
  it('hands on how the owner leaves, with the file as this folder has it', async () => {
    const commands = await rig.serve(sharingState);
    const running = rig.run('leave --finish --keep-images --export earned.csv --wait 1m');
    await followed(commands);
    commands.set({ ...newState });
    expect((await running).code).toBe(0);
    expect(commands.calls.at(-1)?.args).toEqual([
      { how: 'finish', images: 'keep', ledger: 'export', exportTo: join(process.cwd(), 'earned.csv') },
    ]);
  });
  it('does not wait for jobs to end unless asked to', async () => {
    const commands = await rig.serve(sharingState);
    const { code, out } = await rig.run('leave --finish --remove-earnings');
    expect(code).toBe(0);
    expect(out).toContain('Leaving');
    expect(commands.calls.at(-1)?.args).toMatchObject([{ how: 'finish', ledger: 'remove' }]);
  });
  it('refuses to keep and to remove the same record', async () => {
    await rig.serve(sharingState);
    expect((await rig.run('leave --export a.csv --remove-earnings')).code).toBe(2);
  });
});
