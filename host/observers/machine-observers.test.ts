import { describe, expect, it } from 'vitest';
import { noFacts, seen, type Facts } from '../core/facts.ts';
import { emptyIntent, type Intent } from '../core/intent.ts';
import { engineSample } from '../core/testing/engine-sample.ts';
import { look } from '../core/testing/world-looks.ts';
import { add, freshWorld, joined } from '../core/testing/world-model.ts';
import { machineObservers } from './machine-observers.ts';

/** The observers over this intent and these facts, and what they asked for. */
function watching(intent: Intent, facts: Facts) {
  const asked: string[] = [];
  const note = <T>(what: string, value: T): Promise<T> => {
    asked.push(what);
    return Promise.resolve(value);
  };
  const observers = machineObservers(
    {
      clock: { now: () => 7 } as never,
      health: {
        look: (url, root) =>
          note(`health ${url}${root == null ? '' : ` ${root}`}`, { disks: [], clockAheadMs: null }),
      },
      activity: { look: () => note('activity', { lastInputAt: 5, source: 'x' }) },
      inventory: { others: () => note('others', []) },
    },
    () => intent,
    () => facts,
  );
  return { asked, of: (fact: string) => observers.find((o) => o.fact === fact)! };
}

const screen = look(noFacts, { ...freshWorld(), display: true });

describe('the machine', () => {
  it('is asked for the last input only in a pool and where sharing waits for it', async () => {
    const idle = watching(joined, screen);
    expect(await idle.of('activity').look()).toEqual({
      fact: 'activity',
      value: seen({ lastInputAt: 5, source: 'x' }, 7),
    });
    expect(idle.of('activity').everyMs.idle).toBe(5_000);
    for (const intent of [emptyIntent, { ...joined, whenIdle: false }]) {
      const { asked, of } = watching(intent, screen);
      expect((await of('activity').look()).value).toBe(screen.activity);
      expect(asked).toEqual([]);
      expect(of('activity').everyMs.idle).toBeGreaterThan(5_000);
    }
  });
  it('is compared with the clock of a pool whose network was entered, and of none before', async () => {
    const world = freshWorld();
    const before = watching(joined, look(noFacts, world));
    await before.of('health').look();
    add(world, { kind: 'tailnet-entered', nodeId: 'n1' });
    const within = watching(joined, look(noFacts, world));
    await within.of('health').look();
    expect([before.asked, within.asked]).toEqual([['health null'], ['health https://head.pool.example']]);
  });
  it('is asked for the disk that the engine says it writes on', async () => {
    const world = freshWorld();
    const facts = look(noFacts, world);
    const engine = seen(engineSample({ dataRoot: '/mnt/docker' }), 7);
    const { asked, of } = watching(emptyIntent, { ...facts, engine });
    await of('health').look();
    expect(asked).toEqual(['health null /mnt/docker']);
  });
  it('is looked through for cards of other makers once', () => {
    expect(watching(joined, screen).of('otherCards').everyMs).toEqual({
      busy: null,
      watched: null,
      idle: null,
    });
  });
});
