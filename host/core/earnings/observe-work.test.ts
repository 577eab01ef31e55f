import { describe, expect, it } from 'vitest';
import type { Observation } from './observation.ts';
import { observeWork, openAfter, type WorkSeen } from './observe-work.ts';
import { allocation, card, look, noon, observation, task } from './testing/samples.ts';

const second = 1_000;
const minute = 60_000;
const hour = 60 * minute;
const other = 'GPU-aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee';

/** The only observation of a look. */
function one(change: Partial<WorkSeen>): Observation {
  const found = observeWork(look(change));
  expect(found).toHaveLength(1);
  return found[0] as Observation;
}
const dead = (finishedAt: number | null) => task({ state: 'dead', finishedAt });

describe('work that begins', () => {
  it('starts when its task did, by the agent’s clock and the card’s price', () => {
    expect(one({ work: [allocation()], now: noon + 9 * second })).toEqual(
      observation({ at: noon, clock: 'agent', seenAt: noon + 9 * second }),
    );
  });
  it('starts at our sight of it where the agent does not say when, or says a time to come', () => {
    for (const startedAt of [null, noon + hour])
      expect(one({ work: [allocation({ tasks: [task({ startedAt })] })] })).toMatchObject({
        at: noon,
        clock: 'host',
      });
  });
  it('is not there yet while its image is fetched', () => {
    const pulling = allocation({
      client: 'pending',
      tasks: [task({ state: 'pending', startedAt: null, pulling: true })],
    });
    expect(observeWork(look({ work: [pulling] }))).toEqual([]);
  });
  it('is one stretch for each card it holds', () => {
    const found = observeWork(look({ work: [allocation({ gpus: [card, other] })] }));
    expect(found.map((o) => [o.gpu, o.microsPerHour])).toEqual([
      [card, 300_000],
      [other, 120_000],
    ]);
  });
  it('without named cards counts for the one shared card, or for none', () => {
    const work = [allocation({ gpus: [] })];
    expect(one({ work })).toMatchObject({ gpu: card, microsPerHour: 300_000 });
    for (const sharedGpus of [[], [card, other]])
      expect(one({ work, sharedGpus })).toMatchObject({
        gpu: '',
        microsPerHour: null,
        currency: null,
        priceVersion: null,
      });
  });
  it('is unpaid where the pool does not pay', () => {
    expect(one({ work: [allocation()], prices: null })).toMatchObject({
      microsPerHour: null,
      currency: null,
      priceVersion: null,
    });
  });
});

describe('work that goes on', () => {
  const open = [observation({})];
  it('is noted once a minute and no oftener', () => {
    expect(observeWork(look({ open, work: [allocation()], now: noon + minute - 1 }))).toEqual([]);
    expect(one({ open, work: [allocation()], now: noon + minute })).toMatchObject({
      what: 'alive',
      at: noon + minute,
      clock: 'host',
    });
  });
  it('keeps its card when another is shared meanwhile', () => {
    const change = { open, work: [allocation({ gpus: [] })], sharedGpus: [card, other], now: noon + second };
    expect(observeWork(look(change))).toEqual([]);
  });
  it('is noted by the engine’s word while the pool is not seen', () => {
    const unseen = { open, work: null, now: noon + minute };
    expect(observeWork(look(unseen))).toEqual([]);
    expect(observeWork(look({ ...unseen, running: new Set(['b']) }))).toEqual([]);
    expect(one({ ...unseen, running: new Set(['a1']) })).toMatchObject({ what: 'alive', source: 'engine' });
  });
  it('ends where it was last seen when our own pause took it back, and went elsewhere', () => {
    const taken = { open, work: null, running: new Set<string>(), now: noon + minute, takenBack: true };
    const lastSeen = new Map([['a1', noon + 50 * second]]);
    expect(one({ ...taken, lastSeen })).toMatchObject({
      what: 'end',
      at: noon + 50 * second,
      clock: 'host',
      ended: 'moved',
    });
    expect(observeWork(look({ ...taken, lastSeen, running: null }))).toEqual([]);
  });
  it('is told from that of the demo', () => {
    expect(
      one({ open, work: null, running: new Set(['a1']), now: noon + minute, source: 'demo' }),
    ).toMatchObject({ source: 'demo' });
  });
});

