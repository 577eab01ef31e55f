import { stat } from 'node:fs/promises';
import { fail } from '../../../contract/problems.ts';
import type { AgentSample, NomadProgram } from '../../core/ports/nomad.ts';
import type { World } from '../../core/ports/world.ts';
import { compareVersions, oldestVersion } from './versions.ts';

type Found = Pick<AgentSample, 'program' | 'programProblem'>;

const missing: Found = { program: null, programProblem: 'nomad-missing' };

/** Finds the program and asks it once for its version, and again when its file changed. */
export class ProgramFinder {
  readonly #world: Pick<World, 'programs'>;
  readonly #setting: () => string | null;
  #known: { readonly key: string; readonly found: Found } | null = null;

  constructor(world: Pick<World, 'programs'>, setting: () => string | null) {
    this.#world = world;
    this.#setting = setting;
  }

  /** The program at the setting's path or on PATH, or why there is none to use. */
  async look(): Promise<Found> {
    const path = await this.#world.programs.find(this.#setting() ?? 'nomad');
    if (path === null) return missing;
    const key = `${path} ${await signatureOf(path)}`;
    if (this.#known?.key === key) return this.#known.found;
    const version = await this.#version(path);
    if (version === null) return missing;
    const tooOld = compareVersions(version, oldestVersion) < 0;
    const found: Found = { program: { path, version }, programProblem: tooOld ? 'nomad-too-old' : null };
    this.#known = { key, found };
    return found;
  }

  /** The program, fit for use. Problems: nomad-missing, nomad-too-old. */
  async need(): Promise<NomadProgram> {
    const { program, programProblem } = await this.look();
    if (programProblem !== null) fail(programProblem, program?.version ?? this.#setting());
    return program ?? fail('nomad-missing');
  }

  async #version(path: string): Promise<string | null> {
    const { stdout } = await this.#world.programs.run(path, ['version'], { timeoutMs: 10_000 });
    return /\bv?(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? null;
  }
}

async function signatureOf(path: string): Promise<string> {
  try {
    const { size, mtimeMs, ino } = await stat(path);
    return `${size} ${mtimeMs} ${ino}`;
  } catch {
    return 'elsewhere';
  }
}
