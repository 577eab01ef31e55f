import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AppState } from '../../contract/app-state.ts';
import type { ProblemCode } from '../../contract/problems.ts';
import { firstEvening } from '../demo/scenarios/first-evening.ts';
import { Evening } from './testing/evening.ts';
import type { Fault } from './testing/faulty-world.ts';

vi.setConfig({ testTimeout: 60_000 });

let e: Evening;
afterEach(() => e.close());

const codes = ({ node, notes }: AppState): readonly string[] =>
  [node, ...notes].flatMap((s) => (s.kind === 'attention' ? [s.problem.code] : []));
const shows = (code: ProblemCode) => (s: AppState) => codes(s).includes(code);
const kinds = ({ node, notes }: AppState): readonly string[] => [node, ...notes].map((s) => s.kind);

async function joining(): Promise<void> {
  e = await Evening.begin(firstEvening);
  await e.join();
}

async function sharing(): Promise<void> {
  await joining();
  await e.kind('sharing', 60_000);
}

async function working(): Promise<void> {
  await sharing();
  await e.until((s) => s.work.some((w) => w.state === 'running'), 120_000);
}

const smi = (result: ReturnType<Evening['broken']['program']>): void => {
  e.broken.program = (name) => (name === 'nvidia-smi' ? result : null);
};

describe('on the way in', () => {
  it.each([
    ['is not installed', 'gpu-tool-missing', { exitCode: null, failure: 'missing' }],
    [
      'cannot reach the driver',
      'gpu-driver-error',
      {
        exitCode: 9,
        stdout: "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
      },
    ],
    ['hangs', 'gpu-timeout', 'hang'],
  ] as const)(
    'a driver’s tool that %s is said, and joining goes on once it works',
    async (_, code, result) => {
      e = await Evening.begin(firstEvening);
      smi(result);
      await e.join();
      const state = await e.until(shows(code), 90_000);
      expect(state.node).toMatchObject({ kind: 'joining', step: 'machine' });
      expect(state.gpuProblem).toMatchObject({ code });
      smi(null);
      await e.kind('sharing', 120_000);
    },
  );

  it.each([
    ['absent', 'engine-stopped'],
    ['denied', 'engine-refused'],
  ] as const)('an engine that is %s is said before anything is changed', async (fault, code) => {
    e = await Evening.begin(firstEvening);
    e.broken.engine = fault;
    await e.join();
    await e.until(shows(code), 60_000);
    expect(
      (
        await e.demo.world.tailscaled({
          path: '/localapi/v0/status',
          headers: { Host: 'local-tailscaled.sock' },
          timeoutMs: 1000,
        })
      ).status,
    ).toBe(200);
    expect(await readdir(e.folder)).not.toContain('agent');
    e.broken.engine = null;
    await e.kind('sharing', 120_000);
  });

  it.each([
    ['denied', /^tailscale-refused$/],
    ['never', /^tailscale-slow$/],
    [{ status: 200, body: '{"BackendState":' }, /^tailscale-garbled$/],
  ] as readonly (readonly [Fault, RegExp])[])('a tailscaled that answers %j is said', async (fault, code) => {
    e = await Evening.begin(firstEvening);
    e.broken.tailscaled = fault;
    await e.join();
    await e.until((s) => codes(s).some((c) => code.test(c)), 90_000);
    e.broken.tailscaled = null;
    await e.kind('sharing', 120_000);
  });

  it('a tailscaled that was started and does not answer is said, with its line, and waits for the owner', async () => {
    e = await Evening.begin(firstEvening);
    e.broken.tailscaled = 'absent';
    await e.join();
    const state = await e.until(shows('install-failed'), 90_000);
    const [attention] = [state.node, ...state.notes].filter((s) => s.kind === 'attention');
    expect(attention?.problem.command).toContain('tailscaled');
    e.broken.tailscaled = null;
    await e.clock.advance(1_000);
    e.session.application.retry();
    await e.kind('sharing', 120_000);
  });

  it('a configuration that the program refuses is said in its words, and not tried by itself again', async () => {
    await joining();
    const words = 'Error loading agent.json: client unexpected keys bogus';
    let asked = 0;
    e.broken.program = (name, args) => {
      if (name !== 'nomad' || !args.includes('validate')) return null;
      asked++;
      return { exitCode: 1, stderr: words };
    };
    const state = await e.until(shows('nomad-config-refused'), 60_000);
    const [attention] = [state.node, ...state.notes].filter((s) => s.kind === 'attention');
    expect(attention?.problem.detail).toContain('unexpected keys bogus');
    const tries = asked;
    await e.clock.advance(600_000);
    expect(asked).toBe(tries);
    e.broken.program = () => null;
    e.session.application.retry();
    await e.kind('sharing', 60_000);
  });

  it('a program that is too old is said', async () => {
    const old = { stdout: 'Nomad v2.0.3\n' };
    e = await Evening.begin(firstEvening, {
      program: (name, args) => (name === 'nomad' && args.includes('version') ? old : null),
    });
    await e.join();
    await e.until(shows('nomad-too-old'), 60_000);
    expect((await e.demo.world.programs.processes()).some((p) => p.command[1] === 'agent')).toBe(false);
  });
});

