import { describe, expect, it } from 'vitest';
import { noFacts, seen, type Facts } from '../core/facts.ts';
import { emptyIntent, type Intent } from '../core/intent.ts';
import type { Path, PathWanted } from '../core/ports/path.ts';
import type { TailnetSample } from '../core/ports/tailnet.ts';
import { inviteSchema } from '../../pool/contract/invite.ts';
import { pathObserver } from './path-observer.ts';

const invite = inviteSchema.parse({
  rigshare: 1,
  pool: { id: 'p', name: 'P', operator: 'O', contact: 'c', prices: null },
  tailnet: { controlUrl: 'https://head.example', tag: 'tag:nomad-client' },
  nomad: { nodePool: 'contrib', servers: [{ host: 'Server.Pool.Test.' }, { host: 'gone' }] },
});
const intent: Intent = {
  ...emptyIntent,
  pool: { invite, hasAuthKey: false, hasTls: false, hasIntroduction: false, acceptedAt: 1 },
};

const network = (change: Partial<TailnetSample> = {}): TailnetSample => ({
  version: '1.98.9',
  backend: 'running',
  active: 'ours',
  operator: true,
  selfId: 'n',
  addresses: ['100.64.0.2'],
  tags: ['tag:nomad-client'],
  authUrl: null,
  keyExpired: false,
  online: true,
  peers: { 'server.pool.test': '100.64.0.1' },
  server: null,
  path: { kind: 'direct', relay: null },
  network: null,
  uses: null,
  ...change,
});

/** An observer whose tries are counted, with hands on its clock and on what is shown. */
function watched() {
  const tried: PathWanted[] = [];
  const told: number[] = [];
  const at = { now: 0 };
  const world: { facts: Facts } = { facts: { ...noFacts, tailnet: seen(network(), 0) } };
  const path: Path = {
    look: (wanted) => {
      tried.push(wanted);
      return Promise.resolve({ known: false, at: at.now, problem: null });
    },
  };
  const observer = pathObserver(
    path,
    { now: () => at.now },
    () => intent,
    () => world.facts,
  );
  observer.watch?.(() => void told.push(at.now), new AbortController().signal);
  const shows = (kind: 'direct' | 'relayed', ms: number | null) => {
    const shown = { kind, relay: null, ms, worseSince: null };
    world.facts = { ...world.facts, memory: { ...world.facts.memory, path: shown } };
  };
  return { observer, tried, told, at, world, shows };
}

describe('trying the way', () => {
  it('asks for each server by its address in the network, and never in another network', async () => {
    const { observer, tried, world } = watched();
    await observer.look();
    expect(tried).toEqual([
      {
        servers: [
          { host: 'Server.Pool.Test.', port: 4647, address: '100.64.0.1' },
          { host: 'gone', port: 4647, address: null },
        ],
        controlUrl: 'https://head.example',
      },
    ]);
    world.facts = { ...noFacts, tailnet: seen(network({ active: 'other' }), 0) };
    expect(await observer.look()).toEqual({ fact: 'path', value: { known: false, at: null, problem: null } });
    expect(tried.length).toBe(1);
  });

  it('is due when the network shows another way than before, and not while all is as it was', async () => {
    const { observer, told, at, shows } = watched();
    const saw = (kind: TailnetSample['path']['kind']) =>
      observer.saw(seen(network({ path: { kind, relay: null } }), at.now));
    saw('direct');
    expect(told).toEqual([0]);
    await observer.look();
    shows('direct', 12);
    at.now = 60_000;
    for (const kind of ['direct', 'idle', 'unknown'] as const) saw(kind);
    expect(told).toEqual([0]);
    saw('relayed');
    expect(told).toEqual([0, 60_000]);
  });

  it('leaves a way that gave no answer in peace for some minutes', async () => {
    const { observer, told, at, shows } = watched();
    await observer.look();
    shows('direct', null);
    for (at.now = 15_000; at.now < 600_000; at.now += 15_000) observer.saw(seen(network(), at.now));
    expect(told[0]).toBe(300_000);
  });

  it('costs little while nobody looks', () => {
    expect(watched().observer.everyMs.idle).toBeGreaterThanOrEqual(15 * 60_000);
  });
});
