import { findLine, type FootprintEntry } from '../footprint.ts';
import type { Images, Stock, Use } from '../ports/images.ts';
import type { Nomad } from '../ports/nomad.ts';
import type { FootprintStore } from '../ports/stores.ts';
import { beforeLine, cameNow, ownNow } from './came.ts';

/** What noting acts through. */
export interface NotingPorts {
  readonly images: Images;
  readonly footprint: FootprintStore;
  readonly nomad: Pick<Nomad, 'allocationIds'>;
}

/** What the engine holds and what of it came with jobs, as just noted. */
export interface Noted {
  readonly entries: readonly FootprintEntry[];
  readonly stock: Stock;
  readonly use: Use;
}

/** Notes, once and before the first job can come, what the engine keeps already. Problems: engine-…, disk-full. */
export async function noteBefore({ images, footprint }: Omit<NotingPorts, 'nomad'>): Promise<void> {
  const { value: entries } = await footprint.load();
  if (findLine(entries, 'engine-before') === null) await footprint.add(beforeLine(await images.stock()));
}

/** Notes what came with jobs since `since`, before anything of it is removed. `named`: images by the names that jobs gave. */
export async function noteWhatCame(
  { images, footprint, nomad }: NotingPorts,
  named: readonly string[],
  since: number,
): Promise<Noted> {
  const allocations = await nomad.allocationIds();
  const use = await images.use(allocations, since);
  const stock = await images.stock();
  const { value: before } = await footprint.load();
  const came = cameNow(before, stock, use, named);
  for (const line of came) await footprint.add(line);
  const { value: entries } = came.length === 0 ? { value: before } : await footprint.load();
  return { entries, stock, use };
}

/**
 * Notes images that came without any job, so that none is taken for a job's which uses it later. `named` as above, of all
 * jobs known; `settled` says, by the folders of jobs there are, whether no job is just beginning: its image may be here
 * before it is told of. The folders are looked at last, since a job has its folder before its image comes.
 */
export async function noteWhatIsOwn(
  { images, footprint, nomad }: NotingPorts,
  named: readonly string[],
  since: number,
  settled: (allocations: readonly string[]) => boolean,
): Promise<void> {
  const stock = await images.stock();
  const allocations = await nomad.allocationIds();
  if (!settled(allocations)) return;
  const { value: entries } = await footprint.load();
  if (ownNow(entries, stock, nothingUsed, named).length === 0) return;
  const own = ownNow(entries, stock, await images.use(allocations, since), named);
  if (own.length > 0) await footprint.add(beforeLine({ images: own, volumes: [], networks: [] }));
}

const nothingUsed: Use = {
  jobs: { images: [], volumes: [], networks: [] },
  others: { images: [], volumes: [], networks: [] },
};
