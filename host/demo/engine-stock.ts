import type { Context, Hono } from 'hono';
import type { Containers } from './containers.ts';

/** Docker's API over what the simulated engine keeps beside its containers. */
export function withStock(app: Hono, containers: Containers): void {
  withImages(app, containers);
  const { stock } = containers;
  app.get('/volumes', (c) =>
    c.json({
      Volumes: [...stock.volumes].map((Name) => ({
        CreatedAt: new Date(stock.volumeMadeAt(Name)).toISOString(),
        Name,
        Driver: 'local',
      })),
      Warnings: null,
    }),
  );
  app.delete('/volumes/:name', (c) => {
    const name = c.req.param('name');
    if (!stock.volumes.has(name)) return c.json({ message: `get ${name}: no such volume` }, 404);
    const user = containers.list().find(({ wanted }) => wanted.volumes?.includes(name));
    if (user !== undefined)
      return c.json({ message: `remove ${name}: volume is in use - [${user.id}]` }, 409);
    stock.volumes.delete(name);
    return c.body(null, 204);
  });
  app.get('/networks', (c) => c.json(stock.networks));
  app.delete('/networks/:id', (c) => {
    const found = stock.networks.find(({ Id, Name }) => [Id, Name].includes(c.req.param('id')));
    if (found === undefined) return c.json({ message: `network ${c.req.param('id')} not found` }, 404);
    return c.json({ message: `${found.Name} is a pre-defined network and cannot be removed` }, 403);
  });
  app.get('/system/df', (c) =>
    c.json({
      Volumes: [...stock.volumes].map((Name) => ({ Name, UsageData: { Size: 120_000_000, RefCount: 0 } })),
    }),
  );
}

function withImages(app: Hono, containers: Containers): void {
  const { stock } = containers;
  const missing = (c: Context, name: string) => c.json({ message: `No such image: ${name}` }, 404);
  app.get('/images/json', (c) =>
    c.json(
      stock.images.map(({ id, names, bytes }) => ({
        Id: id,
        RepoTags: names,
        RepoDigests: [],
        Size: bytes,
      })),
    ),
  );
  app.get('/images/:name/json', (c) => {
    const image = stock.named(decoded(c.req.param('name')));
    return image === null
      ? missing(c, c.req.param('name'))
      : c.json({ Id: image.id, RepoTags: image.names, Size: image.bytes });
  });
  app.post('/images/:name/tag', (c) => {
    const image = stock.named(decoded(c.req.param('name')));
    if (image === null) return missing(c, c.req.param('name'));
    stock.retag(image, `${c.req.query('repo') ?? ''}:${c.req.query('tag') ?? 'latest'}`);
    return c.body(null, 201);
  });
  app.delete('/images/:name', (c) => {
    const name = decoded(c.req.param('name'));
    const image = stock.named(name);
    if (image === null) return missing(c, name);
    const last = image.names.length <= 1 || name === image.id;
    const user = containers.list().find(({ wanted }) => stock.named(wanted.image) === image);
    if (last && user !== undefined)
      return c.json(
        {
          message: `conflict: unable to remove repository reference "${name}" (must force) - container ${user.id} is using its referenced image`,
        },
        409,
      );
    stock.remove(name);
    return c.json([{ Untagged: name }]);
  });
}

/** The engine's past events between two times, one JSON object a line. */
export function pastEvents(containers: Containers, query: (name: string) => string | undefined): Response {
  const wanted = JSON.parse(query('filters') ?? '{}') as { type?: string[]; event?: string[] };
  const at = (name: string): number => Number(query(name) ?? '0') * 1_000;
  const told = containers.stock.past(
    at('since'),
    at('until'),
    (type, action) =>
      (wanted.type === undefined || wanted.type.includes(type)) &&
      (wanted.event === undefined || wanted.event.includes(action)),
  );
  return new Response(told.map((one) => `${JSON.stringify(one)}\n`).join(''), {
    headers: { 'Content-Type': 'application/json' },
  });
}

const decoded = (name: string): string => {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
};
