import type { DiskSpace, Health } from '../../core/ports/health.ts';
import type { World } from '../../core/ports/world.ts';

/** How long one comparison with the sign-in server's clock stands, ms; in between our own two clocks tell of leaps. */
const standsMs = 15 * 60_000;

/** A leap of the wall clock beyond this is looked into at once (a machine that slept leaps too), ms. */
const leapMs = 30_000;

/** A clock that is off by more is looked at each time, so that its mending is seen, ms. */
const goodMs = 60_000;

const greetMs = 5_000;

interface Compared {
  readonly url: string;
  readonly wall: number;
  readonly steady: number;
  /** Null: it did not say. */
  readonly aheadMs: number | null;
}

/** Where jobs and their images are written: our folder, and where engines keep theirs. */
export const diskFolders = (data: string, home: string): readonly string[] => [
  data,
  '/var/lib/docker',
  // Where newer Docker keeps images, wherever its own folder lies.
  '/var/lib/containerd',
  `${home}/.local/share/docker`,
  `${home}/.local/share/containers`,
];

/** Disks and clock of this machine; `folders`: where jobs and their images are written, those that are there count. */
export function createHealth(
  world: Pick<World, 'clock' | 'greet' | 'disk'>,
  folders: readonly string[],
): Health {
  let last: Compared | null = null;
  const ahead = async (url: string): Promise<number | null> => {
    const { clock } = world;
    if (last === null || last.url !== url || isOld(last, clock.now(), clock.monotonic())) {
      const greeting = await world.greet(url, greetMs);
      // A server's date has whole seconds.
      const aheadMs = greeting.ok && greeting.date !== null ? greeting.at - (greeting.date + 500) : null;
      last = { url, wall: clock.now(), steady: clock.monotonic(), aheadMs };
    }
    return last.aheadMs;
  };
  return {
    look: async (controlUrl, engineRoot) => ({
      disks: await disksOf(world, engineRoot == null ? folders : [...folders, engineRoot]),
      clockAheadMs: controlUrl === null ? null : await ahead(controlUrl),
    }),
  };
}

function isOld({ wall, steady, aheadMs }: Compared, now: number, monotonic: number): boolean {
  const leapt = Math.abs(now - wall - (monotonic - steady));
  return monotonic - steady >= standsMs || leapt > leapMs || (aheadMs !== null && Math.abs(aheadMs) > goodMs);
}

/** Each disk once, by the first folder on it. */
async function disksOf(world: Pick<World, 'disk'>, folders: readonly string[]): Promise<DiskSpace[]> {
  const found = await Promise.all(folders.map(async (path) => ({ path, disk: await world.disk(path) })));
  const seen = new Set<string>();
  return found.flatMap(({ path, disk }) => {
    if (disk === null || seen.has(disk.device)) return [];
    seen.add(disk.device);
    return [{ path, freeBytes: disk.freeBytes, totalBytes: disk.totalBytes }];
  });
}
