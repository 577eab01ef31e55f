/** What root can run of an app that runs from an AppImage. */
export interface AppImage {
  /** The app's own binary. */
  readonly execPath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** /proc/self/mounts. */
  readonly mounts: string;
}

/**
 * What root runs as Node. An AppImage is mounted for its user alone: root may not read in there (FUSE's `allow_other` is
 * off). But the image itself is a file, and run by root it mounts itself for root and runs the same binary with the same
 * arguments and environment.
 */
export function nodeForRoot({ execPath, env, mounts }: AppImage): string {
  const { APPIMAGE: image, APPDIR: folder } = env;
  // Both are inherited: what another AppImage started lies elsewhere. One that was unpacked needs no mount.
  if (!image || !folder || !execPath.startsWith(`${folder}/`)) return execPath;
  return isFuse(mounts, folder) ? image : execPath;
}

function isFuse(mounts: string, folder: string): boolean {
  return mounts.split('\n').some((line) => {
    const [, at = '', type = ''] = line.split(' ');
    return unescaped(at) === folder && /^fuse(?:\.|blk|$)/.test(type);
  });
}

/** Blanks and backslashes stand as three octal digits there. */
const unescaped = (path: string): string =>
  path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
