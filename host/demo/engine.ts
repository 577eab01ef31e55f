import { Hono } from 'hono';
import type { Container, Containers } from './containers.ts';
import { inspected } from './container-json.ts';
import { pastEvents, withStock } from './engine-stock.ts';
import { engineEvents } from './engine-events.ts';

const version = '28.2.2';

const pathOf = (runtime: string): string => (runtime === 'nvidia' ? 'nvidia-container-runtime' : runtime);

/** Docker's API over the simulated containers, as much of it as a host needs. */
export function engineApi(
  containers: Containers,
  nowIso: () => string,
  runtimes: () => readonly string[] = () => ['nvidia', 'runc'],
): Hono {
  const app = new Hono();
  // The API's version may stand before every path.
  app.all('/:version{v1\\.[0-9]+}/*', (c) => {
    const url = new URL(c.req.url);
    url.pathname = url.pathname.replace(/^\/v1\.\d+/, '');
    return app.fetch(new Request(url, c.req.raw));
  });
  app.get('/_ping', (c) => c.text('OK'));
  app.get('/version', (c) =>
    c.json({
      Platform: { Name: 'Docker Engine - Community' },
      Version: version,
      ApiVersion: '1.50',
      MinAPIVersion: '1.24',
      Os: 'linux',
      Arch: 'amd64',
      KernelVersion: '6.12.0',
      Components: [{ Name: 'Engine', Version: version, Details: {} }],
    }),
  );
  app.get('/info', (c) =>
    c.json({
      ID: 'demo',
      Name: 'demo',
      ServerVersion: version,
      OperatingSystem: 'Debian GNU/Linux 13 (trixie)',
      OSType: 'linux',
      Driver: 'overlay2',
      DockerRootDir: '/var/lib/docker',
      SecurityOptions: ['name=apparmor', 'name=seccomp,profile=builtin', 'name=cgroupns'],
      Runtimes: Object.fromEntries(runtimes().map((name) => [name, { path: pathOf(name) }])),
      DefaultRuntime: 'runc',
      CgroupVersion: '2',
      Containers: containers.list().length,
      SystemTime: nowIso(),
    }),
  );
  app.get('/containers/json', (c) => {
    const all = ['1', 'true', 'True'].includes(c.req.query('all') ?? '');
    const labels = labelFilter(c.req.query('filters'));
    const wanted = containers.list().filter((one) => (all || one.state === 'running') && labels(one));
    return c.json(wanted.map((one) => listed(one, containers)));
  });
  app.get('/events', (c) =>
    c.req.query('until') !== undefined
      ? pastEvents(containers, (name) => c.req.query(name))
      : engineEvents(containers, c.req.query('filters'), c.req.raw.signal),
  );
  withContainer(app, containers);
  withStock(app, containers);
  app.notFound((c) => c.json({ message: 'page not found' }, 404));
  return app;
}

function withContainer(app: Hono, containers: Containers): void {
  const missing = (id: string): { message: string } => ({ message: `No such container: ${id}` });
  app.get('/containers/:id/json', (c) => {
    const one = containers.find(c.req.param('id'));
    return one === null ? c.json(missing(c.req.param('id')), 404) : c.json(inspected(one));
  });
  app.post('/containers/:id/stop', async (c) => {
    const one = containers.find(c.req.param('id'));
    if (one === null) return c.json(missing(c.req.param('id')), 404);
    if (one.state !== 'running') return c.body(null, 304);
    await containers.stop(one.id, Number(c.req.query('t') ?? '10') * 1000);
    return c.body(null, 204);
  });
  app.post('/containers/:id/kill', async (c) => {
    const one = containers.find(c.req.param('id'));
    if (one === null) return c.json(missing(c.req.param('id')), 404);
    if (one.state !== 'running') {
      return c.json(
        { message: `Cannot kill container: ${c.req.param('id')}: container ${one.id} is not running` },
        409,
      );
    }
    const signal = (c.req.query('signal') ?? 'SIGKILL').replace(/^SIG/, '');
    const hard = signal === 'KILL' || signal === '9';
    containers.signal(one.id, hard ? 'SIGKILL' : 'SIGTERM');
    // The engine answers a kill when the container has ended, any other signal at once.
    if (hard) await containers.ended(one.id);
    return c.body(null, 204);
  });
  app.delete('/containers/:id', async (c) => {
    const one = containers.find(c.req.param('id'));
    if (one === null) return c.json(missing(c.req.param('id')), 404);
    if (one.state === 'running') {
      if (!['1', 'true'].includes(c.req.query('force') ?? '')) {
        const text = `cannot remove container "/${one.wanted.name}": container is running: stop the container before removing or force remove`;
        return c.json({ message: text }, 409);
      }
      await containers.stop(one.id, 0);
    }
    containers.remove(one.id);
    return c.body(null, 204);
  });
}

function labelFilter(text: string | undefined): (container: Container) => boolean {
  const parsed =
    text === undefined ? {} : (JSON.parse(text) as { label?: readonly string[] | Record<string, boolean> });
  const labels = Array.isArray(parsed.label)
    ? (parsed.label as readonly string[])
    : Object.keys(parsed.label ?? {});
  return ({ wanted }) =>
    labels.every((label) => {
      const [name = '', value] = label.split(/=(.*)/s);
      return value === undefined ? name in wanted.labels : wanted.labels[name] === value;
    });
}

const listed = (one: Container, { stock }: Containers): object => ({
  Id: one.id,
  Names: [`/${one.wanted.name}`],
  Image: one.wanted.image,
  ImageID: stock.named(one.wanted.image)?.id ?? `sha256:${one.id}`,
  Command: one.wanted.command.join(' '),
  Created: Math.floor(one.createdAt / 1000),
  Ports: [],
  Labels: one.wanted.labels,
  State: one.state,
  Status: one.state === 'running' ? 'Up' : `Exited (${one.exitCode})`,
  HostConfig: { NetworkMode: 'default' },
  Mounts: (one.wanted.volumes ?? []).map((Name) => ({ Type: 'volume', Name })),
});
