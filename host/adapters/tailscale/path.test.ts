import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Greeting, RunResult, World } from '../../core/ports/world.ts';
import { httpTo } from '../world/http.ts';
import { systemClock } from '../world/clock.ts';
import { withNames } from './names.ts';
import { createPath } from './path.ts';
import { FakeLocalApi } from './testing/fake-local-api.ts';

let api: FakeLocalApi;
beforeEach(async () => {
  api = await FakeLocalApi.start();
  api
    .says('POST ping', { Err: '', LatencySeconds: 0.0123, Endpoint: '10.0.0.1:41641', DERPRegionID: 0 })
    .says('GET derpmap', { Regions: { 999: { RegionCode: 'local', RegionName: 'Local' } } })
    .reply('GET watch-ipn-bus', (response) => void response.write(`${JSON.stringify(firstMessage())}\n`));
});
afterEach(() => api.stop());

let warnings: Record<string, object> = {};
const firstMessage = () => ({ State: 6, Health: { Warnings: warnings } });

const report = {
  UDP: true,
  MappingVariesByDestIP: false,
  UPnP: false,
  PreferredDERP: 999,
  RegionLatency: { 999: 24_160_000 },
  CaptivePortal: null,
};
const greeting: Greeting = { ok: true, date: 1, at: 1, trusted: true, issuer: 'R11' };

interface Given {
  readonly netcheck?: Partial<RunResult> | null;
  readonly dial?: World['dial'];
  readonly controlUrl?: string;
}

/** One look at a server, and what programs were run for it. */
async function look(
  { netcheck = {}, dial, controlUrl = 'https://head.example' }: Given = {},
  thorough = true,
) {
  const ran: (readonly string[])[] = [];
  const clock = {
    ...systemClock,
    after: (_: number, call: () => void) => systemClock.after(100, call),
    sleep: () => Promise.resolve(),
  };
  const path = createPath(
    {
      tailscaled: httpTo({ origin: 'http://local-tailscaled.sock', socketPath: api.socket }, systemClock),
      clock,
      dial: dial ?? (() => Promise.resolve({ ok: true, ms: 9 })),
      greet: () => Promise.resolve(greeting),
      programs: {
        find: () => Promise.resolve(netcheck === null ? null : '/usr/bin/tailscale'),
        run: (_program: string, args: readonly string[]) => {
          ran.push(args);
          return Promise.resolve({
            exitCode: 0,
            stdout: JSON.stringify(report),
            stderr: '',
            failure: null,
            ...netcheck,
          });
        },
      } as unknown as World['programs'],
    },
    () => '/run/own.sock',
  );
  const wanted = { servers: [{ host: 'server', port: 4647, address: '100.64.0.1' }], controlUrl };
  const fact = await path.look(wanted, thorough);
  return { fact, ran, again: () => path.look(wanted, false) };
}

async function sample(given?: Given) {
  const { fact } = await look(given);
  if (!fact.known) throw new Error(JSON.stringify(fact));
  return fact.value;
}

describe('the way to a server', () => {
  it('is found also where the daemon opens its stream and then says nothing', async () => {
    api.reply('GET watch-ipn-bus', (response) => response.flushHeaders());
    expect(await sample()).toMatchObject({ warnings: [], servers: [{ way: 'direct' }] });
  });
  it('is direct where a ping names an endpoint, and ends with TCP to the port', async () => {
    expect((await sample()).servers).toEqual([
      {
        host: 'server',
        port: 4647,
        address: '100.64.0.1',
        way: 'direct',
        relay: null,
        ms: 12.3,
        tcp: { ok: true, ms: 9 },
      },
    ]);
  });

  it('is asked for until it is direct: first answers often come by a relay', async () => {
    let asked = 0;
    api.reply('POST ping', (response) => {
      const relayed = { LatencySeconds: 0.08, Endpoint: '', DERPRegionID: 999, DERPRegionCode: 'local' };
      const direct = { LatencySeconds: 0.01, Endpoint: '10.0.0.1:41641' };
      response.end(JSON.stringify(++asked < 3 ? relayed : direct));
    });
    expect((await sample()).servers[0]).toMatchObject({ way: 'direct', ms: 10 });
    expect(asked).toBe(3);
  });

  it('is relayed where no ping finds another, by the relay that is named', async () => {
    api.says('POST ping', { LatencySeconds: 0.08, Endpoint: '', DERPRegionID: 999, DERPRegionCode: 'local' });
    expect((await sample()).servers[0]).toMatchObject({ way: 'relayed', relay: 'local', ms: 80 });
  });

  it('is none where nobody answers', async () => {
    api.says('POST ping', { IP: '100.64.0.1', Err: 'no matching peer' });
    expect((await sample()).servers[0]).toMatchObject({ way: null, ms: null });
  });

  it('cannot be told where the daemon is gone', async () => {
    await api.stop();
    const { fact } = await look();
    expect(fact).toMatchObject({ known: false, problem: { code: 'tailscale-stopped' } });
    api = await FakeLocalApi.start();
  });
});

