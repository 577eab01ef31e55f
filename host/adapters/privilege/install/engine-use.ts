import { engineSettings } from '../../../core/ports/package-sources.ts';
import type { Tools } from './recipe.ts';

const root = '/var/lib/docker';

const images = `${root}/image`;
const content = 'io.containerd.content.v1.content/blobs/sha256';

/**
 * Where the engine keeps what it was given: containers, volumes (without its own two files), and images where containerd
 * keeps them, the system's or the engine's own (Docker 29's default).
 */
const kept = [
  `${root}/containers`,
  `${root}/volumes`,
  `/var/lib/containerd/${content}`,
  `${root}/containerd/daemon/${content}`,
] as const;
const ownFiles: ReadonlySet<string> = new Set(['metadata.db', 'backingFsBlockDev']);

/**
 * Whether the engine has come to be used for something else: with the pool's containers and images gone, whatever is
 * left is the owner's. It is read from its folders, since it may not run, and its command may not be installed.
 */
export async function engineInUse(tools: Tools): Promise<boolean> {
  // An engine whose things lie elsewhere was set up by its owner.
  if (/"data-root"|"graph"/.test((await tools.files.read(engineSettings)) ?? '')) return true;
  // Images lie below the name of the storage driver: overlay2, btrfs, zfs, vfs, …
  const drivers = (await list(tools, images)).map((driver) => `${images}/${driver}/imagedb/content/sha256`);
  for (const folder of [...kept, ...drivers])
    if ((await list(tools, folder)).some((name) => !ownFiles.has(name))) return true;
  return false;
}

async function list(tools: Tools, folder: string): Promise<readonly string[]> {
  return (await tools.try('ls', ['-A', folder])).stdout.split('\n').filter((name) => name !== '');
}
