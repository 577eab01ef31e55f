import { describe, expect, it } from 'vitest';
import { problem, ProblemError } from '../../../contract/problems.ts';
import { noFacts, seen, unknown, type Facts } from '../facts.ts';
import { emptyIntent } from '../intent.ts';
import { plan } from '../plan.ts';
import type { AgentSample, AllocationSample } from '../ports/nomad.ts';
import type { PathSample, ServerPath } from '../ports/path.ts';
import type { RegistrationSample } from '../ports/registration.ts';
import { engineSample } from '../testing/engine-sample.ts';
import { look } from '../testing/world-looks.ts';
import { act, freshWorld, invite, joined, pass, rules } from '../testing/world-model.ts';
import { certificateCheck } from './certificate.ts';
import type { Check, CheckContext, Found, Looks } from './check.ts';
import { devicesCheck } from './devices.ts';
import { diskCheck } from './disk.ts';
import { driversCheck } from './drivers.ts';
import { engineCheck } from './engine.ts';
import { fitCheck } from './fit.ts';
import { introductionCheck } from './introduction.ts';
import { ledgerCheck } from './ledger.ts';
import { namesCheck } from './names.ts';
import { nomadCheck } from './nomad.ts';
import { nvidiaRuntimeCheck } from './nvidia-runtime.ts';
import { pathCheck } from './path.ts';
import { serverPortCheck } from './server-port.ts';
import { serversCheck } from './servers.ts';
import { tagCheck } from './tag.ts';
import { tailscaleCheck } from './tailscale.ts';
import { workCheck } from './work.ts';

/** A computer that was opened, and what is seen of it. */
function openedFacts(): { readonly facts: Facts; readonly now: number } {
  const world = freshWorld();
  let facts = look(noFacts, world);
  for (let i = 0; i < 12; i++) {
    const next = plan(joined, facts, world.now, rules);
    if (!('do' in next)) break;
    act(world, next.do);
    pass(world, 10);
    facts = look(facts, world);
  }
  return { facts, now: world.now };
}

const { facts, now } = openedFacts();

const server: ServerPath = {
  host: 'server.pool.example',
  port: 4647,
  address: '100.64.0.1',
  way: 'direct',
  relay: null,
  ms: 12,
  tcp: { ok: true, ms: 13 },
};
const way: PathSample = {
  servers: [server],
  line: null,
  warnings: [],
  control: { ok: true, date: now, at: now, trusted: true, issuer: 'R11' },
  webOnly: null,
};
const registration: RegistrationSample = {
  name: 'rig',
  status: 'ready',
  eligible: true,
  version: '2.0.5',
  nodePool: 'contrib',
  datacenter: 'dc1',
  meta: { 'gpu-type': 'nvidia-geforce-rtx-4090' },
  drivers: [{ name: 'docker', detected: true, healthy: true, words: 'Healthy' }],
  devices: [{ id: 'GPU-1', name: 'NVIDIA GeForce RTX 4090', healthy: true, words: '' }],
  memoryMib: 32_000,
  diskMib: 200_000,
};

const healthy: Looks = {
  gpus: async () => facts.gpus,
  engine: async () => facts.engine,
  tailnet: async () => facts.tailnet,
  agent: async () => facts.agent,
  node: async () => facts.node,
  work: async () => facts.work,
  path: async () => seen(way, now),
  registration: async () => seen(registration, now),
  servers: async () => seen([{ name: 'server.global', alive: true, version: '2.0.5' }], now),
  freeBytes: async () => 100 * 2 ** 30,
  way: async () => 'pkexec',
  system: async () => facts.system,
  ledger: async () => ({ problem: null, rows: 7 }),
};

/** What a check says of this computer with another look at something; null: it has nothing to say. */
async function says(
  check: Check,
  looks: Partial<Looks> = {},
  change: Partial<CheckContext> = {},
): Promise<Found | null> {
  const context = { intent: joined, facts, invite, now, looks: { ...healthy, ...looks }, ...change };
  return (await check.applies(context)) ? check.run(context) : null;
}