describe('work that ends', () => {
  const open = [observation({ what: 'alive', at: noon + minute, clock: 'host', seenAt: noon + minute })];
  const at = (change: Parameters<typeof allocation>[0], now = noon + hour) =>
    one({ open, work: [allocation(change)], now });
  it('ends when its task did, and says why', () => {
    const tasks = [dead(noon + 30 * minute)];
    const end = { what: 'end', at: noon + 30 * minute, clock: 'agent', seenAt: noon + hour };
    expect(at({ client: 'complete', tasks })).toMatchObject({ ...end, ended: 'finished' });
    expect(at({ client: 'complete', desired: 'stop', tasks })).toMatchObject({ ...end, ended: 'moved' });
    expect(at({ client: 'failed', tasks })).toMatchObject({ ...end, ended: 'failed' });
    expect(at({ client: 'lost', tasks })).toMatchObject({ ...end, ended: 'lost' });
  });
  it('ends when it was last seen where nobody says when', () => {
    expect(at({ client: 'lost', tasks: [task()] })).toMatchObject({
      what: 'end',
      at: noon + minute,
      clock: 'host',
      ended: 'lost',
    });
    expect(one({ open, work: [], now: noon + 9 * hour })).toMatchObject({
      what: 'end',
      at: noon + minute,
      ended: 'lost',
    });
  });
  it('is not cut short by a task that had ended before', () => {
    const tasks = [dead(noon + second), task({ state: 'pending', startedAt: null })];
    expect(at({ tasks })).toMatchObject({ what: 'end', at: noon + minute, ended: null });
  });
  it('holds on while the pool is not seen', () => {
    expect(observeWork(look({ open, work: null, now: noon + hour }))).toEqual([]);
  });
  it('is whole although it began and ended between two looks', () => {
    const work = [allocation({ client: 'complete', tasks: [dead(noon + 3 * second)] })];
    const found = observeWork(look({ work, now: noon + 9 * second }));
    expect(found.map((o) => [o.what, o.at, o.ended])).toEqual([
      ['start', noon, null],
      ['end', noon + 3 * second, 'finished'],
    ]);
  });
  it('is not recorded again while the pool still lists it', () => {
    const work = [allocation({ client: 'complete', tasks: [dead(noon + 3 * second)] })];
    expect(observeWork(look({ work, ended: new Set(['a1']), now: noon + 9 * second }))).toEqual([]);
  });
  it('is not recorded at all where it never ran', () => {
    const work = [
      allocation({ client: 'failed', tasks: [task({ state: 'dead', startedAt: null, finishedAt: noon })] }),
    ];
    expect(observeWork(look({ work }))).toEqual([]);
  });
});

describe('work whose task restarts', () => {
  const restarting = allocation({ tasks: [task({ state: 'pending', restarts: 1 })] });
  const ended = observation({ what: 'end', at: noon + minute, clock: 'host' });
  it('pauses its stretch without ending the job', () => {
    expect(one({ open: [observation({})], work: [restarting], now: noon + minute })).toMatchObject({
      what: 'end',
      ended: null,
      restarts: 1,
    });
    expect(observeWork(look({ open: [ended], work: [restarting], now: noon + hour }))).toEqual([]);
  });
  it('begins a stretch again with its new start', () => {
    const work = [allocation({ tasks: [task({ startedAt: noon + 2 * minute, restarts: 1 })] })];
    expect(one({ open: [ended], work, now: noon + 3 * minute })).toMatchObject({
      what: 'start',
      at: noon + 2 * minute,
      clock: 'agent',
      restarts: 1,
    });
  });
  it('says at last why the job ended', () => {
    const work = [allocation({ client: 'failed', tasks: [dead(noon + 2 * minute)] })];
    expect(one({ open: [ended], work, now: noon + 3 * minute })).toMatchObject({
      what: 'end',
      at: noon + minute,
      ended: 'failed',
    });
  });
});

describe('a clock that leaps', () => {
  const open = [observation({ what: 'alive', at: noon + minute, seenAt: noon + minute })];
  const kinds = (found: readonly Observation[]) => found.map((o) => [o.what, o.at - noon, o.ended]);
  it('forward (or a machine that slept) does not become time of use', () => {
    const found = observeWork(
      look({ open, work: [allocation()], now: noon + 10 * hour, leaptMs: 10 * hour - 90 * second }),
    );
    expect(kinds(found)).toEqual([
      ['end', 90 * second, null],
      ['start', 10 * hour, null],
    ]);
  });
  it('back does not lose what was used', () => {
    const found = observeWork(
      look({ open, work: [allocation()], now: noon - hour + 90 * second, leaptMs: -hour }),
    );
    expect(kinds(found)).toEqual([
      ['end', 90 * second, null],
      ['start', -hour + 90 * second, null],
    ]);
  });
  it('back while the host was away ends the stretch where it was last seen', () => {
    const found = observeWork(look({ open, work: [allocation()], now: noon - hour }));
    expect(kinds(found)).toEqual([
      ['end', minute, null],
      ['start', -hour, null],
    ]);
  });
  it('while the pool is not seen ends the stretch, which begins again from then on', () => {
    const [end] = observeWork(
      look({ open, work: null, now: noon + 10 * hour, leaptMs: 10 * hour - 90 * second }),
    );
    expect(kinds([end as Observation])).toEqual([['end', 90 * second, null]]);
    const found = observeWork(
      look({ open: [end as Observation], work: [allocation()], now: noon + 11 * hour }),
    );
    expect(kinds(found)).toEqual([['start', 11 * hour, null]]);
  });
});

describe('what stays open', () => {
  it('is the newest observation of each stretch whose job has not ended', () => {
    const b = observation({ allocation: 'b' });
    const alive = observation({ what: 'alive', at: noon + minute });
    expect(openAfter([observation({})], [b, alive])).toEqual([alive, b]);
    expect(openAfter([alive, b], [observation({ what: 'end', ended: 'finished' })])).toEqual([b]);
    const paused = observation({ what: 'end', ended: null });
    expect(openAfter([alive], [paused])).toEqual([paused]);
  });
  it('makes the next look find nothing new', () => {
    const work = [allocation(), allocation({ id: 'b', gpus: [card, other] })];
    const found = observeWork(look({ work }));
    expect(found).toHaveLength(3);
    expect(observeWork(look({ open: openAfter([], found), work, now: noon + second }))).toEqual([]);
  });
});
