import { resolve } from 'node:path';
import { z } from 'zod';
import { problem, ProblemError } from '../../../contract/problems.ts';
import { type Fact, seen, unknown } from '../../core/facts.ts';
import type { Files } from '../../core/ports/files.ts';
import type { PoolServer, Registration, RegistrationSample } from '../../core/ports/registration.ts';
import type { Log } from '../../core/ports/stores.ts';
import type { World } from '../../core/ports/world.ts';
import { Api } from './api.ts';
import { placesIn } from './places.ts';
import { RecordFile } from './record.ts';

const health = {
  Healthy: z.boolean().nullish(),
  HealthDescription: z.string().nullish(),
};

const nodeSchema = z.object({
  Name: z.string(),
  Status: z.string(),
  SchedulingEligibility: z.string(),
  NodePool: z.string().nullish(),
  Datacenter: z.string().nullish(),
  Attributes: z.record(z.string(), z.string()).nullish(),
  Meta: z.record(z.string(), z.string()).nullish(),
  Drivers: z.record(z.string(), z.object({ Detected: z.boolean().nullish(), ...health })).nullish(),
  NodeResources: z
    .object({
      Memory: z.object({ MemoryMB: z.number() }).nullish(),
      Disk: z.object({ DiskMB: z.number() }).nullish(),
      Devices: z
        .array(
          z.object({
            Name: z.string(),
            Instances: z.array(z.object({ ID: z.string(), ...health })).nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

const membersSchema = z.object({
  Members: z
    .array(
      z.object({
        Name: z.string(),
        Status: z.string(),
        Tags: z.record(z.string(), z.string()).nullish(),
      }),
    )
    .nullish(),
});

/** What the registration is read with. */
export interface RegistrationOptions {
  readonly world: World;
  /** The agent's folder. */
  readonly folder: string;
  readonly files: Files;
  readonly log: Log;
}

/** The pool's own view of this computer, asked through the local agent. */
export function createRegistration({ world, folder, files, log }: RegistrationOptions): Registration {
  const places = placesIn(resolve(folder));
  const record = new RecordFile(places.record, files);
  const reach = async () => {
    const found = await record.load();
    return found === null || found.process === null ? null : found;
  };
  const api = new Api({ world, places, files, log, reach });
  const fact = async <T>(read: () => Promise<T>): Promise<Fact<T>> => {
    const at = world.clock.now();
    try {
      return seen(await read(), at);
    } catch (error) {
      if (error instanceof ProblemError) return unknown(error.problem, at);
      if (error instanceof z.ZodError) return unknown(problem('nomad-garbled', z.prettifyError(error)), at);
      throw error;
    }
  };
  return {
    look: () =>
      fact(async () => {
        const id = (await api.identity())?.nodeId ?? '';
        return readRegistration(await api.get(`/v1/node/${id}`));
      }),
    servers: () => fact(async () => readServers(await api.get('/v1/agent/members'))),
  };
}

/** Reads `/v1/node/:id` for what a diagnosis says. */
function readRegistration(json: unknown): RegistrationSample {
  const node = nodeSchema.parse(json);
  const { Memory: memory, Disk: disk, Devices: devices } = node.NodeResources ?? {};
  return {
    name: node.Name,
    status: node.Status,
    eligible: node.SchedulingEligibility === 'eligible',
    version: plainVersion(node.Attributes?.['nomad.version']),
    nodePool: node.NodePool ?? '',
    datacenter: node.Datacenter ?? '',
    meta: node.Meta ?? {},
    drivers: Object.entries(node.Drivers ?? {}).map(([name, one]) => ({
      name,
      detected: one.Detected ?? false,
      ...healthOf(one),
    })),
    devices: (devices ?? []).flatMap(({ Name: name, Instances: instances }) =>
      (instances ?? []).map((one) => ({ id: one.ID, name, ...healthOf(one) })),
    ),
    memoryMib: memory?.MemoryMB ?? null,
    diskMib: disk?.DiskMB ?? null,
  };
}

/** Reads `/v1/agent/members`, which a client's agent asks the servers for. */
function readServers(json: unknown): readonly PoolServer[] {
  return (membersSchema.parse(json).Members ?? []).map(({ Name: name, Status: status, Tags: tags }) => ({
    name,
    alive: status === 'alive',
    version: plainVersion(tags?.['build']),
  }));
}

const healthOf = ({ Healthy, HealthDescription }: z.infer<z.ZodObject<typeof health>>) => ({
  healthy: Healthy ?? false,
  words: HealthDescription ?? '',
});

const plainVersion = (text: string | undefined): string | null =>
  /\d+\.\d+\.\d+/.exec(text ?? '')?.[0] ?? null;
