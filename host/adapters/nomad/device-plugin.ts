import { copyFile, link, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Files } from '../../core/ports/files.ts';
import type { Shelf } from '../../core/ports/releases.ts';
import type { World } from '../../core/ports/world.ts';
import { devicePlugin, type Places } from './places.ts';

/** What the plugin is looked for with. */
export interface DevicePluginParts {
  readonly world: Pick<World, 'programs'>;
  readonly places: Places;
  readonly files: Pick<Files, 'remove'>;
  /** The publisher's, verified, in our folder. */
  readonly ours: Shelf['devicePlugin'];
}

/** The program by which Nomad sees the cards. It loads plugins from one folder alone. */
export class DevicePlugin {
  readonly #parts: DevicePluginParts;
  readonly #own: string;

  constructor(parts: DevicePluginParts) {
    this.#parts = parts;
    this.#own = join(parts.places.plugins, devicePlugin);
  }

  /** The one in the agent's folder, else the one installed on this machine, else the publisher's. */
  async find(): Promise<string | null> {
    return (await this.#installed()) ?? this.#parts.ours();
  }

  /** Puts it where Nomad loads it from; whether there is one. */
  async place(): Promise<boolean> {
    const installed = await this.#installed();
    if (installed === this.#own) return true;
    const ours = installed === null ? await this.#parts.ours() : null;
    if (installed === null && ours === null) return false;
    await this.#parts.files.remove(this.#own);
    if (installed !== null) await symlink(installed, this.#own);
    // As a file of its own there: what runs from that folder is known by its path when it outlives the agent.
    else if (ours !== null) await link(ours, this.#own).catch(() => copyFile(ours, this.#own));
    return true;
  }

  async #installed(): Promise<string | null> {
    const { programs } = this.#parts.world;
    return (await programs.find(this.#own)) ?? programs.find(devicePlugin);
  }
}
