import { describe, expect, it } from 'vitest';
import { problem, type ProblemCode } from '../../../contract/problems.ts';
import { noFacts, seen, unknown, type Facts } from '../facts.ts';
import type { EngineSample } from '../ports/engine.ts';
import type { GpuSample } from '../ports/gpus.ts';
import type { PackageManager, SystemSample } from '../ports/system.ts';
import { engineSample } from '../testing/engine-sample.ts';
import { engineCommand } from './engine-command.ts';
import { engineInstalls } from './engine-installs.ts';
import { engineTrouble } from './engine.ts';

const now = 1_000;

const system = (over: Partial<SystemSample['groups']> = {}): SystemSample => ({
  distribution: 'debian',
  version: '12',
  packages: 'apt',
  systemd: true,
  groups: { now: ['mira'], login: ['mira'], ...over },
});

const world = (
  engine: Partial<EngineSample> | ProblemCode,
  groups: Partial<SystemSample['groups']> = {},
): Facts => ({
  ...noFacts,
  engine: typeof engine === 'string' ? unknown(problem(engine), now) : seen(engineSample(engine), now),
  system: seen(system(groups), now),
  gpus: seen({ gpus: [{ uuid: 'GPU-1' } as GpuSample], processes: null }, now),
});
const inGroup = { now: ['mira', 'docker'], login: ['mira', 'docker'] };

describe('what is wrong with the engine', () => {
  it.each<
    readonly [Partial<EngineSample> | ProblemCode, Partial<SystemSample['groups']>, ProblemCode | null]
  >([
    [{}, {}, null],
    [{ rootless: true, rights: 'rootless' }, {}, null],
    ['engine-missing', {}, 'engine-missing'],
    ['engine-stopped', {}, 'engine-stopped'],
    ['engine-refused', {}, 'engine-refused'],
    ['engine-refused', { login: ['mira', 'docker'] }, 'engine-login-needed'],
    // Somebody else's engine refuses us although we are in the group.
    ['engine-refused', inGroup, 'engine-refused'],
    [{ kind: 'podman' }, {}, 'engine-podman-unusable'],
    [{ linux: false }, {}, 'engine-windows-containers'],
    [{ nvidia: 'none' }, {}, 'nvidia-runtime-missing'],
    // Nomad asks for a runtime by name: device files alone do not help.
    [{ nvidia: 'cdi' }, {}, 'nvidia-runtime-missing'],
  ])('%j in a session like %j is %s', (engine, groups, code) => {
    expect(engineTrouble(world(engine, groups))?.code ?? null).toBe(code);
  });

  it('is nothing as long as nobody looked', () => {
    expect(engineTrouble(noFacts)).toBe(null);
  });

  it('brings its own line where the engine runs without root', () => {
    const { command } = engineTrouble(world({ nvidia: 'none', rootless: true }))!;
    expect(command).toContain('systemctl --user reload docker');
    expect(command!.length).toBeLessThanOrEqual(500);
  });
});

describe('what is installed for it', () => {
  it.each<readonly [Partial<EngineSample> | ProblemCode, Partial<SystemSample['groups']>, readonly string[]]>(
    [
      [{}, {}, []],
      ['engine-missing', {}, ['engine', 'engine-start', 'engine-group', 'nvidia-runtime']],
      ['engine-missing', { now: ['root'], login: ['root'] }, ['engine', 'engine-start', 'nvidia-runtime']],
      ['engine-stopped', {}, ['engine-start', 'engine-group']],
      ['engine-stopped', inGroup, ['engine-start']],
      ['engine-refused', {}, ['engine-group']],
      // Only a new login is lacking: no prompt for that.
      ['engine-refused', { login: ['docker'] }, []],
      ['engine-error', {}, []],
      [{ nvidia: 'none' }, {}, ['nvidia-runtime']],
      [{ nvidia: 'cdi' }, {}, ['nvidia-runtime']],
      [{ nvidia: 'none', rootless: true }, {}, []],
      [{ kind: 'podman', nvidia: 'none' }, inGroup, ['engine', 'engine-start', 'nvidia-runtime']],
    ],
  )('%j in a session like %j: %j', (engine, groups, installs) => {
    expect(engineInstalls(world(engine, groups), now)).toEqual(installs);
  });

  it('is no runtime where there is no card for it', () => {
    const facts = { ...world('engine-missing'), gpus: seen({ gpus: [], processes: null }, now) };
    expect(engineInstalls(facts, now)).not.toContain('nvidia-runtime');
  });
});

describe('the line that does it by hand', () => {
  it.each<readonly [PackageManager, string]>([
    ['apt', 'docker.io'],
    ['dnf', 'moby-engine'],
    ['zypper', 'docker'],
    ['pacman', 'docker'],
    ['apk', 'docker'],
  ])('is known for %s', (packages, name) => {
    const here = { ...system(), packages };
    expect(engineCommand('engine', here)).toMatch(new RegExp(` ${name}$`));
    for (const item of ['engine-start', 'engine-group', 'nvidia-runtime'] as const)
      expect(engineCommand(item, here)).toMatch(/^sudo /);
  });

  it('is not made up for a system that we do not know', () => {
    expect(engineCommand('engine', { ...system(), packages: null })).toBe(null);
    expect(engineCommand('tailscale', system())).toBe(null);
  });
});
