import type { Hono } from 'hono';
import { may, mayReadNodes } from './acl.ts';
import { blocking } from './blocking.ts';
import { eventStream } from './event-stream.ts';
import { body, denied, json, type NomadEnv, nomadApp, read, Refusal } from './http.ts';
import { jobFromJson } from './job-json.ts';
import type { Allocation, Job, Node } from './model.ts';
import { nomadVersion } from './node-offer.ts';
import { nodeRoutes } from './node-routes.ts';
import { type ServerParts, uuid, who } from './server-parts.ts';

/** The address under which the servers know each other, and answer for it. */
export const leaderAddress = '100.64.0.1:4647';

/** The servers' HTTP API, as it answers on a server or through a client agent. */
export function serverApi(parts: ServerParts): Hono<NomadEnv> {
  const app = nomadApp();
  app.get('/v1/status/leader', () => json(leaderAddress));
  app.get('/v1/regions', () => json(['global']));
  app.get('/v1/event/stream', (c) => eventStream(parts, c.req.raw));
  agentRoutes(app, parts);
  nodeRoutes(app, parts);
  allocationRoutes(app, parts);
  jobRoutes(app, parts);
  tokenRoutes(app, parts);
  return app;
}

/** What a server says of itself; a node's secret is enough for it here, other than on a client. */
function agentRoutes(app: Hono<NomadEnv>, parts: ServerParts): void {
  app.get('/v1/agent/self', (c) => {
    const identity = who(parts, c.req.raw);
    if (identity.kind !== 'node' && !may(identity, 'agent:read')) throw denied();
    return json({ config: { Version: { Version: nomadVersion }, Region: 'global' }, member: {}, stats: {} });
  });
  app.get('/v1/agent/members', (c) => {
    if (!mayReadNodes(who(parts, c.req.raw))) throw denied();
    return json({
      ServerName: 'server',
      ServerRegion: 'global',
      ServerDC: 'dc1',
      Members: [memberOf(parts.servers.version)],
    });
  });
  app.get('/v1/agent/health', (c) => {
    if (c.req.query('type') !== 'client') return json({ server: { message: 'ok', ok: true } });
    throw new Refusal(500, '{"client":{"ok":false,"message":"client not enabled"}}');
  });
  app.all('/v1/client/*', () => {
    throw new Refusal(400, 'No local Node and node_id not provided');
  });
}

/** The pool's one server, as servers list each other. */
const memberOf = (build: string): object => ({
  Name: 'server.global',
  Addr: '100.64.0.1',
  Port: 4648,
  Status: 'alive',
  Tags: { role: 'nomad', region: 'global', dc: 'dc1', build, bootstrap: '1' },
});

function allocationRoutes(app: Hono<NomadEnv>, parts: ServerParts): void {
  const { clock, servers } = parts;
  const { store } = servers;
  const index = (): number => Math.max(0, ...[...store.allocations.values()].map((one) => one.ModifyIndex));
  app.get('/v1/allocations', async (c) => {
    if (!may(who(parts, c.req.raw), 'read-job')) throw denied();
    await blocking(clock, store, c.req.raw, index);
    return read([...store.allocations.values()].map(allocationStub), index());
  });
  app.get('/v1/allocation/:id', async (c) => {
    const identity = who(parts, c.req.raw);
    const id = c.req.param('id');
    if (!uuid.test(id))
      throw new Refusal(500, 'alloc lookup failed: index error: UUID must be 36 characters', true);
    const found = store.allocations.get(id);
    if (found === undefined) throw new Refusal(404, 'alloc not found');
    const ownPool = identity.kind === 'node' && samePool(store.nodes, identity.node, found);
    if (!ownPool && !may(identity, 'read-job')) throw new Refusal(500, `Unknown allocation "${id}"`, true);
    await blocking(clock, store, c.req.raw, () => store.allocations.get(id)?.ModifyIndex ?? store.index);
    const allocation = store.allocations.get(id);
    if (allocation === undefined) throw new Refusal(404, 'alloc not found');
    return read(allocation, allocation.ModifyIndex);
  });
  app.on(['PUT', 'POST'], '/v1/allocation/:id/stop', (c) => {
    if (!may(who(parts, c.req.raw), 'alloc-lifecycle')) throw denied();
    if (!servers.stopAllocation(c.req.param('id'))) throw new Refusal(404, 'allocation not found');
    return json({ EvalID: c.req.param('id'), Index: store.index });
  });
  app.all('/v1/allocation/:id/stop', () => {
    throw new Refusal(405, 'Invalid method');
  });
}

