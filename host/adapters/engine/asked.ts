import { realpath } from 'node:fs/promises';
import { normalize, relative, sep } from 'node:path';
import { z } from 'zod';
import type { ContainerAsked, MountAsked } from '../../core/ports/container-asked.ts';
import { allocationLabel } from './wire.ts';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const texts = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);

const inspected = z.object({
  Id: z.string().regex(/^[0-9a-f]{64}$/),
  Name: text,
  State: z.object({ Running: z.boolean().nullish(), Status: text }),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish(), Env: texts }),
  HostConfig: z.object({
    NetworkMode: text,
    PidMode: text,
    IpcMode: text,
    UTSMode: text,
    UsernsMode: text,
    CgroupnsMode: text,
    Privileged: z.boolean().nullish(),
    CapAdd: texts,
    SecurityOpt: texts,
    MaskedPaths: z.array(z.string()).nullish(),
    Binds: texts,
    VolumesFrom: texts,
    Links: texts,
    Runtime: text,
    Annotations: z.record(z.string(), z.string()).nullish(),
    Devices: z.array(z.object({ PathOnHost: text })).nullish(),
    DeviceCgroupRules: texts,
    DeviceRequests: z
      .array(z.object({ Driver: text, Count: z.number().nullish(), DeviceIDs: texts }))
      .nullish(),
    Mounts: z
      .array(
        z.object({
          Type: text,
          Source: text,
          VolumeOptions: z
            .object({ DriverConfig: z.object({ Name: text, Options: z.unknown() }).nullish() })
            .nullish(),
        }),
      )
      .nullish(),
  }),
  Mounts: z.array(z.object({ Type: text, Name: text, Source: text, Driver: text })).nullish(),
  NetworkSettings: z.object({ Networks: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});

type Inspected = z.infer<typeof inspected>;

/** What a container asked for, from its inspection. `allocations`: the folder below which binds are looked for. */
export async function readAsked(json: unknown, allocations: string): Promise<ContainerAsked> {
  const one = inspected.parse(json);
  const { HostConfig: host, Config } = one;
  const devices = (host.Devices ?? []).map(({ PathOnHost }) => PathOnHost);
  return {
    id: one.Id,
    name: one.Name.replace(/^\//, ''),
    allocation: Config.Labels?.[allocationLabel] ?? null,
    running: one.State.Running === true,
    network: host.NetworkMode,
    networks: Object.keys(one.NetworkSettings?.Networks ?? {}),
    pid: host.PidMode,
    ipc: host.IpcMode,
    uts: host.UTSMode,
    users: host.UsernsMode,
    cgroups: host.CgroupnsMode,
    privileged: host.Privileged === true,
    capabilities: host.CapAdd,
    devices: [...devices.filter((path) => !cdiName.test(path)), ...host.DeviceCgroupRules],
    securityOptions: host.SecurityOpt,
    // Without the list it is the engine's own; an empty one hides nothing.
    unmasked: host.MaskedPaths?.length === 0,
    mounts: await mountsOf(one, allocations),
    volumesFrom: host.VolumesFrom,
    links: host.Links,
    cards: [...devices.filter((path) => cdiName.test(path)).map(cardOf), ...cardsOf(one)],
  };
}

async function mountsOf({ HostConfig, Mounts }: Inspected, allocations: string): Promise<MountAsked[]> {
  // Docker lists every mount at the end; what was asked is looked at too, since a driver's options are told there alone.
  const asked = (HostConfig.Mounts ?? []).map(({ Type, Source, VolumeOptions }) => {
    const { Name = '', Options } = VolumeOptions?.DriverConfig ?? {};
    // The usual driver too binds any path, where its options say so.
    const how = hasEntries(Options) ? ' with options' : '';
    return { Type, Name: '', Source, Driver: `${Name === '' ? 'local' : Name}${how}` };
  });
  const bound = HostConfig.Binds.map((bind) => {
    const [Source = ''] = bind.split(':');
    return { Type: Source.startsWith('/') ? 'bind' : 'volume', Name: '', Source, Driver: 'local' };
  });
  const all = [...(Mounts ?? []), ...asked, ...bound];
  return Promise.all(
    all.map(async ({ Type, Name, Source, Driver }) => ({
      type: Type,
      source: Name === '' ? Source : Name,
      within: Type === 'bind' ? await withinFolder(Source, allocations) : null,
      driver: Type === 'volume' ? Driver : '',
      anonymous: Name === '' ? Source === '' : /^[0-9a-f]{64}$/.test(Name),
    })),
  );
}

const hasEntries = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;

/** Where below a folder a path leads with all links followed; null: elsewhere, or it may not be looked at. */
export async function withinFolder(path: string, folder: string): Promise<string | null> {
  const root = await realpath(folder).catch(() => folder);
  try {
    return below(await realpath(path), root);
  } catch (error) {
    const nothingThere = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return nothingThere ? (below(normalize(path), folder) ?? below(normalize(path), root)) : null;
  }
}

function below(path: string, folder: string): string | null {
  const way = relative(folder, path);
  return way === '' || way === '..' || way.startsWith(`..${sep}`) || way.startsWith(sep) ? null : way;
}

/** A device in CDI's form: vendor/class=name. */
const cdiName = /^[a-z][\w.-]*\/[\w.-]+=.+$/i;
const nvidiaCard = /^(?:runtime\.|management\.)?nvidia\.com\/gpu=(.+)$/i;

/** A card's own name within CDI's; another kind of device keeps its whole name and is none of the shared. */
const cardOf = (name: string): string => nvidiaCard.exec(name)?.[1] ?? name;

function cardsOf({ HostConfig, Config }: Inspected): readonly string[] {
  const requested = (HostConfig.DeviceRequests ?? []).flatMap(({ Count, DeviceIDs }) =>
    // A number of cards means any of them.
    DeviceIDs.length === 0 && (Count ?? 0) !== 0 ? ['all'] : DeviceIDs,
  );
  const annotated = Object.entries(HostConfig.Annotations ?? {}).flatMap(([key, value]) =>
    key.startsWith('cdi.k8s.io/') ? value.split(',') : [],
  );
  return [...requested, ...annotated, ...visible(HostConfig.Runtime, Config.Env)].map(cardOf);
}

/** The runtime named `nvidia` gives what this variable names; to any other it is a word. */
function visible(runtime: string, env: readonly string[]): readonly string[] {
  if (!/nvidia/i.test(runtime)) return [];
  const named = env.findLast((line) => line.startsWith('NVIDIA_VISIBLE_DEVICES='));
  const names = named?.slice(named.indexOf('=') + 1).split(',') ?? [];
  return names.map((name) => name.trim()).filter((name) => !['', 'none', 'void'].includes(name));
}
