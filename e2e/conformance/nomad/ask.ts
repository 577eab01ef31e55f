import type { Fetch, HttpRequest } from '../../../host/core/ports/world.ts';
import type { Allocation, Node } from '../../../host/demo/nomad/model.ts';
import { ask, type ClientSubject, type NomadSubject } from '../subject.ts';

export type { Allocation, Node };

/** A request with a token. */
export const as = (
  token: string,
  path: string,
  method: HttpRequest['method'] = 'GET',
  body?: unknown,
): Omit<HttpRequest, 'timeoutMs'> => ({
  method: method ?? 'GET',
  path,
  headers: token === '' ? {} : { 'X-Nomad-Token': token },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});

/** A request that must be answered with 200 JSON. */
export async function get<T>(
  fetch: Fetch,
  token: string,
  path: string,
  method?: HttpRequest['method'],
  body?: unknown,
): Promise<T> {
  const { status, text } = await ask(fetch, as(token, path, method, body));
  if (status !== 200) throw new Error(`${method ?? 'GET'} ${path}: ${status} ${text}`);
  return JSON.parse(text) as T;
}

/** The node as its own agent tells it with its own secret. */
export const nodeOf = (client: ClientSubject): Promise<Node> =>
  get<Node>(client.http, client.secret(), `/v1/node/${client.id()}`);

/** The node as the server tells it. */
export const nodeOn = (pool: NomadSubject, client: ClientSubject): Promise<Node> =>
  get<Node>(pool.server, pool.tokens.management, `/v1/node/${client.id()}`);

/** A drain with the node's own secret through its own agent. */
export const drain = (client: ClientSubject, body: unknown): Promise<unknown> =>
  get(client.http, client.secret(), `/v1/node/${client.id()}/drain`, 'PUT', body);

/** The closing that we send. */
export const ourClosing = (how = 'finish'): object => ({
  DrainSpec: { Deadline: 0, IgnoreSystemJobs: false },
  Meta: { by: 'rigshare', how, reason: 'you' },
});

/** What opens again. */
export const opening = { DrainSpec: null, MarkEligible: true } as const;

/** An operator's word on whether a node takes work. */
export const setEligible = (
  pool: NomadSubject,
  client: ClientSubject,
  eligible: boolean,
): Promise<{ Index: number }> =>
  get(pool.server, pool.tokens.management, `/v1/node/${client.id()}/eligibility`, 'PUT', {
    Eligibility: eligible ? 'eligible' : 'ineligible',
  });

/** What a job of the tests does; `demo.…` says the same to the demo as the script to a real container. */
export interface JobWanted {
  readonly id: string;
  readonly type?: 'batch' | 'service' | 'system';
  /** Ends by itself after this; absent: never. */
  readonly seconds?: number;
  readonly exitCode?: number;
  readonly onTerm?: 'exits' | 'ignores';
  /** Only on this computer; absent: wherever it fits. */
  readonly on?: ClientSubject;
}

/** The image of the tests' jobs. */
export const image = 'rigshare/busybox:1';

/** Registers a job. */
export async function submit(
  pool: NomadSubject,
  { id, type = 'batch', seconds, exitCode = 0, onTerm = 'exits', on }: JobWanted,
): Promise<void> {
  const sleep = seconds === undefined ? 100_000 : seconds;
  const trap = onTerm === 'exits' ? 'trap "exit 143" TERM; ' : 'trap "" TERM; ';
  const job = {
    ID: id,
    Name: id,
    Type: type,
    Datacenters: ['*'],
    NodePool: 'contrib',
    Constraints: on === undefined ? [] : [{ LTarget: '${node.unique.id}', Operand: '=', RTarget: on.id() }],
    TaskGroups: [
      {
        Name: 'main',
        ...(type === 'system' ? {} : { Count: 1 }),
        Tasks: [
          {
            Name: 'work',
            Driver: 'docker',
            Config: {
              image,
              force_pull: false,
              command: '/bin/sh',
              args: ['-c', `${trap}sleep ${sleep} & wait $!; exit ${exitCode}`],
            },
            Meta: {
              ...(seconds === undefined ? {} : { 'demo.seconds': String(seconds) }),
              'demo.exit-code': String(exitCode),
              'demo.term-ms': onTerm === 'exits' ? '40' : 'ignored',
              'demo.pull-seconds': '0',
            },
            Resources: { CPU: 50, MemoryMB: 32 },
          },
        ],
      },
    ],
  };
  await get(pool.server, pool.tokens.management, '/v1/jobs', 'PUT', { Job: job });
}

/** A job's allocations as lists show them, the oldest first. */
export async function allocations(pool: NomadSubject, job: string): Promise<readonly Allocation[]> {
  const list = await get<Allocation[]>(pool.server, pool.tokens.management, `/v1/job/${job}/allocations`);
  return [...list].sort((a, b) => a.CreateIndex - b.CreateIndex);
}

/** One allocation, whole. */
export const allocation = (pool: NomadSubject, id: string): Promise<Allocation> =>
  get<Allocation>(pool.server, pool.tokens.management, `/v1/allocation/${id}`);

/** Waits until the job's newest allocation runs, and answers it. */
export const running = (pool: NomadSubject, job: string, on?: ClientSubject): Promise<Allocation> =>
  pool.until(
    `${job} to run`,
    async () => {
      const last = (await allocations(pool, job)).at(-1);
      return (
        last?.ClientStatus === 'running' &&
        last.DesiredStatus === 'run' &&
        (on === undefined || last.NodeID === on.id()) &&
        last
      );
    },
    60_000,
  );

/** Waits until this allocation has this status, and answers it. */
export const becomes = (
  pool: NomadSubject,
  id: string,
  status: Allocation['ClientStatus'],
  withinMs = 20_000,
): Promise<Allocation> =>
  pool.until(
    `${id} to be ${status}`,
    async () => {
      const now = await allocation(pool, id);
      return now.ClientStatus === status && now;
    },
    withinMs,
  );

/** A container as the engine lists it. */
export interface Container {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
}

/** Containers that carry this allocation's id. */
export async function containers(pool: NomadSubject, id: string): Promise<readonly Container[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`com.hashicorp.nomad.alloc_id=${id}`] }));
  return get<Container[]>(pool.engine, '', `/containers/json?all=true&filters=${filters}`);
}

/** Ends the tasks of this allocation from outside, as we take the computer back. */
export async function killTasks(pool: NomadSubject, id: string): Promise<void> {
  for (const { Id, State } of await containers(pool, id)) {
    if (State === 'running')
      await pool.finish(ask(pool.engine, { method: 'POST', path: `/containers/${Id}/kill?signal=SIGKILL` }));
  }
}

/** The lines of a node's history since it was looked at before. */
export const newEvents = (before: Node, now: Node): readonly string[] =>
  now.Events.filter(({ CreateIndex }) => CreateIndex > before.ModifyIndex).map(({ Message }) => Message);

export { ask };
