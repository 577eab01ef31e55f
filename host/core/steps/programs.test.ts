import { describe, expect, it } from 'vitest';
import { ProblemError, type Problem } from '../../../contract/problems.ts';
import { noFacts } from '../facts.ts';
import type { Sample } from '../observe.ts';
import { FakePorts } from '../testing/fake-ports.ts';
import { runStep } from './steps.ts';

const newest = { kind: 'install-nomad', nomad: { version: null }, devicePlugin: true } as const;

describe('installing the pool’s program', () => {
  it('notes its folder first, takes the newest allowed, chooses it, and brings the device plugin', async () => {
    const ports = new FakePorts();
    ports.programs.published = ['2.0.3', '2.0.4', '2.0.6', '2.1.0', '3.0.0'];
    await runStep(newest, ports.context());
    expect(ports.calls.filter((c) => !c.startsWith('report'))).toEqual([
      'footprint.add folder',
      'releases.install nomad 2.0.6',
      'shelf.choose 2.0.6 -',
      'releases.install nomad-device-nvidia 1.1.0',
    ]);
    expect(ports.entries.map((e) => e.line)).toEqual([{ kind: 'folder', path: '/programs', asRoot: false }]);
    ports.calls.length = 0;
    await runStep({ ...newest, nomad: null }, ports.context());
    expect(ports.called('footprint.add')).toEqual([]);
  });

  it('fetches another version without choosing it', async () => {
    const ports = new FakePorts();
    ports.programs.sample = { ...ports.programs.sample, installed: ['2.0.5'], chosen: '2.0.5' };
    await runStep(
      { kind: 'install-nomad', nomad: { version: '2.0.6' }, devicePlugin: false },
      ports.context(),
    );
    expect(ports.called('shelf.choose')).toEqual([]);
    expect(ports.called('releases.install')).toEqual(['releases.install nomad 2.0.6']);
  });

  it('says that no version which the pool takes is published', async () => {
    const ports = new FakePorts();
    ports.programs.published = ['2.0.3'];
    const error: unknown = await runStep(newest, ports.context()).catch((reason: unknown) => reason);
    expect(error instanceof ProblemError && error.problem.code).toBe('release-missing');
  });
});

describe('the device plugin', () => {
  const alone = { kind: 'install-nomad', nomad: null, devicePlugin: true } as const;
  it('that cannot be had is told of once, and no longer when it is there', async () => {
    const ports = new FakePorts();
    const samples: Sample[] = [];
    const notices: Problem[] = [];
    const context = () => ({
      ...ports.context(),
      facts: { ...noFacts, notices },
      see: (sample: Sample) => void samples.push(sample),
    });
    ports.programs.refuses = 'releases-unreachable';
    await expect(runStep(alone, context())).rejects.toThrow('releases-unreachable');
    expect(samples).toMatchObject([{ notice: { code: 'device-plugin-missing' } }]);
    const [first] = samples;
    if (first !== undefined && 'notice' in first) notices.push(first.notice);
    await expect(runStep(alone, context())).rejects.toThrow('releases-unreachable');
    expect(samples).toHaveLength(1);
    ports.programs.refuses = null;
    await runStep(alone, context());
    expect(samples.at(-1)).toEqual({ over: notices[0] });
  });
});

describe('changing its version', () => {
  it('copies the state aside while nothing runs, before the new version is chosen', async () => {
    const ports = new FakePorts();
    await runStep({ kind: 'swap-nomad', from: '2.0.5', to: '2.0.6' }, ports.context());
    expect(ports.calls).toEqual([
      'see engine',
      'nomad.kill',
      'nomad.sweep',
      'nomad.keepState',
      'shelf.choose 2.0.6 2.0.5',
    ]);
  });

  it('leaves all as it is where the engine says that something runs after all, or does not answer', async () => {
    const ports = new FakePorts();
    const swap = { kind: 'swap-nomad', from: '2.0.5', to: '2.0.6' } as const;
    ports.containers = [{ id: 'c', allocation: 'a', state: 'running', image: 'x' }];
    await runStep(swap, ports.context());
    ports.engine = 'engine-missing';
    await runStep(swap, ports.context());
    expect(ports.calls).toEqual(['see engine', 'see engine']);
  });

  it('keeps what works, and throws the copy away last', async () => {
    const ports = new FakePorts();
    await runStep({ kind: 'settle-nomad' }, ports.context());
    expect(ports.calls).toEqual(['shelf.settle', 'nomad.forgetState']);
  });

  it('goes back with the state of before, and says so', async () => {
    const ports = new FakePorts();
    await runStep({ kind: 'revert-nomad' }, ports.context());
    expect(ports.calls).toEqual([
      'nomad.kill',
      'nomad.sweep',
      'nomad.restoreState',
      'shelf.revert',
      'see other',
    ]);
  });
});
