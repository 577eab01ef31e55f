import { describe, expect, it } from 'vitest';
import { problem } from '../../contract/problems.ts';
import { seen, unknown, noFacts, type Facts, type LocalWorkSample } from './facts.ts';
import type { Intent } from './intent.ts';
import { observe } from './observe.ts';
import { planClosing } from './plan-closing.ts';
import { engineSample } from './testing/engine-sample.ts';
import { joined } from './testing/world-model.ts';

const now = 1_000_000;
const left: Intent = { ...joined, pool: null };

/** A computer whose engine is gone while leaving, with what its processes tell, since some time ago. */
function withoutEngine(inContainers: LocalWorkSample['inContainers'], since = now): Facts {
  const local = seen({ processes: 0, ...(inContainers === undefined ? {} : { inContainers }) }, now);
  const footprint = seen(
    [{ id: 1, at: 1, line: { kind: 'agent' as const, httpPort: 4646, folder: '/agent' } }],
    now,
  );
  const facts: Facts = {
    ...noFacts,
    footprint,
    engine: unknown(problem('engine-stopped'), now),
    agent: seen({ process: null, configHash: null } as never, now),
    gpus: seen({ gpus: [], processes: [] }, now),
  };
  return observe(facts, { fact: 'local', value: local }, since);
}
const ask = (facts: Facts, intent: Intent = left) =>
  planClosing({ intent, facts, now, how: 'now', then: 'leave' });

describe('a card of which nobody can tell what holds it', () => {
  it('is not given back, and that is said', () => {
    const uuid = 'GPU-a';
    const facts: Facts = {
      ...withoutEngine(null),
      engine: seen(engineSample(), now),
      gpus: seen(
        { gpus: [{ uuid, usedMib: 9000, fault: null, asleep: false, mig: [] } as never], processes: null },
        now,
      ),
    };
    const vram = { [uuid]: { idle: null, held: null, last: 9000 } };
    const untold = { ...facts, memory: { ...facts.memory, vram } };
    expect(ask(untold)).toMatchObject({ wait: 'facts', problem: { code: 'gpu-not-free' } });
    expect(ask(facts)).toEqual({ do: { kind: 'leave' } });
  });
});

describe('leaving without an engine', () => {
  it('goes on where no process is in a container of ours', () => {
    expect(ask(withoutEngine(0))).toEqual({ do: { kind: 'leave' } });
  });
  it('waits while one is, whatever the owner says', () => {
    const again = { ...left, leaveAgainAt: now };
    for (const intent of [left, again])
      expect(ask(withoutEngine(1), intent)).toMatchObject({
        wait: 'facts',
        problem: { code: 'engine-stopped' },
      });
  });
  it('says that it cannot be told, and goes on once the owner asks again after that', () => {
    const facts = withoutEngine('unseen', now - 10);
    const waits = { wait: 'facts', problem: { code: 'containers-unseen' } };
    expect(ask(facts)).toMatchObject(waits);
    expect(ask(facts, { ...left, retryAt: now })).toMatchObject(waits);
    expect(ask(facts, { ...left, leaveAgainAt: now - 20 })).toMatchObject(waits);
    expect(ask(facts, { ...left, leaveAgainAt: now })).toEqual({ do: { kind: 'leave' } });
  });
  it('takes the owner at their word for that time alone', () => {
    const engineBack = observe(
      withoutEngine('unseen', now - 10),
      { fact: 'local', value: seen({ processes: 0, inContainers: null }, now) },
      now,
    );
    expect(engineBack.memory.unseenSince).toBeNull();
    expect(ask(engineBack, { ...left, leaveAgainAt: now })).toMatchObject({ wait: 'facts' });
  });
});
