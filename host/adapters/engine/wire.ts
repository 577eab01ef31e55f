import { z } from 'zod';
import type { ContainerSample, OtherContainer } from '../../core/ports/engine.ts';

/** The label that Nomad's Docker driver puts on each container of its. */
export const allocationLabel = 'com.hashicorp.nomad.alloc_id';

const containers = z.array(
  z.object({
    Id: z.string().regex(/^[0-9a-f]{64}$/),
    Names: z.array(z.string()).nullish(),
    Image: z.string().nullish(),
    State: z.string(),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
);

/** The listed containers that carry one of these allocation ids. */
export function readContainers(json: unknown, allocations: readonly string[]): readonly ContainerSample[] {
  const ours = new Set(allocations);
  return containers.parse(json).flatMap(({ Id, Image, State, Labels }) => {
    const allocation = Labels?.[allocationLabel];
    if (allocation === undefined || !ours.has(allocation)) return [];
    return { id: Id, allocation, state: stateOf(State), image: Image ?? '' };
  });
}

/** The running ones of these that are none of the pool's work. */
export function readOthers(json: unknown): readonly OtherContainer[] {
  return containers
    .parse(json)
    .flatMap(({ Id, Names, Image, State, Labels }) =>
      Labels?.[allocationLabel] === undefined && ['running', 'paused'].includes(stateOf(State))
        ? [{ name: Names?.[0]?.replace(/^\//, '') ?? Id.slice(0, 12), image: Image ?? '' }]
        : [],
    );
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
