import type { Hono } from 'hono';
import { accessorOf, may, mayReadNodes } from './acl.ts';
import { blocking } from './blocking.ts';
import { body, denied, json, type NomadEnv, read, Refusal } from './http.ts';
import type { Allocation, Node } from './model.ts';
import { type ServerParts, uuid, who } from './server-parts.ts';

/** Reading nodes, draining them, and opening and closing them as an operator does. */
export function nodeRoutes(app: Hono<NomadEnv>, parts: ServerParts): void {
  const { clock, servers } = parts;
  const { store } = servers;
  const nodesIndex = (): number => Math.max(0, ...[...store.nodes.values()].map((node) => node.ModifyIndex));
  app.get('/v1/nodes', async (c) => {
    if (!mayReadNodes(who(parts, c.req.raw))) throw denied();
    await blocking(clock, store, c.req.raw, nodesIndex);
    return read([...store.nodes.values()].map(nodeStub), nodesIndex());
  });
  app.get('/v1/node/pools', (c) => {
    who(parts, c.req.raw);
    return read([], store.index);
  });
  app.get('/v1/node/:id', async (c) => {
    if (!mayReadNodes(who(parts, c.req.raw))) throw denied();
    const id = c.req.param('id');
    if (!uuid.test(id))
      throw new Refusal(500, 'node lookup failed: index error: UUID must be 36 characters', true);
    if (!store.nodes.has(id)) throw new Refusal(404, 'node not found');
    await blocking(clock, store, c.req.raw, () => store.nodes.get(id)?.ModifyIndex ?? store.index);
    const node = store.nodes.get(id);
    if (node === undefined) throw new Refusal(404, 'node not found');
    return read(node, node.ModifyIndex);
  });
  app.get('/v1/node/:id/allocations', async (c) => {
    const identity = who(parts, c.req.raw);
    if (!mayReadNodes(identity)) throw denied();
    const here = (): readonly Allocation[] =>
      [...store.allocations.values()].filter((one) => one.NodeID === c.req.param('id'));
    const index = (): number => Math.max(0, ...here().map((one) => one.ModifyIndex));
    await blocking(clock, store, c.req.raw, index);
    return read(may(identity, 'read-job') ? here() : [], index());
  });
  app.put('/v1/node/:id/drain', (c) => drainRoute(parts, c.req.param('id'), c.req.raw));
  app.post('/v1/node/:id/drain', (c) => drainRoute(parts, c.req.param('id'), c.req.raw));
  app.put('/v1/node/:id/eligibility', async (c) => {
    if (!may(who(parts, c.req.raw), 'node:write')) throw denied();
    const { Eligibility } = await body<{ Eligibility?: string }>(c.req.raw);
    if (Eligibility !== 'eligible' && Eligibility !== 'ineligible') {
      throw new Refusal(500, `invalid scheduling eligibility "${Eligibility ?? ''}"`, true);
    }
    if (!store.nodes.has(c.req.param('id'))) throw new Refusal(500, 'node not found', true);
    const changed = servers.setEligible(c.req.param('id'), Eligibility === 'eligible');
    return json({ EvalCreateIndex: 0, EvalIDs: null, Index: changed ? store.index : 0, NodeModifyIndex: 0 });
  });
}

interface DrainRequest {
  readonly DrainSpec?: { readonly Deadline?: unknown; readonly IgnoreSystemJobs?: boolean } | null;
  readonly MarkEligible?: boolean;
  readonly Meta?: Record<string, string> | null;
}

async function drainRoute(parts: ServerParts, id: string, request: Request): Promise<Response> {
  const { servers } = parts;
  const asked = await body<DrainRequest>(request);
  const spec = asked.DrainSpec ?? null;
  if (spec !== null && typeof (spec.Deadline ?? 0) === 'string') {
    throw new Refusal(
      400,
      'json: cannot unmarshal string into Go struct field DrainSpec.DrainSpec.Deadline of type time.Duration',
    );
  }
  const identity = who(parts, request);
  const own = identity.kind === 'node' && identity.node.ID === id;
  if (!own && !may(identity, 'node:write')) throw denied();
  if (!servers.store.nodes.has(id)) throw new Refusal(500, 'node not found', true);
  const drain =
    spec === null
      ? null
      : { deadline: Number(spec.Deadline ?? 0), ignoreSystemJobs: spec.IgnoreSystemJobs ?? false };
  const evaluated = servers.drain(
    id,
    drain,
    asked.MarkEligible ?? false,
    asked.Meta ?? null,
    accessorOf(identity),
  );
  const index = servers.store.index;
  return json({
    EvalCreateIndex: evaluated ? index + 1 : 0,
    EvalIDs: evaluated ? [id] : null,
    Index: index,
    NodeModifyIndex: index,
  });
}

function nodeStub(node: Node): object {
  const {
    Drain,
    ID,
    Name,
    NodePool,
    NodeClass,
    Datacenter,
    Status,
    StatusDescription,
    SchedulingEligibility,
    LastDrain,
    Drivers,
    CreateIndex,
    ModifyIndex,
  } = node;
  const [Address = ''] = node.HTTPAddr.split(':');
  const Version = node.Attributes['nomad.version'] ?? '';
  return {
    Address,
    Drain,
    ID,
    Name,
    NodePool,
    NodeClass,
    Datacenter,
    Status,
    StatusDescription,
    SchedulingEligibility,
    LastDrain,
    Drivers,
    Version,
    CreateIndex,
    ModifyIndex,
  };
}
