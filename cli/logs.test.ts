import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppState, Work } from '../contract/app-state.ts';
import type { LogChunk } from '../contract/logs.ts';
import { runningWork, sharingState, then } from '../host/procedures/testing/commands-double.ts';
import { newRig, type Rig } from './testing/rig.ts';

let rig: Rig;
beforeEach(async () => void (rig = await newRig()));
afterEach(() => rig.close());

const id = '0a1b2c3d-0000-4000-8000-00000000000a';
const other = '0a1b9999-0000-4000-8000-00000000000b';
const work: Work = { ...runningWork, id, job: 'train' };
const allowed = (jobs: readonly Work[] = [work]): AppState => ({
  ...sharingState,
  pool: sharingState.pool && { ...sharingState.pool, ownersMayReadLogs: true },
  work: [...jobs],
});
const chunk = (text: string, over: Partial<LogChunk> = {}): LogChunk => ({
  task: 'main',
  text,
  at: then,
  skipped: 0,
  ...over,
});
async function* of(...chunks: readonly LogChunk[]): AsyncGenerator<LogChunk> {
  yield* chunks;
}

describe('logs of a job', () => {
  it('are found by its name or the beginning of its id', async () => {
    const commands = await rig.serve(allowed());
    for (const name of ['train', '0a1b2c'])
      expect(await rig.run(`logs ${name}`)).toEqual({ code: 0, out: 'step 1\nstep 2\n', err: '' });
    expect((await rig.run('logs train --stderr')).out).toBe('no such file\n');
    await rig.run('logs train -f -n 7');
    expect(commands.calls.map(({ args }) => args[0])).toMatchObject([
      { id, stream: 'stdout', lines: 100, follow: false },
      { id, lines: 100 },
      { id, stream: 'stderr' },
      { id, lines: 7, follow: true },
    ]);
  });

  it('of a past job are those of the newest of its name', async () => {
    const commands = await rig.serve(allowed([]));
    commands.history = () =>
      Promise.resolve([other, id].map((one) => ({ ...work, id: one, state: 'ended' as const })));
    await rig.run('logs train');
    expect(commands.calls.at(-1)).toMatchObject({ name: 'jobLog', args: [{ id: other }] });
  });

  it('are not guessed where several jobs fit, none does, or nothing was said', async () => {
    const commands = await rig.serve(allowed([work, { ...work, id: other }]));
    const several = await rig.run('logs train');
    expect(several.code).toBe(2);
    expect(several.err).toContain(`${id}, ${other}`);
    expect((await rig.run('logs nothing')).err).toContain('rigshare work');
    for (const line of ['logs', 'logs train --agent', 'logs train -n many'])
      expect(await rig.run(line)).toMatchObject({ code: 2, out: '' });
    expect(commands.calls.filter(({ name }) => name !== 'history')).toEqual([]);
  });

  it('are refused in words where the pool does not allow it', async () => {
    await rig.serve({ ...sharingState, work: [work] });
    const { code, out, err } = await rig.run('logs train');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('does not let you read what its jobs write');
    expect(err).toContain('(logs-not-allowed, ask-operator)');
  });

  it('keep the lines of two parts apart', async () => {
    const commands = await rig.serve(allowed());
    commands.jobLog = () =>
      of(chunk('one '), chunk('two\n', { task: 'side' }), chunk('one\nend'), chunk('two', { task: 'side' }));
    expect((await rig.run('logs train')).out).toBe('side: two\nmain: one one\nend\ntwo\n');
  });

  it('cannot move the cursor of a terminal, and are as they are for programs', async () => {
    const commands = await rig.serve(allowed());
    const text = '10%\r20%\r\n\u001b[2Jgone\tby\n';
    commands.jobLog = () => of(chunk(text));
    expect((await rig.run('logs train', { isTty: true })).out).toBe('20%\n[2Jgone    by\n');
    expect((await rig.run('logs train')).out).toBe(text);
  });

  it('say what was left out, and are JSON piece by piece', async () => {
    const commands = await rig.serve(allowed());
    commands.jobLog = () => of(chunk('late\n', { skipped: 3_000_000 }));
    expect(await rig.run('logs train')).toMatchObject({
      out: 'late\n',
      err: expect.stringContaining('2.9 MB'),
    });
    expect(JSON.parse((await rig.run('logs train --json')).out)).toEqual(
      chunk('late\n', { skipped: 3_000_000 }),
    );
  });

  it('end at Ctrl-C without a complaint', async () => {
    const commands = await rig.serve(allowed());
    const interrupted = new AbortController();
    let read: () => void = () => undefined;
    const reading = new Promise<void>((resolve) => (read = resolve));
    commands.jobLog = async function* (_wish, signal) {
      yield chunk('first\n');
      read();
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    };
    const running = rig.run('logs train -f', { interrupted: interrupted.signal });
    await reading;
    interrupted.abort();
    expect(await running).toMatchObject({ code: 130, err: '' });
  });
});

it('logs --agent shows what the pool’s program writes', async () => {
  await rig.serve(sharingState);
  expect((await rig.run('logs --agent')).out).toBe('[INFO] client: node registration complete\n');
});

describe('config', () => {
  it('shows each setting, and what changed with its reason and its cost', async () => {
    const configChange: AppState['configChange'] = {
      why: ['address', 'program'],
      lines: [{ key: 'advertise.http', from: '100.64.0.2:4646', to: '100.64.0.3:4646' }],
      at: then,
    };
    await rig.serve({ ...sharingState, configChange });
    const { code, out } = await rig.run('config');
    expect(code).toBe(0);
    expect(out).toContain('client.meta.gpu-count = 1');
    expect(out).toMatch(/another address in the pool's network, another version/);
    expect(out).toMatch(/advertise\.http +100\.64\.0\.2:4646 +100\.64\.0\.3:4646/);
    expect(out).toContain('Jobs run on and are taken up again.');
    expect((await rig.run('status')).out).toContain("How the pool's program is set up: Changed");
    expect(JSON.parse((await rig.run('config --json')).out)).toMatchObject({
      version: '2.0.5',
      last: configChange,
    });
  });
  it('says before a change is taken that it is about to be', async () => {
    const lines = [{ key: 'client.node_pool', from: 'default', to: 'contrib' }];
    await rig.serve({ ...sharingState, configChange: { why: ['invite'], lines, at: null } });
    const said = 'About to change: another invite';
    expect((await rig.run('status')).out).toContain(`How the pool's program is set up: ${said}`);
    const { out } = await rig.run('config');
    expect(out).toContain(said);
    expect(out).toMatch(/client\.node_pool +default +contrib/);
  });
});
