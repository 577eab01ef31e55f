import { fail } from '../../../contract/problems.ts';
import type { Files } from '../../core/ports/files.ts';
import type { Offer, ReleasedProgram, Releases, Shelf } from '../../core/ports/releases.ts';
import type { Log } from '../../core/ports/stores.ts';
import type { World } from '../../core/ports/world.ts';
import { discard, download, type DownloadParts, sha256 } from './download.ts';
import type { PublisherKey } from './publisher.ts';
import { ProgramShelf } from './shelf.ts';
import { ShelfFolder } from './shelf-folder.ts';
import { Site } from './site.ts';
import { unpack } from './unpack.ts';
import { sumOf, targetOf } from './wire.ts';

/** The device plugin that is used: the only one that the publisher has, for one kind of machine. */
const devicePluginVersion = '1.1.0';

/** Zip, unpacked program and some room: so many times the download must be free. */
const roomFactor = 4;

/** How long the size of a download may be asked for, ms. */
const sizeMs = 5_000;

const licences = { nomad: 'BUSL-1.1', 'nomad-device-nvidia': 'MPL-2.0' } as const;

/** What the releases are reached with. */
export interface ReleasesOptions {
  readonly world: Pick<World, 'clock' | 'releases' | 'machine'>;
  readonly files: Files;
  readonly log: Pick<Log, 'warn'>;
  /** Where the programs lie. */
  readonly folder: string;
  /** Bytes that are free there, or null where the system does not tell. */
  readonly freeBytes: () => Promise<number | null>;
  /** Whose signature is believed. */
  readonly key: () => Promise<PublisherKey>;
}

/** The publisher's releases site, and the folder of what came from it. */
export function createReleases(options: ReleasesOptions): {
  readonly releases: Releases;
  readonly shelf: Shelf;
} {
  const { platform, arch } = options.world.machine;
  const target = targetOf(platform, arch);
  const pluginVersion = target.os === 'linux' && target.arch === 'amd64' ? devicePluginVersion : null;
  const { releases: fetch, clock } = options.world;
  const suffix = target.os === 'windows' ? '.exe' : '';
  const site = new Site({ fetch, clock, target, key: options.key });
  const folder = new ShelfFolder(options.folder, suffix, options.files, options.log);
  return {
    releases: new PublisherReleases(options, site, folder, pluginVersion),
    shelf: new ProgramShelf({ clock, files: options.files, folder, devicePluginVersion: pluginVersion }),
  };
}

class PublisherReleases implements Releases {
  readonly devicePluginVersion: string | null;
  readonly #options: ReleasesOptions;
  readonly #site: Site;
  readonly #shelf: ShelfFolder;

  constructor(options: ReleasesOptions, site: Site, shelf: ShelfFolder, pluginVersion: string | null) {
    this.devicePluginVersion = pluginVersion;
    this.#options = options;
    this.#site = site;
    this.#shelf = shelf;
  }

  versions(program: ReleasedProgram, signal: AbortSignal): Promise<readonly string[]> {
    return this.#site.versions(program, signal);
  }

  async offers(
    choose: (published: readonly string[]) => string | null,
    limitMs: number,
  ): Promise<readonly Offer[]> {
    const limit = new AbortController();
    const { clock } = this.#options.world;
    const cancel = clock.after(limitMs, () => limit.abort());
    const unknownOnes = [offerOf('nomad', null, null)];
    const plugin = this.devicePluginVersion;
    if (plugin !== null) unknownOnes.push(offerOf('nomad-device-nvidia', plugin, null));
    try {
      const asked = Promise.all([
        this.#site
          .versions('nomad', limit.signal)
          .then((published) => this.#offer('nomad', choose(published), limitMs, limit.signal))
          .catch(() => offerOf('nomad', null, null)),
        ...(plugin === null ? [] : [this.#offer('nomad-device-nvidia', plugin, limitMs, limit.signal)]),
      ]);
      return await Promise.race([asked, clock.sleep(limitMs, limit.signal).then(() => unknownOnes)]);
    } finally {
      cancel();
      limit.abort();
    }
  }

  async install(
    program: ReleasedProgram,
    version: string,
    report: Parameters<Releases['install']>[2],
    signal: AbortSignal,
  ): Promise<void> {
    if (await this.#shelf.isSound(program, version)) return;
    const published = await this.#site.version(program, version, signal);
    const { path, name } = this.#site.zipPath(program, published);
    const sums = await this.#site.sums(program, published, signal);
    const sum = sumOf(sums, name) ?? fail('release-sum-wrong', `${name} is not in the signed list`);
    const bytes = await this.#site.size(path, sizeMs, signal);
    await this.#needRoom(bytes);
    await this.#shelf.forgetOtherDownloads(program, name);
    const file = this.#shelf.downloads(name);
    await this.#fetchVerified({ path, file, bytes, report, signal }, sum);
    await this.#shelf.put(program, version, async (to) => ({
      zip: sum,
      files: await unpack(file, to, { program: this.#shelf.programFile(program) }, signal),
    }));
    await discard(file);
  }

  /** The file with this checksum. A part that was kept may be of another: then all of it is fetched once more. */
  async #fetchVerified(what: Omit<DownloadParts, 'clock' | 'fetch'>, sum: string): Promise<void> {
    const { clock, releases: fetch } = this.#options.world;
    for (;;) {
      const resumed = await download({ ...what, fetch, clock });
      const found = await sha256(what.file);
      if (found === sum) return;
      await discard(what.file);
      if (!resumed) fail('release-sum-wrong', `${what.path}: ${found} instead of ${sum}`);
    }
  }

  async #offer(
    program: ReleasedProgram,
    version: string | null,
    limitMs: number,
    signal: AbortSignal,
  ): Promise<Offer> {
    if (version === null) return offerOf(program, null, null);
    try {
      const published = await this.#site.version(program, version, signal);
      const { path } = this.#site.zipPath(program, published);
      return offerOf(program, version, await this.#site.size(path, limitMs, signal));
    } catch {
      return offerOf(program, version, null);
    }
  }

  async #needRoom(bytes: number | null): Promise<void> {
    const free = await this.#options.freeBytes();
    if (bytes === null || free === null || free >= bytes * roomFactor) return;
    fail('disk-full', `${mib(free)} MiB free, ${mib(bytes * roomFactor)} MiB needed`);
  }
}

const offerOf = (program: ReleasedProgram, version: string | null, bytes: number | null): Offer => ({
  program,
  version,
  bytes,
  licence: licences[program],
  publisher: 'HashiCorp',
  url: `https://releases.hashicorp.com/${program}/${version === null ? '' : `${version}/`}`,
});

const mib = (bytes: number): number => Math.floor(bytes / 2 ** 20);
