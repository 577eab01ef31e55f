import type { Invite } from '../../../pool/contract/invite.ts';
import { olderThan } from '../version.ts';

/** The oldest Nomad that may run strangers' jobs: earlier ones let a job out of its container. */
export const oldestNomad = '2.0.4';

/** Which versions of Nomad a pool takes. */
export interface Bounds {
  readonly minimum: string;
  /** The pool's pin or its oldest server, whichever is older; null: not known. */
  readonly maximum: string | null;
}

/** The pool's bounds: our floor, the invite's minimum and pin, and (once seen) the oldest of its servers. */
export function boundsOf(
  { minimumVersion, pinnedVersion }: Pick<Invite['nomad'], 'minimumVersion' | 'pinnedVersion'>,
  oldestServer: string | null,
): Bounds {
  const minimum = minimumVersion && olderThan(oldestNomad, minimumVersion) ? minimumVersion : oldestNomad;
  const limits = [pinnedVersion, oldestServer].filter((v) => typeof v === 'string');
  return { minimum, maximum: limits.reduce<string | null>(older, null) };
}

/** Whether a pool takes this version. */
export function fits(version: string, { minimum, maximum }: Bounds): 'yes' | 'too-old' | 'too-new' {
  if (olderThan(version, minimum)) return 'too-old';
  return maximum !== null && olderThan(maximum, version) ? 'too-new' : 'yes';
}

/**
 * The version to install: the newest that the pool takes. While its servers are not seen yet only patches of the oldest
 * line that it takes are thought of: a later line may be newer than a server. Null: none is published.
 */
export function chooseVersion(published: readonly string[], bounds: Bounds): string | null {
  const line = bounds.maximum === null ? minorOf(bounds.minimum) : null;
  const possible = published.filter(
    (v) => fits(v, bounds) === 'yes' && isKnownMajor(v) && (line === null || minorOf(v) === line),
  );
  return possible.reduce<string | null>(newer, null);
}

/** What to update to: the newest allowed that is newer than the present one and has not failed here. Without a known limit of the pool, nothing. */
export function updateFor(
  present: string,
  published: readonly string[],
  bounds: Bounds,
  failed: readonly string[],
): string | null {
  if (bounds.maximum === null) return null;
  const newest = chooseVersion(
    published.filter((v) => !failed.includes(v)),
    bounds,
  );
  return newest !== null && olderThan(present, newest) ? newest : null;
}

/** A new major version may not know the configuration that we write. */
const isKnownMajor = (version: string): boolean => majorOf(version) === majorOf(oldestNomad);

const majorOf = (version: string): string => version.split('.')[0] ?? '';
const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.');
const older = (a: string | null, b: string): string => (a !== null && olderThan(a, b) ? a : b);
const newer = (a: string | null, b: string): string => (a !== null && olderThan(b, a) ? a : b);
