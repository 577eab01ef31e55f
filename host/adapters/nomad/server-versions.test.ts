import { beforeEach, describe, expect, it } from 'vitest';
import { fail } from '../../../contract/problems.ts';
import { FakeClock } from '../../core/testing/fake-clock.ts';
import { ServerVersions } from './server-versions.ts';

let clock: FakeClock;
let asked: number;
let answer: () => unknown;
let servers: ServerVersions;

beforeEach(() => {
  clock = new FakeClock();
  asked = 0;
  answer = () => members(['2.0.5', 'alive']);
  servers = new ServerVersions(
    {
      get: (path) => {
        expect(path).toBe('/v1/agent/members');
        asked++;
        return Promise.resolve().then(answer);
      },
    },
    clock,
  );
});

const members = (...all: readonly (readonly [build: string, status: string])[]): unknown => ({
  ServerName: 's',
  Members: all.map(([build, Status]) => ({ Name: 's', Status, Tags: { role: 'nomad', build } })),
});

describe('the oldest server', () => {
  it.each([
    ['of several', members(['2.0.10', 'alive'], ['2.0.9', 'alive'], ['2.1.0', 'alive']), '2.0.9'],
    ['that failed may come back', members(['2.0.10', 'alive'], ['2.0.5', 'failed']), '2.0.5'],
    ['that left counts no longer', members(['2.0.10', 'alive'], ['2.0.5', 'left']), '2.0.10'],
    ['of a build with a suffix', members(['2.0.5+ent', 'alive'], ['2.0.6-dev', 'alive']), '2.0.5'],
    ['without a build', { Members: [{ Status: 'alive', Tags: {} }] }, null],
    ['of an answer without members', { Members: null }, null],
    ['of an answer of another shape', { Members: 'none' }, null],
  ])('%s', async (_, given, expected) => {
    answer = () => given;
    expect(await servers.oldest('1')).toBe(expected);
  });

  it('is asked for once for each start of the agent, then hourly', async () => {
    await servers.oldest(null);
    expect(asked).toBe(0);
    for (let i = 0; i < 50; i++) {
      await servers.oldest('1');
      await clock.advance(60_000);
    }
    expect(asked).toBe(1);
    await servers.oldest('2');
    expect(asked).toBe(2);
    await clock.advance(3_600_000);
    await servers.oldest('2');
    expect(asked).toBe(3);
  });

  it('is asked for again soon where a fresh agent knows none, then seldom, and what was known stays', async () => {
    await servers.oldest('1');
    answer = () => fail('nomad-server-lost');
    asked = 0;
    for (let seconds = 0; seconds < 600; seconds++) {
      expect(await servers.oldest('2')).toBe('2.0.5');
      await clock.advance(1_000);
    }
    expect(asked).toBe(4);
  });
});
