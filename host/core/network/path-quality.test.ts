import { describe, expect, it } from 'vitest';
import { lineProblems, rememberPath, seenOf, type PathSeen, type ShownPath } from './path-quality.ts';
import type { LineSample, PathSample, ServerPath } from '../ports/path.ts';

const direct: PathSeen = { kind: 'direct', relay: null, ms: null, tried: false };
const relayed: PathSeen = { kind: 'relayed', relay: 'local', ms: null, tried: false };
const idle: PathSeen = { kind: 'idle', relay: null, ms: null, tried: false };

/** What is shown after these sights, each at its second. */
const after = (...sights: readonly (readonly [second: number, saw: PathSeen])[]): ShownPath | null =>
  sights.reduce<ShownPath | null>((shown, [second, saw]) => rememberPath(shown, saw, second * 1000), null);

describe('the way that is shown', () => {
  it('is direct at once, and stays so while nobody speaks', () => {
    expect(after([0, direct], [400, idle])?.kind).toBe('direct');
    expect(after([0, relayed], [1, direct])?.kind).toBe('direct');
  });

  it('is not a relay for a moment in which the path is found anew', () => {
    expect(after([0, direct], [15, relayed], [30, direct], [45, relayed])?.kind).toBe('direct');
  });

  it('is a relay when that stays, when it was tried, or when nothing better was ever seen', () => {
    expect(after([0, direct], [15, relayed], [30, relayed], [40, relayed])).toMatchObject({
      kind: 'relayed',
      relay: 'local',
    });
    expect(after([0, direct], [1, { ...relayed, tried: true }])?.kind).toBe('relayed');
    expect(after([0, relayed])?.kind).toBe('relayed');
  });

  it('keeps what was measured as long as the way is the same', () => {
    const measured = { ...direct, ms: 12, tried: true };
    expect(after([0, measured], [5, direct])?.ms).toBe(12);
    expect(after([0, measured], [5, { ...relayed, tried: true }])?.ms).toBeNull();
  });
});

const server: ServerPath = {
  host: 'server',
  port: 4647,
  address: '100.64.0.1',
  way: 'relayed',
  relay: 'local',
  ms: 80,
  tcp: { ok: true, ms: 81 },
};
const line: LineSample = {
  udp: true,
  hardNat: false,
  relay: { name: 'Local', ms: 24 },
  relaysReached: 1,
  captivePortal: false,
};
const good: PathSample = {
  servers: [server],
  line,
  warnings: [],
  control: { ok: true, date: 0, at: 0, trusted: true, issuer: 'R11' },
  webOnly: null,
};
const codes = (change: Partial<PathSample>): readonly string[] =>
  lineProblems({ ...good, ...change }).map(({ code }) => code);

describe('what is wrong with the line', () => {
  it('is nothing where it lets all through, and nothing where it was not measured', () => {
    expect([codes({}), codes({ line: null })]).toEqual([[], []]);
  });

  it.each([
    ['path-udp-blocked', { line: { ...line, udp: false } }],
    ['path-web-only', { line: { ...line, udp: false }, webOnly: true }],
    ['path-hard-nat', { line: { ...line, hardNat: true } }],
    ['path-no-relay', { warnings: ['no-relay'] }],
    [
      'path-no-relay',
      { line: { ...line, relay: null, relaysReached: 0 }, servers: [{ ...server, way: null }] },
    ],
    ['path-captive-portal', { warnings: ['captive-portal'], line: { ...line, udp: false } }],
    ['path-captive-portal', { line: { ...line, captivePortal: true } }],
    ['path-tls-inspected', { warnings: ['tls'] }],
    ['path-tls-inspected', { control: { ok: true, date: 0, at: 0, trusted: false, issuer: 'Gateway' } }],
  ] as const satisfies readonly (readonly [string, Partial<PathSample>])[])('is said: %s', (code, change) => {
    expect(codes(change)).toEqual([code]);
  });

  it('is not UDP where nothing at all was reached', () => {
    const silent = { servers: [{ ...server, way: null }], warnings: ['no-network'] } as const;
    expect(codes({ ...silent, line: { ...line, udp: false, relay: null, relaysReached: 0 } })).toEqual([]);
    expect(codes({ line: { ...line, udp: false, relay: null, relaysReached: 0 } })).toEqual([
      'path-udp-blocked',
    ]);
  });

  it('is no relay lost where one is in use, whatever was measured', () => {
    expect(codes({ line: { ...line, relay: null, relaysReached: 0 } })).toEqual([]);
  });

  it('is no matter where the way is direct all the same', () => {
    const servers = [{ ...server, way: 'direct', relay: null } as const];
    expect(codes({ servers, line: { ...line, udp: false } })).toEqual([]);
    expect(codes({ servers, line: { ...line, hardNat: true } })).toEqual([]);
  });

  it('is looked at from the server that answers best', () => {
    const servers = [server, { ...server, host: 'b', way: 'direct', relay: null, ms: 9 } as const];
    expect(seenOf({ ...good, servers })).toMatchObject({ kind: 'direct', ms: 9 });
    expect(seenOf({ ...good, servers: [] }).kind).toBe('unknown');
  });
});