describe('the line', () => {
  it('is measured by the program, through the daemon that is in use', async () => {
    const { fact, ran } = await look();
    expect(ran).toEqual([['--socket=/run/own.sock', 'netcheck', '--format=json']]);
    expect(fact.known && fact.value.line).toEqual({
      udp: true,
      hardNat: false,
      relay: { name: 'Local', ms: 24.2 },
      relaysReached: 1,
      captivePortal: null,
    });
  });

  it('is not measured again while all goes directly', async () => {
    const { ran, again } = await look();
    await again();
    expect(ran.length).toBe(1);
  });

  it('is unknown without the program, with one that fails, and with words that are none of its', async () => {
    for (const netcheck of [null, { exitCode: 1, stdout: '' }, { stdout: 'no JSON' }])
      expect((await sample({ netcheck })).line?.udp ?? null).toBeNull();
  });

  it('loses no field to one of another kind, and passes over words before it', async () => {
    const stdout = `# warning\n${JSON.stringify({ ...report, UDP: false, UPnP: 'maybe', CaptivePortal: 5 })}`;
    expect((await sample({ netcheck: { stdout } })).line).toMatchObject({ udp: false, relaysReached: 1 });
  });

  it('has a hard router where it maps each destination anew and opens nothing when asked', async () => {
    const hard = { ...report, MappingVariesByDestIP: true };
    const nat = async (one: object) =>
      (await sample({ netcheck: { stdout: JSON.stringify(one) } })).line?.hardNat;
    expect([await nat(hard), await nat({ ...hard, UPnP: true }), await nat({ UDP: true })]).toEqual([
      true,
      false,
      null,
    ]);
  });

  it('lets the web alone through where UDP and port 80 are swallowed and the sign-in server answers', async () => {
    const netcheck = { stdout: JSON.stringify({ ...report, UDP: false }) };
    const dial: World['dial'] = (_host, port) =>
      Promise.resolve(port === 80 ? { ok: false, why: 'timeout' } : { ok: true, ms: 1 });
    expect((await sample({ netcheck, dial })).webOnly).toBe(true);
    expect((await sample({ netcheck })).webOnly).toBe(false);
    expect((await sample({ netcheck, dial, controlUrl: 'http://head.example:8080' })).webOnly).toBeNull();
    expect((await sample()).webOnly).toBeNull();
  });

  it('is complained of by the daemon, what only follows from another left out', async () => {
    warnings = {
      'captive-portal-detected': {},
      'no-derp-home': { DependsOn: ['captive-portal-detected'] },
      'tls-connection-failed': {},
      'update-available': {},
    };
    expect((await sample()).warnings).toEqual(['captive-portal', 'tls']);
    warnings = { 'warming-up': {}, 'no-derp-home': {} };
    expect((await sample()).warnings).toEqual([]);
    warnings = {};
  });
});

describe('names of servers', () => {
  const wanted = (host: string) => ({
    controlUrl: '',
    tag: '',
    servers: [{ host, port: 4647 }],
    ours: null,
  });

  it('are asked of the network’s own name server alone, where no computer has them', async () => {
    const asked: (readonly [string, string])[] = [];
    const lookUp: World['lookUp'] = (name, server) => {
      asked.push([name, server]);
      return Promise.resolve('100.64.0.9');
    };
    expect(await withNames({ server: '100.64.0.1' }, wanted('Nomad.Pool.Internal.'), { lookUp })).toEqual({
      server: '100.64.0.1',
      'nomad.pool.internal': '100.64.0.9',
    });
    await withNames({ server: '100.64.0.1' }, wanted('server'), { lookUp });
    await withNames({}, wanted('100.64.0.7'), { lookUp });
    expect(asked).toEqual([['nomad.pool.internal', '100.100.100.100']]);
  });

  it('never lead out of the network', async () => {
    const lookUp = () => Promise.resolve('93.184.216.34');
    expect(await withNames({}, wanted('nomad.example.com'), { lookUp })).toEqual({});
  });
});