const code = async (...given: Parameters<typeof says>) => (await says(...given))?.problem?.code ?? null;
const codeThrown = (...given: Parameters<typeof says>): Promise<string | null> =>
  code(...given).catch((error: unknown) => (error instanceof ProblemError ? error.problem.code : null));
const paths = (change: Partial<ServerPath>): Partial<Looks> => ({
  path: async () => seen({ ...way, servers: [server, { ...server, host: 'b', ...change }] }, now),
});
const registered = (change: Partial<RegistrationSample>): Partial<Looks> => ({
  registration: async () => seen({ ...registration, ...change }, now),
});
const agent = (change: Partial<AgentSample>): Partial<Looks> => ({
  agent: async () => (facts.agent.known ? seen({ ...facts.agent.value, ...change }, now) : facts.agent),
});

const all = [
  diskCheck,
  nvidiaRuntimeCheck,
  tagCheck,
  namesCheck,
  pathCheck,
  serverPortCheck,
  nomadCheck,
  serversCheck,
  driversCheck,
  devicesCheck,
  workCheck,
  fitCheck,
  ledgerCheck,
];

describe('checks', () => {
  it.each(all.map((check) => [check.id, check] as const))(
    'find nothing wrong where nothing is: %s',
    async (_, check) => {
      expect((await says(check))?.problem).toBeNull();
    },
  );

  it.each([
    ['disk-low', diskCheck, { freeBytes: async () => 2 ** 30 }],
    ['server-name-unknown', namesCheck, paths({ address: null, way: null, tcp: null })],
    ['server-silent', pathCheck, paths({ way: null, tcp: { ok: false, why: 'timeout' } })],
    ['server-silent', serverPortCheck, paths({ way: null, tcp: { ok: false, why: 'timeout' } })],
    ['server-port-closed', serverPortCheck, paths({ tcp: { ok: false, why: 'timeout' } })],
    [
      'nomad-server-lost',
      serversCheck,
      { servers: async () => seen([{ name: 's', alive: false, version: null }], now) },
    ],
    [
      'nomad-newer-than-pool',
      nomadCheck,
      { servers: async () => seen([{ name: 's', alive: true, version: '2.0.4' }], now) },
    ],
    [
      'driver-unhealthy',
      driversCheck,
      registered({
        drivers: [{ name: 'docker', detected: true, healthy: false, words: 'Failed to connect' }],
      }),
    ],
    ['driver-unhealthy', driversCheck, registered({ drivers: [] })],
    ['devices-missing', devicesCheck, registered({ devices: [] })],
    ['no-job-fits', fitCheck, registered({ memoryMib: 1_000 })],
    ['no-job-fits', fitCheck, registered({ nodePool: 'default' })],
    [
      'ledger-damaged',
      ledgerCheck,
      { ledger: async () => ({ problem: problem('ledger-damaged'), rows: 0 }) },
    ],
  ] as const satisfies readonly (readonly [string, Check, Partial<Looks>])[])(
    'find what is wrong: %s (%#)',
    async (expected, check, looks) => {
      expect(await code(check, looks)).toBe(expected);
    },
  );

  it('pass what joining brings, say so, and find it lacking without an invite and once joined', async () => {
    const bare: Partial<Looks> = {
      engine: async () => unknown(problem('engine-missing'), now),
      tailnet: async () => unknown(problem('tailscale-missing'), now),
    };
    const before = { intent: emptyIntent, invite };
    for (const check of [engineCheck, tailscaleCheck]) {
      expect((await says(check, bare, before))?.says?.key).toBe('check.found.installed');
      expect(await code(check, bare, before)).toBeNull();
      expect(await codeThrown(check, bare, { ...before, invite: null })).toMatch(/-missing$/);
      expect(await codeThrown(check, bare)).toMatch(/-missing$/);
    }
    const podman: Partial<Looks> = { engine: async () => seen(engineSample({ kind: 'podman' }), now) };
    expect(await code(engineCheck, podman, before)).toBeNull();
    const plain: Partial<Looks> = { engine: async () => seen(engineSample({ nvidia: 'none' }), now) };
    expect(await code(nvidiaRuntimeCheck, plain, before)).toBeNull();
    expect(await code(nvidiaRuntimeCheck, plain)).toBe('nvidia-runtime-missing');
  });

  it('find lacking what joining cannot install on this system', async () => {
    const foreign: Partial<Looks> = {
      tailnet: async () => unknown(problem('tailscale-missing'), now),
      system: async () =>
        facts.system.known ? seen({ ...facts.system.value, packages: null }, now) : facts.system,
    };
    expect(await codeThrown(tailscaleCheck, foreign, { intent: emptyIntent })).toBe('tailscale-missing');
    const broken: Partial<Looks> = { tailnet: async () => unknown(problem('tailscale-garbled'), now) };
    expect(await codeThrown(tailscaleCheck, broken, { intent: emptyIntent })).toBe('tailscale-garbled');
  });

  it('hold a price list against the card, unless there is a price for every card', async () => {
    const priced = (perGpuHour: Record<string, number>) => ({
      invite: { ...invite, pool: { ...invite.pool, prices: { currency: 'EUR', perGpuHour } } },
    });
    expect(await code(fitCheck, {}, priced({ 'nvidia-h100': 1 }))).toBe('no-job-fits');
    expect(await code(fitCheck, {}, priced({ 'nvidia-h100': 1, default: 1 }))).toBeNull();
  });

  it('say when three jobs in a row have failed, and not when one of them did', async () => {
    const job = (client: AllocationSample['client'], modifiedAt: number): AllocationSample => ({
      id: `a${modifiedAt}`,
      job: 'fold',
      group: 'g',
      type: 'batch',
      desired: 'run',
      client,
      tasks: [],
      gpus: [],
      createdAt: 1,
      modifiedAt,
    });
    const work = (...clients: AllocationSample['client'][]) => ({
      work: async () =>
        seen(
          clients.map((client, at) => job(client, at)),
          now,
        ),
    });
    expect(await code(workCheck, work('complete', 'failed', 'failed', 'failed'))).toBe('jobs-failing');
    expect(await says(workCheck, work('failed', 'failed', 'complete', 'failed'))).toMatchObject({
      problem: null,
      says: { params: { running: 0, ended: 1, failures: 3 } },
    });
  });

  it('tell of a certificate that ended, and two weeks before', async () => {
    const intent = { ...joined, pool: joined.pool === null ? null : { ...joined.pool, hasTls: true } };
    const until = (expiresAt: number | null) =>
      agent({ credentials: { tls: { expiresAt, problem: null }, introduction: null, changed: false } });
    const told = (expiresAt: number | null) => code(certificateCheck, until(expiresAt), { intent });
    const day = 86_400_000;
    expect([
      await told(now - 1),
      await told(now + 13 * day),
      await told(now + 15 * day),
      await told(null),
    ]).toEqual(['tls-expired', 'tls-expires-soon', null, null]);
    expect(await says(certificateCheck)).toBeNull();
  });

  it('tell of an introduction that ended, as long as it is needed', async () => {
    const until = (expiresAt: number | null) =>
      agent({ credentials: { tls: null, introduction: { expiresAt }, changed: false } });
    expect(await code(introductionCheck, until(now - 1))).toBe('introduction-expired');
    expect(await code(introductionCheck, until(now + 1))).toBeNull();
    expect(await says(introductionCheck)).toBeNull();
  });

  it('have nothing to say of what another check fails for', async () => {
    const gone = { path: async () => unknown(problem('tailscale-stopped'), now) };
    for (const check of [namesCheck, pathCheck, serverPortCheck]) expect(await says(check, gone)).toBeNull();
    const lost = { registration: async () => unknown(problem('nomad-server-lost'), now) };
    for (const check of [driversCheck, devicesCheck, workCheck, fitCheck])
      expect(await says(check, lost)).toBeNull();
    expect(await says(fitCheck, registered({ devices: [] }))).toBeNull();
    const elsewhere = {
      tailnet: async () =>
        facts.tailnet.known ? seen({ ...facts.tailnet.value, active: 'other' as const }, now) : facts.tailnet,
    };
    for (const check of [tagCheck, namesCheck, pathCheck]) expect(await says(check, elsewhere)).toBeNull();
  });
});
