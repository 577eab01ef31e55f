import { rename } from 'node:fs/promises';
import { fail } from '../../../contract/problems.ts';
import type { Files } from '../../core/ports/files.ts';
import type { AgentSettings, AgentWanted } from '../../core/ports/nomad.ts';
import type { Secrets } from '../../core/ports/stores.ts';
import type { World } from '../../core/ports/world.ts';
import { configLines } from './config-lines.ts';
import { type ConfigPlaces, configText, hashOf } from './config.ts';
import type { Credentials } from './credentials.ts';
import type { DevicePlugin } from './device-plugin.ts';
import type { Places } from './places.ts';
import type { ProgramFinder } from './program.ts';

/** How many fingerprints are remembered: what is wanted changes seldom and is asked for at every look at the world. */
const remembered = 4;

/** What the configuration is written with. */
export interface ConfigurationParts {
  readonly world: Pick<World, 'programs'>;
  readonly places: Places;
  readonly files: Files;
  readonly secrets: Pick<Secrets, 'path'>;
  readonly program: Pick<ProgramFinder, 'look' | 'need'>;
  readonly credentials: Pick<Credentials, 'check'>;
  readonly devicePlugin: Pick<DevicePlugin, 'find' | 'place'>;
  readonly networkInterface: string;
}

/** The agent's configuration on disk. */
export class ConfigurationFile {
  readonly #parts: ConfigurationParts;
  readonly #hashes = new Map<string, string>();
  #hasDevicePlugin = false;

  constructor(parts: ConfigurationParts) {
    this.#parts = parts;
  }

  /** Whether a device plugin was found at the last look. */
  get hasDevicePlugin(): boolean {
    return this.#hasDevicePlugin;
  }

  /** SHA-256 of what is on disk, or null where nothing is. */
  async look(): Promise<string | null> {
    this.#hasDevicePlugin = (await this.#parts.devicePlugin.find()) !== null;
    const text = await this.#read();
    return text === null ? null : hashOf(text);
  }

  /** SHA-256 of what `wanted` gives. Problems: nomad-too-old, nomad-version-unknown. */
  hash(wanted: AgentWanted, version: string): string {
    const key = JSON.stringify([wanted, version, this.#hasDevicePlugin]);
    const known = this.#hashes.get(key);
    if (known !== undefined) return known;
    const hash = hashOf(configText(wanted, version, this.#here()));
    const [oldest] = this.#hashes.keys();
    if (this.#hashes.size >= remembered && oldest !== undefined) this.#hashes.delete(oldest);
    this.#hashes.set(key, hash);
    return hash;
  }

  /** What is on disk and what `wanted` gives, setting by setting. Problems: nomad-too-old, nomad-version-unknown. */
  async settings(wanted: AgentWanted | null): Promise<AgentSettings> {
    this.#hasDevicePlugin = (await this.#parts.devicePlugin.find()) !== null;
    const version = (await this.#parts.program.look()).program?.version ?? null;
    const { places } = this.#parts;
    return {
      version,
      now: configLines(await this.#read(), places),
      next:
        wanted === null || version === null
          ? null
          : configLines(configText(wanted, version, this.#here()), places),
    };
  }

  /** Writes it, once its program takes it; else what was there stays. */
  async write(wanted: AgentWanted, signal: AbortSignal): Promise<void> {
    const { files, places, credentials, world } = this.#parts;
    const program = await this.#parts.program.need();
    const { folder, plugins, draft, config } = places;
    await files.privateFolder(folder);
    await files.privateFolder(plugins);
    this.#hasDevicePlugin = await this.#parts.devicePlugin.place();
    if (wanted.tls) await credentials.check(wanted.region);
    await files.replace(draft, configText(wanted, program.version, this.#here()));
    const { exitCode, stdout, stderr, failure } = await world.programs.run(
      program.path,
      ['config', 'validate', draft],
      { timeoutMs: 20_000, signal },
    );
    signal.throwIfAborted();
    if (exitCode === 0) return rename(draft, config);
    await files.remove(draft);
    const words = `${stderr}\n${stdout}`
      .split('\n')
      .filter((line) => line.trim() !== '' && !isUsualWarning(line));
    fail('nomad-config-refused', failure === null ? words.join('\n') : failure);
  }

  #read(): Promise<string | null> {
    return this.#parts.files.read(this.#parts.places.config);
  }

  #here(): ConfigPlaces {
    const { secrets, networkInterface, places } = this.#parts;
    return {
      places,
      networkInterface,
      hasDevicePlugin: this.#hasDevicePlugin,
      tls: {
        ca: secrets.path('tls-ca'),
        certificate: secrets.path('tls-certificate'),
        key: secrets.path('tls-key'),
      },
    };
  }
}

/** Printed wherever HTTP is plain, which it is on loopback. */
const isUsualWarning = (line: string): boolean => line.includes('mTLS is not configured');
