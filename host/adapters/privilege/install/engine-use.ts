import type { Tools } from './recipe.ts';

const root = '/var/lib/docker';

/** Where the engine keeps what it was given: containers, images, volumes (without its own two files). */
const kept = [
  `${root}/containers`,
  `${root}/image/overlay2/imagedb/content/sha256`,
  `${root}/volumes`,
] as const;
const ownFiles: ReadonlySet<string> = new Set(['metadata.db', 'backingFsBlockDev']);

/** Where its settings lie. */
export const daemonJson = '/etc/docker/daemon.json';

/**
 * Whether the engine has come to be used for something else: with the pool's containers and images gone, whatever is
 * left is the owner's. It is read from its folders, since it may not run, and its command may not be installed.
 */
export async function engineInUse(tools: Tools): Promise<boolean> {
  // An engine whose things lie elsewhere was set up by its owner.
  if (/"data-root"|"graph"/.test((await tools.files.read(daemonJson)) ?? '')) return true;
  for (const folder of kept) {
    const { stdout } = await tools.try('ls', ['-A', folder]);
    if (stdout.split('\n').some((name) => name !== '' && !ownFiles.has(name))) return true;
  }
  return false;
}
