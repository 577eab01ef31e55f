import { problem, type Problem } from '../../../contract/problems.ts';
import type { AgentSample } from '../ports/nomad.ts';
import type { ProgramsSample, VersionsSample } from '../ports/releases.ts';
import { chooseVersion } from '../programs/versions.ts';
import type { Step } from '../step.ts';

/** The pool's program in the small world: what PATH has, what lies on the shelf, what is published. */
export interface ProgramsWorld {
  /** Nomad 2.0.5 is on PATH. */
  program: boolean;
  programs: ProgramsSample;
  versions: VersionsSample;
  /** Whether the releases site answers, and honestly. */
  site: 'good' | 'away' | 'forged';
  /** Versions that never become ready. */
  broken: readonly string[];
  /** Whether the device plugin is found. */
  devicePlugin: boolean;
}

/** Nomad on PATH, nothing on the shelf. */
export const usualPrograms = (): ProgramsWorld => ({
  program: true,
  programs: { installed: [], chosen: null, trial: null, failed: [], devicePlugin: 'absent' },
  versions: { oldestServer: null, published: null },
  site: 'good',
  broken: [],
  devicePlugin: true,
});

/** The version that would be run, or null. */
export const versionHere = ({ program, programs: { chosen, installed } }: ProgramsWorld): string | null =>
  chosen !== null && installed.includes(chosen) ? chosen : program ? '2.0.5' : null;

/** Whether what runs never becomes ready. */
export const isBroken = (world: ProgramsWorld): boolean => world.broken.includes(versionHere(world) ?? '');

/** What the agent's program looks like. */
export function programSample(
  world: ProgramsWorld,
): Pick<AgentSample, 'program' | 'programProblem' | 'programFrom' | 'devicePlugin'> {
  const version = versionHere(world);
  return {
    program: version === null ? null : { path: '/bin/nomad', version },
    programProblem: version === null ? 'nomad-missing' : null,
    programFrom: version !== null && version === world.programs.chosen ? 'ours' : 'path',
    devicePlugin: world.devicePlugin || world.programs.devicePlugin === 'here',
  };
}

type ProgramStep = Extract<Step, { kind: 'install-nomad' | 'swap-nomad' | 'settle-nomad' | 'revert-nomad' }>;

/** Does a step with the program; answers its problem, or null. */
export function actProgram(
  world: ProgramsWorld & {
    agentUp: boolean;
    readonly now: number;
    readonly work: readonly { state: string }[];
  },
  step: ProgramStep,
): Problem | null {
  const { programs } = world;
  switch (step.kind) {
    case 'install-nomad':
      return install(world, step);
    case 'swap-nomad':
      // The engine is asked once more.
      if (world.work.some((job) => job.state === 'running')) return null;
      world.agentUp = false;
      world.programs = { ...programs, chosen: step.to, trial: { from: step.from, since: world.now } };
      return null;
    case 'settle-nomad':
      world.programs = { ...programs, installed: [programs.chosen ?? ''], trial: null };
      return null;
    case 'revert-nomad':
      world.agentUp = false;
      world.programs = {
        ...programs,
        chosen: programs.trial?.from ?? null,
        trial: null,
        failed: [...programs.failed, programs.chosen ?? ''],
      };
      return null;
  }
}

function install(world: ProgramsWorld, step: Extract<Step, { kind: 'install-nomad' }>): Problem | null {
  if (world.site === 'away') return problem('releases-unreachable');
  if (world.site === 'forged') return problem('release-signature-wrong');
  if (step.devicePlugin) world.programs = { ...world.programs, devicePlugin: 'here' };
  if (step.nomad === null) return null;
  const bounds = { minimum: '2.0.4', maximum: world.versions.oldestServer };
  const version =
    step.nomad.version === null
      ? chooseVersion(world.versions.published ?? ['2.0.5'], bounds)
      : step.nomad.version;
  if (version === null) return problem('release-missing');
  const { installed, chosen } = world.programs;
  world.programs = {
    ...world.programs,
    installed: [...installed, version],
    chosen: chosen === null || !installed.includes(chosen) ? version : chosen,
  };
  return null;
}
