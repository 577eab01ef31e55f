import type { Agent } from './agent.ts';
import { identify, may, type Tokens } from './acl.ts';
import { json, plain, nomadApp, denied, Refusal } from './http.ts';
import { nomadVersion } from './node-offer.ts';
import { terminal } from './model.ts';
import type { Handler } from '../service.ts';

/** A forwarded request into a void is answered after this long, ms. */
const voidMs = 11_400;

/** The HTTP API of a client agent: a little of its own, the rest forwarded to a server. */
export function agentApi(
  agent: Agent,
  server: { fetch: (request: Request, env: { forwarded: boolean }) => Response | Promise<Response> },
  tokens: Tokens,
): Handler {
  const own = ownRoutes(agent, tokens);
  return async (request) => {
    const path = new URL(request.url).pathname;
    if (/^\/v1\/(?:agent\/|client\/|metrics$)/.test(path) && path !== '/v1/agent/members')
      return own.fetch(request, { forwarded: false });
    return forward(agent, request, (inner) => Promise.resolve(server.fetch(inner, { forwarded: true })));
  };
}

/**
 * Passes a request on to a server. Before the first registration it waits without limit; a refused connection
 * is an error at once, a lost one ends what waits.
 */
async function forward(
  agent: Agent,
  request: Request,
  send: (request: Request) => Promise<Response>,
): Promise<Response> {
  const { link, computer } = agent.parts;
  await agent.registered();
  if (link.state() === 'refused') return refused();
  if (link.state() === 'silent') {
    if (new URL(request.url).pathname === '/v1/status/leader') return new Promise(() => undefined);
    await computer.clock.sleep(voidMs, request.signal);
    return plain('rpc error: EOF', 500);
  }
  const inside = new AbortController();
  const lost = new Promise<Response>((resolve) => {
    const stop = link.onChange(() => {
      if (link.state() === 'open') return;
      stop();
      inside.abort(link.state());
      if (link.state() === 'refused') resolve(plain('rpc error: EOF', 500));
      else void computer.clock.sleep(voidMs).then(() => resolve(plain('rpc error: EOF', 500)));
    });
    request.signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([
    send(new Request(request, { signal: AbortSignal.any([request.signal, inside.signal]) })),
    lost,
  ]);
}

const refused = (): Response =>
  plain('rpc error: failed to get conn: dial tcp 100.64.0.1:4647: connect: connection refused', 500);

function ownRoutes(agent: Agent, tokens: Tokens): ReturnType<typeof nomadApp> {
  const app = nomadApp();
  const { servers, link } = agent.parts;
  /** Only tokens count here: a node's secret is none, and a lost server cannot say. */
  const allow = (request: Request, right: 'node:read' | 'agent:read' | 'read-job'): void => {
    const identity = identify(request, tokens, servers);
    if (identity.kind === 'anonymous') throw denied();
    if (link.state() !== 'open')
      throw new Refusal(
        500,
        'rpc error: failed to get conn: dial tcp 100.64.0.1:4647: connect: connection refused',
      );
    if (identity.kind === 'node') throw new Refusal(403, 'ACL token not found');
    if (!may(identity, right)) throw denied();
  };
  app.get('/v1/agent/health', () => {
    if (agent.knowsServers) return json({ client: { message: 'ok', ok: true } });
    throw new Refusal(500, '{"client":{"ok":false,"message":"no known servers"}}');
  });
  app.get('/v1/agent/self', (c) => {
    allow(c.req.raw, 'agent:read');
    const { id } = agent.identity;
    return json({
      config: { Version: { Version: agent.config.version ?? nomadVersion }, Region: 'global' },
      member: {},
      stats: { client: { node_id: id } },
    });
  });
  app.get('/v1/agent/servers', (c) => {
    allow(c.req.raw, 'agent:read');
    return json(agent.config.servers);
  });
  app.get('/v1/client/stats', (c) => {
    allow(c.req.raw, 'node:read');
    return json({
      AllocDirStats: {},
      CPU: [],
      DeviceStats: [],
      DiskStats: [],
      Memory: {},
      Uptime: 1,
      Timestamp: agent.parts.computer.clock.now() * 1_000_000,
    });
  });
  app.get('/v1/client/fs/logs/:id', (c) => {
    const identity = identify(c.req.raw, tokens, servers);
    if (identity.kind === 'node') throw new Refusal(500, 'ACL token not found');
    throw denied();
  });
  app.get('/v1/metrics', (c) => metrics(agent, c.req.query('format') === 'prometheus'));
  app.all('/v1/client/*', (c) => {
    allow(c.req.raw, 'node:read');
    throw new Refusal(404, 'not found');
  });
  return app;
}

/** The agent's gauges, without any token. Their label of the node's status says "ready" whatever happened since. */
function metrics(agent: Agent, prometheus: boolean): Response {
  const { servers } = agent.parts;
  const node = servers.store.nodes.get(agent.identity.id);
  const running = [...servers.store.allocations.values()].filter(
    (one) => one.NodeID === agent.identity.id && !terminal(one),
  );
  const labels = {
    node_id: agent.identity.id,
    datacenter: agent.config.datacenter,
    node_class: agent.config.nodeClass,
    node_pool: agent.config.nodePool,
    node_status: 'ready',
    node_scheduling_eligibility: node?.SchedulingEligibility ?? 'eligible',
  };
  if (!prometheus)
    return json({
      Counters: [],
      Gauges: [{ Name: 'nomad.client.allocations.running', Value: running.length, Labels: labels }],
      Points: [],
      Samples: [],
    });
  const text = Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');
  return plain(
    `# TYPE nomad_client_allocations_running gauge\nnomad_client_allocations_running{${text}} ${running.length}\n`,
    200,
  );
}