describe('while sharing', () => {
  it.each([
    [{ status: 403, body: 'Permission denied' }, 'nomad-refused'],
    [{ status: 500, body: 'rpc error: No cluster leader' }, 'offline'],
    [{ status: 200, body: '{"ID":"' }, 'nomad-garbled'],
    ['never', 'offline'],
  ] as readonly (readonly [Fault, string])[])(
    'a pool that answers %j is never shown as sharing',
    async (fault, says) => {
      await sharing();
      e.broken.nomad = fault;
      const state = await e.until((s) => !kinds(s).includes('sharing'), 180_000);
      await e.until((s) => codes(s).includes(says) || kinds(s).includes(says), 180_000);
      expect(kinds(state)).not.toContain('paused');
      e.broken.nomad = null;
      await e.kind('sharing', 120_000);
    },
  );

  it('a computer that the pool removed is said, though its client says running', async () => {
    await sharing();
    e.demo.happen('node-deleted');
    await e.until((s) => !kinds(s).includes('sharing'), 180_000);
    await e.until((s) => kinds(s).includes('offline') || codes(s).length > 0, 60_000);
  });
});

describe('a pause', () => {
  it.each([
    ['the engine is gone', (): void => void (e.broken.engine = 'absent'), 'engine-stopped'],
    [
      'the driver does not answer',
      (): void => smi({ exitCode: 9, stdout: 'driver failed' }),
      'gpu-driver-error',
    ],
  ] as const)('is not said to be done while %s', async (_, breakIt, code) => {
    await working();
    breakIt();
    await e.session.application.pause('now', null);
    await e.until(shows(code), 120_000);
    await e.clock.advance(60_000);
    expect(kinds(e.state)).toContain('pausing');
    expect(kinds(e.state)).not.toContain('paused');
    e.broken.engine = null;
    smi(null);
    await e.kind('paused', 60_000);
  });

  it('frees the GPU though the agent answers nothing', async () => {
    await working();
    e.broken.nomad = 'never';
    await e.session.application.pause('now', null);
    await e.kind('paused', 60_000);
  });
});

describe('files that were damaged', () => {
  it.each([
    ['settings.json', 'settings-damaged'],
    ['footprint.jsonl', 'footprint-damaged'],
    ['ledger.db', 'ledger-damaged'],
  ] as const)('%s is moved or copied aside and said, and nothing else is lost', async (name, code) => {
    await sharing();
    await e.end();
    const before = await readdir(e.folder);
    await writeFile(
      join(e.folder, name),
      name === 'footprint.jsonl' ? 'garbage\n{"half":\n' : 'garbage that is none of ours '.repeat(400),
    );
    await e.start();
    const state = await e.until((s) => s.notices.some((n) => n.code === code), 60_000);
    expect(state.pool?.name).toBe('Demo pool');
    const aside = (await readdir(e.folder)).filter(
      (f) => f.startsWith(`${name}.damaged-`) || f.includes('.damaged-'),
    );
    expect(aside.length, before.join(' ')).toBeGreaterThan(0);
  });
});