/** A node's secret reads any allocation of its own pool. */
function samePool(nodes: ReadonlyMap<string, Node>, node: Node, allocation: Allocation): boolean {
  return nodes.get(allocation.NodeID)?.NodePool === node.NodePool;
}

function jobRoutes(app: Hono<NomadEnv>, parts: ServerParts): void {
  const { servers } = parts;
  const { store } = servers;
  app.get('/v1/jobs', (c) => {
    if (!may(who(parts, c.req.raw), 'list-jobs')) throw denied();
    return read(
      [...store.jobs.values()].map(({ ID, Name, Type, Status, Priority, NodePool }) => ({
        ID,
        Name,
        Type,
        Status,
        Priority,
        NodePool,
      })),
      store.index,
    );
  });
  app.on(['PUT', 'POST'], '/v1/jobs', async (c) => {
    if (!may(who(parts, c.req.raw), 'submit-job')) throw denied();
    const job = servers.registerJob(jobFromJson(await body(c.req.raw)));
    const Index = job.ModifyIndex;
    return json({
      EvalCreateIndex: Index,
      EvalID: '',
      Index,
      JobModifyIndex: Index,
      KnownLeader: false,
      LastContact: 0,
      NextToken: '',
      Warnings: '',
    });
  });
  const found = (request: Request, id: string, capability: 'read-job' | 'submit-job'): Job => {
    if (!may(who(parts, request), capability)) throw denied();
    const job = store.jobs.get(id);
    if (job === undefined) throw new Refusal(404, 'job not found');
    return job;
  };
  app.get('/v1/job/:id', (c) => {
    const job = found(c.req.raw, c.req.param('id'), 'read-job');
    return read(job, job.ModifyIndex);
  });
  app.get('/v1/job/:id/allocations', (c) => {
    found(c.req.raw, c.req.param('id'), 'read-job');
    const list = [...store.allocations.values()].filter((one) => one.JobID === c.req.param('id'));
    return read(list.map(allocationStub), store.index);
  });
  app.delete('/v1/job/:id', (c) => {
    found(c.req.raw, c.req.param('id'), 'submit-job');
    servers.deregisterJob(c.req.param('id'));
    return json({
      EvalCreateIndex: store.index,
      EvalID: '',
      Index: store.index,
      JobModifyIndex: store.index,
    });
  });
}

function tokenRoutes(app: Hono<NomadEnv>, parts: ServerParts): void {
  app.get('/v1/acl/token/self', (c) => {
    const identity = who(parts, c.req.raw);
    if (identity.kind === 'node') throw new Refusal(404, 'ACL token not found');
    if (identity.kind !== 'token') {
      return json({
        ExpirationTTL: '',
        AccessorID: 'anonymous',
        SecretID: '',
        Name: 'Anonymous Token',
        Type: 'client',
        Policies: ['anonymous'],
        Roles: null,
        Global: false,
      });
    }
    const { accessor, secret, name, type } = identity.token;
    return json({
      ExpirationTTL: '',
      AccessorID: accessor,
      SecretID: secret,
      Name: name,
      Type: type,
      Policies: type === 'client' ? [name] : null,
      Roles: null,
      Global: true,
    });
  });
}

/** An allocation as lists show it. */
function allocationStub({ Job, AllocatedResources, AllocModifyIndex: _, ...rest }: Allocation): object {
  return {
    ...rest,
    AllocatedResources,
    JobType: Job.Type,
    JobVersion: Job.Version,
    DesiredDescription: rest.DesiredDescription ?? '',
    ClientDescription: rest.ClientDescription ?? '',
    NextAllocation: rest.NextAllocation ?? '',
    TaskStates: rest.TaskStates ?? null,
    DeploymentStatus: null,
    RescheduleTracker: null,
    FollowupEvalID: '',
  };
}
