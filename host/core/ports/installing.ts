import type { Install } from '../../../contract/installs.ts';

/**
 * What taking one change of an installation back needs: what was absent before it. Each event tells of its own change
 * and comes before it; the changes of one installation are taken back together.
 */
export interface InstallUndo {
  /** Packages that were not there. */
  readonly packages: readonly string[];
  /** Files and folders that were not there. */
  readonly files: readonly string[];
  /** Services that were not switched on. */
  readonly services: readonly string[];
  /** Groups that the owner was not in. */
  readonly groups: readonly string[];
}

/** What a list of installations says on its way, in order. */
export type InstallEvent =
  /** It begins (or waits for another program that installs). `done` of `of` are behind it. */
  | {
      readonly kind: 'installing';
      readonly item: Install;
      readonly done: number;
      readonly of: number;
      readonly waits: boolean;
    }
  /** Before a change: for the footprint. */
  | { readonly kind: 'install'; readonly item: Install; readonly undo: InstallUndo };

/** One installation to be taken back, all its changes together. */
export interface Uninstall {
  readonly item: Install;
  readonly undo: InstallUndo;
}
