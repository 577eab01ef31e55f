import type { FootprintEntry, FootprintLine } from '../footprint.ts';
import type { ImageSample, Stock, Use } from '../ports/images.ts';
import { imageNamed } from './image-names.ts';

/** A line that tells of something which came with a job. */
export type CameLine = Extract<FootprintLine, { kind: 'image' | 'volume' | 'network' }>;

/** What was there before joining, as a line of the footprint. */
export type BeforeLine = Extract<FootprintLine, { kind: 'engine-before' }>;

/** What is there now, as the line that is noted before the first job can come. */
export const beforeLine = ({ images, volumes, networks }: Stock): BeforeLine => ({
  kind: 'engine-before',
  images: images.map(({ id, names }) => ({ id, names: [...names] })),
  volumes: [...volumes],
  networks: networks.map(({ id }) => id),
});

/** All that is noted as there before joining, or as come since without any job; null: nothing was noted yet. */
export function beforeOf(entries: readonly FootprintEntry[]): BeforeLine | null {
  const lines = entries.flatMap(({ line }) => (line.kind === 'engine-before' ? [line] : []));
  if (lines.length === 0) return null;
  return {
    kind: 'engine-before',
    images: lines.flatMap(({ images }) => images),
    volumes: lines.flatMap(({ volumes }) => volumes),
    networks: lines.flatMap(({ networks }) => networks),
  };
}

/** Images that came since joining and that no job has named or used so far: the owner's, whoever uses them later. */
export function ownNow(
  entries: readonly FootprintEntry[],
  { images }: Pick<Stock, 'images'>,
  use: Use,
  named: readonly string[],
): readonly ImageSample[] {
  const before = beforeOf(entries);
  if (before === null) return [];
  const known = new Set([...before.images.map(({ id }) => id), ...notedKeys(entries)]);
  const jobs = new Set([...named, ...use.jobs.images].flatMap((name) => imageNamed(images, name)?.id ?? []));
  return images.filter(({ id }) => !known.has(id) && !jobs.has(id));
}

/**
 * What came with jobs and is not noted yet: used by a job's container, or named by a job (whose container may never
 * have started), and not there before joining. Without the line of what was there before, nothing is.
 */
export function cameNow(
  entries: readonly FootprintEntry[],
  stock: Stock,
  use: Use,
  named: readonly string[],
): readonly CameLine[] {
  const before = beforeOf(entries);
  if (before === null) return [];
  const noted = notedKeys(entries);
  const isNew = (line: CameLine): boolean => !noted.has(keyOf(line));
  const wasThere = new Set([...before.images.map(({ id }) => id), ...before.volumes, ...before.networks]);
  const images = stock.images
    .filter(({ id }) => !wasThere.has(id))
    .flatMap(({ id, names }): CameLine[] => {
      const means = (name: string): boolean => imageNamed(stock.images, name)?.id === id;
      const given = named.filter(means);
      if (given.length > 0) return given.map((name) => ({ kind: 'image', id, name }));
      if (!use.jobs.images.some(means)) return [];
      return noted.has(id) ? [] : [{ kind: 'image', id, name: names[0] ?? id }];
    });
  const volumes = stock.volumes
    .filter((name) => !wasThere.has(name) && use.jobs.volumes.includes(name))
    .map((name): CameLine => ({ kind: 'volume', name }));
  const networks = stock.networks
    .filter(({ id, name }) => !wasThere.has(id) && !builtIn.has(name) && use.jobs.networks.includes(id))
    .map(({ id, name }): CameLine => ({ kind: 'network', id, name }));
  return [...images, ...volumes, ...networks].filter(isNew);
}

/** Networks that every engine has: they may be made anew at its start, under another id. */
const builtIn: ReadonlySet<string> = new Set(['bridge', 'host', 'none', 'podman']);

/** An image may have come under several names. */
const keyOf = (line: CameLine): string =>
  line.kind === 'image' ? `${line.id} ${line.name}` : line.kind === 'volume' ? line.name : line.id;

function notedKeys(entries: readonly FootprintEntry[]): ReadonlySet<string> {
  return new Set(
    cameEntries(entries).flatMap(({ line }) =>
      line.kind === 'image' ? [line.id, keyOf(line)] : [keyOf(line)],
    ),
  );
}

/** The entries of what came with jobs, oldest first. */
export function cameEntries(
  entries: readonly FootprintEntry[],
): readonly (FootprintEntry & { readonly line: CameLine })[] {
  return entries.filter((e): e is FootprintEntry & { readonly line: CameLine } =>
    ['image', 'volume', 'network'].includes(e.line.kind),
  );
}

/** Names that images had before joining and that a job's newer image took: they go back when that image goes. */
export function takenNames(
  before: BeforeLine | null,
  gone: { readonly names: readonly string[] },
): readonly { readonly id: string; readonly name: string }[] {
  return (before?.images ?? []).flatMap(({ id, names }) =>
    names.filter((name) => gone.names.includes(name) && !name.includes('@')).map((name) => ({ id, name })),
  );
}
