import { afterEach, describe, expect, it } from 'vitest';
import { checkIds } from '../../contract/check-ids.ts';
import type { CheckResult } from '../../contract/checks.ts';
import type { ProblemCode } from '../../contract/problems.ts';
import { demoInvite } from '../demo/invite.ts';
import { bare } from '../demo/scenarios/bare.ts';
import { firstEvening } from '../demo/scenarios/first-evening.ts';
import { Evening } from './testing/evening.ts';

let evening: Evening;
afterEach(() => evening.close());

/** An evening on which this computer shares already. */
async function sharing(): Promise<Evening> {
  evening = await Evening.begin(firstEvening);
  await evening.join();
  await evening.kind('sharing', 120_000);
  return evening;
}

/** Runs every check to its end. */
async function examine(invite: unknown = null): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  const input = invite === null ? null : ({ text: JSON.stringify(invite), from: 'file' } as const);
  const run = async (): Promise<void> => {
    const { signal } = new AbortController();
    for await (const one of evening.session.diagnosis.checks(input, signal)) results.push(one);
  };
  await evening.clock.finish(run());
  return results;
}

const wrongOf = (results: readonly CheckResult[]): readonly string[] =>
  results.flatMap(({ id, problem }) => (problem === null ? [] : [`${id}: ${problem.code}`]));
const idsOf = (results: readonly CheckResult[], state: CheckResult['state']): readonly string[] =>
  results.filter((one) => one.state === state).map(({ id }) => id);
const one = (results: readonly CheckResult[], id: CheckResult['id']): CheckResult =>
  results.find((result) => result.id === id) ?? expect.fail(`no ${id}`);

describe('a diagnosis', () => {
  it('finds nothing wrong with a computer that shares, and looks at all of it', async () => {
    await sharing();
    const results = await examine();
    expect(results.map(({ id }) => id)).toEqual(checkIds);
    expect(wrongOf(results)).toEqual([]);
    expect(idsOf(results, 'not-applicable')).toEqual(['certificate', 'introduction']);
    expect(one(results, 'path').says).toMatchObject({ key: 'check.found.direct', params: { ms: 12 } });
    expect(one(results, 'servers').found).toBe('server.global 2.0.5');
    expect(one(results, 'relay').found).toBe('Local, 24.1 ms');
  });

  it('finds nothing wrong before joining with a computer that has only a card, since joining brings the rest', async () => {
    evening = await Evening.begin(bare);
    await evening.kind('new', 10_000);
    const results = await examine(demoInvite(evening.clock.now()));
    expect(wrongOf(results)).toEqual([]);
    for (const id of ['engine', 'tailscale'] as const)
      expect(one(results, id)).toMatchObject({ state: 'passed', says: { key: 'check.found.installed' } });
    expect(wrongOf(await examine())).toEqual(['engine: engine-missing', 'tailscale: tailscale-missing']);
  });

  it('is not needed to see how good the way is: a relay is shown with its reason once it was tried', async () => {
    await sharing();
    await evening.clock.advance(60_000);
    expect(evening.state.tailnet).toMatchObject({
      path: 'direct',
      quality: { ms: 12, nearestRelay: { name: 'Local', ms: 24.1 }, problems: [] },
    });
    line(evening.demo, { udp: false });
    const state = await evening.until((s) => s.tailnet?.path === 'relayed', 180_000);
    expect(state.tailnet).toMatchObject({ relay: 'local', quality: { ms: 83 } });
    expect(state.tailnet?.quality?.problems.map(({ code }) => code)).toEqual(['path-udp-blocked']);
    expect(state.node.kind).toBe('sharing');
  });

  it('says less before a pool is joined, and what its sign-in server shows where there is an invite', async () => {
    evening = await Evening.begin(firstEvening);
    await evening.kind('new', 10_000);
    const without = await examine();
    expect(idsOf(without, 'passed')).toEqual([
      'gpu',
      'engine',
      'nvidia-runtime',
      'disk',
      'administrator',
      'tailscale',
      'nomad',
      'ledger',
    ]);
    const invited = await examine(demoInvite(evening.clock.now()));
    expect(wrongOf(invited)).toEqual([]);
    expect(idsOf(invited, 'passed')).toEqual(expect.arrayContaining(['clock', 'middle', 'udp', 'relay']));
    expect(idsOf(invited, 'not-applicable')).toEqual(
      expect.arrayContaining(['names', 'path', 'server-port', 'node', 'devices']),
    );
  });

  it('ends when nobody listens any more', async () => {
    await sharing();
    const gone = new AbortController();
    const results: string[] = [];
    const run = async (): Promise<void> => {
      for await (const { id } of evening.session.diagnosis.checks(null, gone.signal)) {
        results.push(id);
        if (id === 'engine') gone.abort();
      }
    };
    await evening.clock.finish(run());
    expect(results).toEqual(['gpu', 'engine']);
  });

  const broken: readonly (readonly [string, ProblemCode, CheckResult['id'], (e: Evening) => void])[] = [
    ['UDP is swallowed', 'path-udp-blocked', 'udp', ({ demo }) => line(demo, { udp: false })],
    [
      'only the web gets out',
      'path-web-only',
      'udp',
      ({ demo }) => line(demo, { udp: false, webOnly: true }),
    ],
    [
      'a page wants a sign-in',
      'path-captive-portal',
      'middle',
      ({ demo }) => line(demo, { captivePortal: true }),
    ],
    [
      'TLS is opened on the way',
      'path-tls-inspected',
      'middle',
      ({ demo }) => line(demo, { inspected: true }),
    ],
    ['the clock is slow', 'clock-wrong', 'clock', ({ demo }) => line(demo, { aheadMs: 600_000 })],
    ['the servers are down', 'server-port-closed', 'server-port', ({ demo }) => demo.happen('server-lost')],
    ['the operator closed it', 'closed-by-operator', 'node', ({ demo }) => demo.happen('operator-closes')],
    [
      'the driver does not answer',
      'gpu-driver-error',
      'gpu',
      ({ broken: b }) =>
        void (b.program = (name) =>
          name === 'nvidia-smi' ? { exitCode: 9, stdout: '', stderr: 'NVIDIA-SMI has failed' } : null),
    ],
    [
      'Tailscale is gone',
      'tailscale-stopped',
      'tailscale',
      ({ broken: b }) => void (b.tailscaled = 'absent'),
    ],
    ['the engine is gone', 'engine-refused', 'engine', ({ broken: b }) => void (b.engine = 'denied')],
  ];

  it.each(broken)('finds what is wrong where %s: %s', async (_, code, id, breaks) => {
    await sharing();
    breaks(evening);
    const results = await examine();
    expect(one(results, id).problem?.code).toBe(code);
    expect(one(results, id).state).toBe('problem');
    if (code === 'path-udp-blocked')
      expect(one(results, 'path')).toMatchObject({
        state: 'passed',
        says: { key: 'check.found.relayedBy', params: { relay: 'local', ms: 83 } },
      });
  });
});

function line(demo: Evening['demo'], change: Partial<Evening['demo']['network']['line']>): void {
  demo.network.line = { ...demo.network.line, ...change };
}
