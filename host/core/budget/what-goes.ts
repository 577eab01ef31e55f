/** Something that may be removed for room. */
export interface Kept {
  readonly kind: 'image' | 'folder';
  readonly id: string;
  readonly bytes: number;
  /** When it was last of use, epoch ms. */
  readonly usedAt: number;
  /** Held by a job or by anybody's container: it counts and stays. */
  readonly inUse: boolean;
}

/** What the disk looks like; null where the system does not tell. */
export interface DiskRoom {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** The fuller one of two disks; one of which nothing is known does not count. */
export function fuller(one: DiskRoom | null, other: DiskRoom | null): DiskRoom | null {
  if (one === null || other === null) return one ?? other;
  return other.freeBytes * one.totalBytes < one.freeBytes * other.totalBytes ? other : one;
}

/** Below this share of the disk no new work is taken; what can go goes before. */
const lowDisk = 0.1;

/** How much has to go: what is over the budget, or what is missing to a tenth of the disk, whichever is more. */
export function bytesToFree(kept: readonly Kept[], budget: number, disk: DiskRoom | null): number {
  const over = kept.reduce((sum, one) => sum + one.bytes, 0) - budget;
  const missing = disk === null ? 0 : disk.totalBytes * lowDisk - disk.freeBytes;
  return Math.max(0, Math.ceil(over), Math.ceil(missing));
}

/** What goes for it: the least recently used first, never what is in use, and no more than is needed. */
export function whatGoes(kept: readonly Kept[], budget: number, disk: DiskRoom | null): readonly Kept[] {
  let left = bytesToFree(kept, budget, disk);
  const going: Kept[] = [];
  for (const one of kept.filter((k) => !k.inUse && k.bytes > 0).toSorted((a, b) => a.usedAt - b.usedAt)) {
    if (left <= 0) break;
    going.push(one);
    left -= one.bytes;
  }
  return going;
}
