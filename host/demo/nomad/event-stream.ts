import { LineStream } from '../service.ts';
import { identify, may, mayReadNodes } from './acl.ts';
import type { ServerParts } from './server-parts.ts';
import type { StreamBatch, StreamEvent } from './store.ts';

/** An empty object is sent at once and then this often, ms. */
const beatMs = 30_000;

/**
 * The servers' event stream. It is answered with 200 before anybody's right is looked at: a refused one
 * stays open and sends nothing at all.
 */
export function eventStream(parts: ServerParts, request: Request): Response {
  const { clock, servers, tokens } = parts;
  const query = new URL(request.url).searchParams;
  const topics = query.getAll('topic').map((text) => text.split(/:(.*)/s));
  const identity = identify(request, tokens, servers);
  const allowed = topics.every(([topic]) =>
    topic === 'Node' ? mayReadNodes(identity) : may(identity, 'read-job'),
  );
  const ends: (() => void)[] = [];
  const stream = new LineStream(request.signal, () => {
    for (const end of ends) end();
  });
  const answer = new Response(stream.body, {
    headers: { 'content-type': 'application/json', connection: 'close' },
  });
  if (!allowed || (topics.length === 0 && !may(identity, 'node:write'))) return answer;
  const wanted = ({ Topic, Key, FilterKeys }: StreamEvent): boolean =>
    topics.length === 0 ||
    topics.some(
      ([topic, key = '*']) =>
        (topic === Topic || topic === '*') &&
        (key === '*' || key === Key || (FilterKeys ?? []).includes(key)),
    );
  const send = ({ Index, Events }: StreamBatch): void => {
    const some = Events.filter(wanted);
    if (some.length > 0) stream.push({ Index, Events: some });
  };
  stream.push({});
  for (const batch of servers.store.since(Number(query.get('index') ?? '0'))) send(batch);
  ends.push(servers.store.onChange(send));
  let cancel = (): void => undefined;
  const beat = (): void => {
    cancel = clock.after(beatMs, () => {
      stream.push({});
      beat();
    });
  };
  beat();
  ends.push(() => cancel());
  ends.push(() => stream.end());
  return answer;
}
