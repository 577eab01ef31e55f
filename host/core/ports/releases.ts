import type { Progress } from '../../../contract/node-state.ts';
import type { Fact } from '../facts.ts';

/** A program of the publisher's that the pool's work needs. */
export type ReleasedProgram = 'nomad' | 'nomad-device-nvidia';

/** What would be downloaded, before anybody agreed to it. */
export interface Offer {
  readonly program: ReleasedProgram;
  /** x.y.z; null: the publisher's site does not tell now. */
  readonly version: string | null;
  /** Size of the download; null where unknown. */
  readonly bytes: number | null;
  readonly licence: 'BUSL-1.1' | 'MPL-2.0';
  readonly publisher: 'HashiCorp';
  /** Where it comes from, for people to look at. */
  readonly url: string;
}

/** The publisher's releases site. Problems of all: releases-unreachable, release-garbled. */
export interface Releases {
  /** The published versions (x.y.z, no betas) that have a build for this machine, oldest first. */
  versions(program: ReleasedProgram, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * What would be downloaded: Nomad in the version that `choose` picks, and the device plugin where this machine has a
   * build of it. Answers within the limit, with nulls for what is not known by then; never rejects.
   */
  offers(choose: (published: readonly string[]) => string | null, limitMs: number): Promise<readonly Offer[]>;
  /** The version of the device plugin that is used, or null where this machine has no build of it. */
  readonly devicePluginVersion: string | null;
  /**
   * Downloads, verifies and unpacks one version into a folder of ours. Whole and verified already: does nothing.
   * Problems: release-missing, release-no-build, release-signature-wrong, release-key-unknown, release-key-expired,
   * release-sum-wrong, release-truncated, release-unsafe, disk-full.
   */
  install(
    program: ReleasedProgram,
    version: string,
    report: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

/** What of the publisher's programs lies in our folder. */
export interface ProgramsSample {
  /** Versions of Nomad that lie here whole, oldest first. */
  readonly installed: readonly string[];
  /** The one of them that is to be run, or null. */
  readonly chosen: string | null;
  /** Set while the chosen one has not yet shown that it works: the version before it, and since when. */
  readonly trial: { readonly from: string; readonly since: number } | null;
  /** Versions that did not work here: not offered again. */
  readonly failed: readonly string[];
  /** Whether the device plugin lies here whole; `none`: the publisher has none for this machine. */
  readonly devicePlugin: 'here' | 'absent' | 'none';
}

/** Our folder of the publisher's programs. What comes from here was compared with its verified checksum. */
export interface Shelf {
  /** The folder, for the footprint. */
  readonly folder: string;
  look(): Promise<Fact<ProgramsSample>>;
  /** The path of the chosen Nomad, compared with its checksum again where its file changed since; null: none. */
  nomad(): Promise<{ readonly path: string; readonly version: string } | null>;
  /** The path of the device plugin, checked likewise; null: none. */
  devicePlugin(): Promise<string | null>;
  /** From now on this version is run; with `from` on trial, until `settle` or `revert`. */
  choose(version: string, from: string | null): Promise<void>;
  /** The chosen version works: the others go. */
  settle(): Promise<void>;
  /** Back to the version before; this one is remembered as failed. */
  revert(): Promise<void>;
}

/** What versions there are beyond this machine; null: not known. */
export interface VersionsSample {
  /** The oldest of the pool's servers. */
  readonly oldestServer: string | null;
  /** What the publisher has for this machine, oldest first; asked only while a program of ours is in use. */
  readonly published: readonly string[] | null;
}
