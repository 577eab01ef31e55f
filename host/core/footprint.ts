import type { Install } from '../../contract/installs.ts';
import type { InstallUndo } from './ports/installing.ts';

/**
 * One change of ours on this machine. A line is synced before its change and undone from the end;
 * it carries all that undoing it needs, because the invite may be gone by then.
 */
export type FootprintLine =
  /** A folder of ours with everything in it; `asRoot`: containers may have written there as root. */
  | { readonly kind: 'folder'; readonly path: string; readonly asRoot: boolean }
  /** Something is installed or switched on, or a part of it; several lines may tell of one. */
  | { readonly kind: 'install'; readonly item: Install; readonly undo: InstallUndo }
  /** We are about to enter the pool's network. */
  | { readonly kind: 'tailnet'; readonly controlUrl: string; readonly tag: string }
  /** Before the switch: where to go back to, and who was operator. */
  | { readonly kind: 'tailnet-before'; readonly oldProfile: string | null; readonly formerOperator: string }
  /** The profile we made. */
  | { readonly kind: 'tailnet-profile'; readonly newProfile: string }
  /** It ran, with our word to stay. */
  | { readonly kind: 'tailnet-entered'; readonly nodeId: string }
  /** An agent was (or is about to be) started there; from now on containers and helpers may be left behind. */
  | { readonly kind: 'agent'; readonly httpPort: number; readonly folder: string }
  /** What the container engine kept before the first job could come: none of it is ever ours. */
  | {
      readonly kind: 'engine-before';
      readonly images: readonly { readonly id: string; readonly names: readonly string[] }[];
      readonly volumes: readonly string[];
      /** Their ids. */
      readonly networks: readonly string[];
    }
  /** An image that came with a job, under the name that the job gave it. */
  | { readonly kind: 'image'; readonly id: string; readonly name: string }
  | { readonly kind: 'volume'; readonly name: string }
  | { readonly kind: 'network'; readonly id: string; readonly name: string }
  /** Sharing was opened for the first time: joining is over. */
  | { readonly kind: 'opened' };

/** A line with its place in the file. */
export interface FootprintEntry {
  readonly id: number;
  readonly at: number;
  readonly line: FootprintLine;
}

/** The newest line of this kind that is not undone, or null. */
export function findLine<K extends FootprintLine['kind']>(
  entries: readonly FootprintEntry[],
  kind: K,
): Extract<FootprintLine, { kind: K }> | null {
  const entry = entries.findLast((e) => e.line.kind === kind);
  return entry === undefined ? null : (entry.line as Extract<FootprintLine, { kind: K }>);
}

/** When the network was last entered, or null. */
export const entered = (entries: readonly FootprintEntry[]): number | null =>
  entries.findLast((e) => e.line.kind === 'tailnet-entered')?.at ?? null;
