import { z } from 'zod';
import type { ImageSample, NetworkSample, Use } from '../../core/ports/images.ts';
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

const times = z.array(
  z.object({
    Name: z.string(),
    Id: z.string().nullish(),
    CreatedAt: z.string().nullish(),
    Created: z.string().nullish(),
  }),
);

/** When volumes (by name) and networks (by id) were made, epoch ms, from `/volumes` and `/networks`; an engine need not tell. */
export function readMade(volumes: unknown, networks: unknown): ReadonlyMap<string, number> {
  const { Volumes } = z.object({ Volumes: times.nullish() }).parse(volumes);
  const all = [...(Volumes ?? []), ...times.parse(networks)].map(
    ({ Name, Id, CreatedAt, Created }) => [Id ?? Name, Date.parse(CreatedAt ?? Created ?? '')] as const,
  );
  return new Map(all.filter(([, at]) => !Number.isNaN(at)));
}

const containerList = z.array(
  z.object({
    Id: z.string(),
    Created: z.number().nullish(),
    ImageID: z.string().nullish(),
    Labels: z.record(z.string(), z.string()).nullish(),
    Mounts: z.array(z.object({ Type: z.string().nullish(), Name: z.string().nullish() })).nullish(),
    NetworkSettings: z
      .object({ Networks: z.record(z.string(), z.object({ NetworkID: z.string().nullish() })).nullish() })
      .nullish(),
  }),
);

/** Something that a container used, and when that container was made, epoch ms. */
export interface UsedBy {
  readonly what: string;
  readonly at: number;
}

/** What containers of jobs used that may be gone. */
export interface Past {
  readonly images: readonly string[];
  readonly volumes: readonly UsedBy[];
  readonly networks: readonly UsedBy[];
}

/** Engines tell whole seconds, and of a container only once it is made, which takes a while, ms. */
const slackMs = 10_000;

/** What of this was made with the container that used it: what is older is somebody else's, whatever a job asked for. */
const cameWith = (used: readonly UsedBy[], made: ReadonlyMap<string, number>): readonly string[] => [
  ...new Set(used.flatMap(({ what, at }) => ((made.get(what) ?? -Infinity) >= at - slackMs ? [what] : []))),
];

/**
 * What containers use, from `/containers/json?all=true`; `past`: what containers of jobs used that may be gone; `made`:
 * when volumes and networks were made.
 */
export function readUse(
  json: unknown,
  allocations: readonly string[],
  past: Past,
  made: ReadonlyMap<string, number>,
): Use {
  const ours = new Set(allocations);
  const listed = containerList.parse(json);
  const isJob = ({ Labels }: (typeof listed)[number]): boolean => ours.has(Labels?.[allocationLabel] ?? '');
  const used = (some: typeof listed): Past => ({
    images: some.flatMap(({ ImageID }) => ImageID ?? []),
    volumes: some.flatMap(({ Mounts, Created }) =>
      (Mounts ?? []).flatMap(({ Type, Name }) =>
        Type === 'volume' && Name ? [{ what: Name, at: (Created ?? Infinity) * 1_000 }] : [],
      ),
    ),
    networks: some.flatMap(({ NetworkSettings, Created }) =>
      Object.values(NetworkSettings?.Networks ?? {}).flatMap(({ NetworkID }) =>
        NetworkID ? [{ what: NetworkID, at: (Created ?? Infinity) * 1_000 }] : [],
      ),
    ),
  });
  const now = used(listed.filter(isJob));
  const others = used(listed.filter((one) => !isJob(one)));
  return {
    jobs: {
      images: [...new Set([...now.images, ...past.images])],
      volumes: cameWith([...now.volumes, ...past.volumes], made),
      networks: cameWith([...now.networks, ...past.networks], made),
    },
    others: {
      images: others.images,
      volumes: others.volumes.map(({ what }) => what),
      networks: others.networks.map(({ what }) => what),
    },
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
  time: z.number().nullish(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).nullish() }),
});

/** What containers of these allocations used, from the engine's past events, one JSON object a line. */
export function readPast(text: string, allocations: readonly string[]): Past {
  const ours = new Set(allocations);
  const events = text.split('\n').flatMap((line) => {
    try {
      const read = event.safeParse(JSON.parse(line));
      return read.success ? [read.data] : [];
    } catch {
      return [];
    }
  });
  const of = (type: string) => events.filter(({ Type }) => Type === type);
  const jobs = of('container').filter(({ Actor }) => ours.has(Actor.Attributes?.[allocationLabel] ?? ''));
  const made = new Map(jobs.map(({ Actor, time }) => [Actor.ID, (time ?? Infinity) * 1_000] as const));
  const usedBy = (type: string): UsedBy[] =>
    of(type).flatMap(({ Actor }) => {
      const at = made.get(Actor.Attributes?.['container'] ?? '');
      return at === undefined ? [] : [{ what: Actor.ID, at }];
    });
  return {
    images: jobs.flatMap(({ Actor }) => Actor.Attributes?.['image'] ?? []),
    volumes: usedBy('volume'),
    networks: usedBy('network'),
  };
}
