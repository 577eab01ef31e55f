import type { Container, Containers, ContainerTold } from './containers.ts';
import { LineStream } from './service.ts';

/** Docker's stream of events, filtered as it was asked for; it tells only what happens from now on. */
export function engineEvents(
  containers: Containers,
  filters: string | undefined,
  signal: AbortSignal,
): Response {
  const wanted = (filters === undefined ? {} : JSON.parse(filters)) as Record<string, readonly string[]>;
  const told: ContainerTold = (action, container) => {
    if (isWanted(wanted, action, container)) stream.push(eventOf(action, container));
  };
  const stop = containers.onEvent(told);
  const stream = new LineStream(signal, stop);
  return new Response(stream.body, { headers: { 'Content-Type': 'application/json' } });
}

function isWanted(
  { type, event, label }: Record<string, readonly string[]>,
  action: string,
  { wanted }: Container,
): boolean {
  return (
    (type === undefined || type.includes('container')) &&
    (event === undefined || event.includes(action)) &&
    (label ?? []).every((one) => {
      const [name = '', value] = one.split(/=(.*)/s);
      return value === undefined ? name in wanted.labels : wanted.labels[name] === value;
    })
  );
}

const eventOf = (action: string, { id, wanted }: Container): object => ({
  status: action,
  id,
  from: wanted.image,
  Type: 'container',
  Action: action,
  Actor: { ID: id, Attributes: { ...wanted.labels, image: wanted.image, name: wanted.name } },
  scope: 'local',
});
