import { z } from 'zod';
import type { ImageSample, NetworkSample, Use, Used } from '../../core/ports/images.ts';
import { allocationLabel } from './wire.ts';

const texts = z
  .array(z.string())
  .nullish()
  .transform((list) => (list ?? []).filter((name) => !name.includes('<none>')));

const image = z.object({ Id: z.string(), RepoTags: texts, RepoDigests: texts, Size: z.number().nullish() });

const imageList = z.array(image);

/** Reads `/images/json`. */
export const readImages = (json: unknown): readonly ImageSample[] =>
  imageList.parse(json).map(({ Id, RepoTags, RepoDigests, Size }) => ({
    id: Id,
    names: [...RepoTags, ...RepoDigests],
    bytes: Size ?? 0,
  }));

const oneImage = z.object({ RepoTags: texts });

/** The tags of one image, from `/images/:id/json`. */
export const readTags = (json: unknown): readonly string[] => oneImage.parse(json).RepoTags;

const volumeList = z.object({ Volumes: z.array(z.object({ Name: z.string() })).nullish() });

/** Reads `/volumes`. */
export const readVolumes = (json: unknown): readonly string[] =>
  (volumeList.parse(json).Volumes ?? []).map(({ Name }) => Name);

const networkList = z.array(z.object({ Id: z.string(), Name: z.string() }));

/** Reads `/networks`. */
export const readNetworks = (json: unknown): readonly NetworkSample[] =>
  networkList.parse(json).map(({ Id, Name }) => ({ id: Id, name: Name }));

const usage = z.object({
  Volumes: z
    .array(z.object({ Name: z.string(), UsageData: z.object({ Size: z.number() }).nullish() }))
    .nullish(),
});

/** How large volumes are, from `/system/df`; the engine says -1 where it does not know. */
export const readVolumeBytes = (json: unknown): Readonly<Record<string, number>> =>
  Object.fromEntries(
    (usage.parse(json).Volumes ?? []).flatMap(({ Name, UsageData }) =>
      UsageData == null || UsageData.Size < 0 ? [] : [[Name, UsageData.Size] as const],
    ),
  );

const containerList = z.array(
  z.object({
    Id: z.string(),
    ImageID: z.string().nullish(),
    Labels: z.record(z.string(), z.string()).nullish(),
    Mounts: z.array(z.object({ Type: z.string().nullish(), Name: z.string().nullish() })).nullish(),
    NetworkSettings: z
      .object({ Networks: z.record(z.string(), z.object({ NetworkID: z.string().nullish() })).nullish() })
      .nullish(),
  }),
);

/** What containers use, from `/containers/json?all=true`; `past`: what containers of jobs used that may be gone. */
export function readUse(json: unknown, allocations: readonly string[], past: Used): Use {
  const ours = new Set(allocations);
  const listed = containerList.parse(json);
  const isJob = ({ Labels }: (typeof listed)[number]): boolean => ours.has(Labels?.[allocationLabel] ?? '');
  const used = (some: typeof listed): Used => ({
    images: some.flatMap(({ ImageID }) => ImageID ?? []),
    volumes: some.flatMap(({ Mounts }) =>
      (Mounts ?? []).flatMap(({ Type, Name }) => (Type === 'volume' && Name ? [Name] : [])),
    ),
    networks: some.flatMap(({ NetworkSettings }) =>
      Object.values(NetworkSettings?.Networks ?? {}).flatMap(({ NetworkID }) =>
        NetworkID ? [NetworkID] : [],
      ),
    ),
  });
  const now = used(listed.filter(isJob));
  return {
    jobs: {
      images: [...new Set([...now.images, ...past.images])],
      volumes: [...new Set([...now.volumes, ...past.volumes])],
      networks: [...new Set([...now.networks, ...past.networks])],
    },
    others: used(listed.filter((one) => !isJob(one))),
  };
}

/** The listed containers whose label names a folder under this one. */
export const readThrowAways = (json: unknown, label: string, under: string): readonly string[] =>
  containerList
    .parse(json)
    .filter(({ Labels }) => (Labels?.[label] ?? '').startsWith(`${under}/`))
    .map(({ Id }) => Id);

const event = z.object({
  Type: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).nullish() }),
});

/** What containers of these allocations used, from the engine's past events, one JSON object a line. */
export function readPast(text: string, allocations: readonly string[]): Used {
  const ours = new Set(allocations);
  const events = text.split('\n').flatMap((line) => {
    try {
      const read = event.safeParse(JSON.parse(line));
      return read.success ? [read.data] : [];
    } catch {
      return [];
    }
  });
  const of = (type: string) => events.filter(({ Type }) => Type === type).map(({ Actor }) => Actor);
  const jobs = of('container').filter(({ Attributes }) => ours.has(Attributes?.[allocationLabel] ?? ''));
  const ids = new Set(jobs.map(({ ID }) => ID));
  const usedBy = (type: string): string[] =>
    of(type)
      .filter(({ Attributes }) => ids.has(Attributes?.['container'] ?? ''))
      .map(({ ID }) => ID);
  return {
    images: jobs.flatMap(({ Attributes }) => Attributes?.['image'] ?? []),
    volumes: usedBy('volume'),
    networks: usedBy('network'),
  };
}
