import type { FootprintEntry } from '../footprint.ts';
import type { Images, Stock } from '../ports/images.ts';
import type { FootprintStore } from '../ports/stores.ts';
import { beforeOf, cameEntries, takenNames } from './came.ts';
import { imageNamed } from './image-names.ts';

/** What removing acts through. */
export interface RemovingPorts {
  readonly images: Images;
  readonly footprint: FootprintStore;
}

/**
 * Removes one image that came with jobs, under every name that they gave it; names which it had taken from an image of
 * before go back to that one. `used`: it has become the owner's, and stays.
 */
export async function removeImage(
  { images, footprint }: RemovingPorts,
  entries: readonly FootprintEntry[],
  stock: Stock,
  id: string,
): Promise<'gone' | 'used'> {
  const lines = cameEntries(entries).filter(({ line }) => line.kind === 'image' && line.id === id);
  const there = stock.images.find((one) => one.id === id);
  if (there !== undefined) {
    const names = lines
      .map(({ line }) => line.name)
      .filter((name) => imageNamed(stock.images, name)?.id === id);
    if ((await images.removeImage(id, names)) === 'used') return 'used';
    for (const old of takenNames(beforeOf(entries), there))
      if (stock.images.some((one) => one.id === old.id)) await images.name(old.id, old.name);
  }
  for (const { id: line } of lines) await footprint.undone(line);
  return 'gone';
}

/** Removes everything that came with jobs; answers the names of what somebody else uses by now, and stays. */
export async function removeAllThatCame(
  ports: RemovingPorts,
  entries: readonly FootprintEntry[],
  stock: Stock,
): Promise<readonly string[]> {
  const used: string[] = [];
  const ids = new Map<string, string>();
  for (const { id, line } of cameEntries(entries)) {
    if (line.kind === 'image') {
      ids.set(line.id, line.name);
      continue;
    }
    const went =
      line.kind === 'volume'
        ? await ports.images.removeVolume(line.name)
        : await ports.images.removeNetwork(line.id);
    if (went === 'used') used.push(line.name);
    else await ports.footprint.undone(id);
  }
  for (const [id, name] of ids)
    if ((await removeImage(ports, entries, stock, id)) === 'used') used.push(name);
  return used;
}
