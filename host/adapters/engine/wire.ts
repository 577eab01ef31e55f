import { z } from 'zod';
import type { ContainerSample, EngineSample } from '../../core/ports/engine.ts';

/** The label that Nomad's Docker driver puts on each container of its. */
export const allocationLabel = 'com.hashicorp.nomad.alloc_id';

const version = z.object({
  Version: z.string(),
  Components: z.array(z.object({ Name: z.string() })).nullish(),
});

const info = z.object({
  SecurityOptions: z.array(z.string()).nullish(),
});

const containers = z.array(
  z.object({
    Id: z.string().regex(/^[0-9a-f]{64}$/),
    Image: z.string().nullish(),
    State: z.string(),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
);

/** What the engine is. Podman answers Docker's API and names itself among its components. */
export function readVersion(json: unknown): Pick<EngineSample, 'kind' | 'version'> {
  const { Version, Components } = version.parse(json);
  const podman = Components?.some(({ Name }) => Name === 'Podman Engine') === true;
  return { kind: podman ? 'podman' : 'docker', version: Version };
}

/** Whether the engine runs without root, from `/info`. */
export const readRootless = (json: unknown): boolean =>
  info.parse(json).SecurityOptions?.some((option) => option.split(',').includes('name=rootless')) === true;

/** The listed containers that carry one of these allocation ids. */
export function readContainers(json: unknown, allocations: readonly string[]): readonly ContainerSample[] {
  const ours = new Set(allocations);
  return containers.parse(json).flatMap(({ Id, Image, State, Labels }) => {
    const allocation = Labels?.[allocationLabel];
    if (allocation === undefined || !ours.has(allocation)) return [];
    return { id: Id, allocation, state: stateOf(State), image: Image ?? '' };
  });
}

/** Both engines' words for how a container is. What is not known to have ended counts as running. */
function stateOf(word: string): ContainerSample['state'] {
  switch (word) {
    case 'created':
    case 'configured':
    case 'initialized':
      return 'created';
    case 'paused':
      return 'paused';
    case 'exited':
    case 'stopped':
      return 'exited';
    case 'dead':
    case 'removing':
      return 'dead';
    default:
      return 'running';
  }
}

/** The engine's own words for what went wrong, or the text as it came. */
export function readMessage(text: string): string {
  try {
    const parsed = z.object({ message: z.string() }).safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.message : text;
  } catch {
    return text;
  }
}
