import { stat } from 'node:fs/promises';
import { fail } from '../../../contract/problems.ts';
import type { AgentSample, NomadProgram } from '../../core/ports/nomad.ts';
import type { Shelf } from '../../core/ports/releases.ts';
import type { World } from '../../core/ports/world.ts';
import { oldestNomad } from '../../core/programs/versions.ts';
import { olderThan } from '../../core/version.ts';

type Found = Pick<AgentSample, 'program' | 'programProblem'>;
type From = NonNullable<AgentSample['programFrom']>;

const missing: Found = { program: null, programProblem: 'nomad-missing' };

/** Where the program may come from. */
export interface ProgramSources {
  /** The path that the owner named, or null. */
  readonly setting: () => string | null;
  /** The publisher's, verified, in our folder. */
  readonly ours: Shelf['nomad'];
}

/**
 * Finds the program and asks it once for its version, and again when its file changed. What the owner named comes first and
 * alone: their word is not passed over in silence. Then ours, which was verified and is kept to what the pool takes;
 * it is here only because nothing on PATH would do, and must go on when something older or newer appears there. Then PATH.
 */
export class ProgramFinder {
  readonly #world: Pick<World, 'programs'>;
  readonly #sources: ProgramSources;
  readonly #known = new Map<string, { readonly state: string; readonly found: Found }>();

  constructor(world: Pick<World, 'programs'>, sources: ProgramSources) {
    this.#world = world;
    this.#sources = sources;
  }

  /** The program, or why there is none to use; and whose it is. */
  async look(): Promise<Found & { readonly programFrom: From }> {
    const setting = this.#sources.setting();
    if (setting !== null) return { ...(await this.#at(setting)), programFrom: 'setting' };
    const ours = await this.#sources.ours();
    if (ours !== null) return { ...(await this.#at(ours.path)), programFrom: 'ours' };
    return { ...(await this.#at('nomad')), programFrom: 'path' };
  }

  /** The program, fit for use. Problems: nomad-missing, nomad-too-old. */
  async need(): Promise<NomadProgram> {
    const { program, programProblem } = await this.look();
    if (programProblem !== null) fail(programProblem, program?.version ?? this.#sources.setting());
    return program ?? fail('nomad-missing');
  }

  async #at(name: string): Promise<Found> {
    const path = await this.#world.programs.find(name);
    if (path === null) return missing;
    const state = await stateOf(path);
    const known = this.#known.get(path);
    if (known?.state === state) return known.found;
    const version = await this.#version(path);
    if (version === null) return missing;
    const tooOld = olderThan(version, oldestNomad);
    const found: Found = { program: { path, version }, programProblem: tooOld ? 'nomad-too-old' : null };
    this.#known.clear();
    this.#known.set(path, { state, found });
    return found;
  }

  async #version(path: string): Promise<string | null> {
    const { stdout } = await this.#world.programs.run(path, ['version'], { timeoutMs: 10_000 });
    return /\bv?(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? null;
  }
}

async function stateOf(path: string): Promise<string> {
  try {
    const { size, mtimeMs, ino } = await stat(path);
    return `${size} ${mtimeMs} ${ino}`;
  } catch {
    return 'elsewhere';
  }
}
