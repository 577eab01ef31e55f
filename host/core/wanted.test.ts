import { describe, expect, it } from 'vitest';
import { noFacts, seen } from './facts.ts';
import { lostAfterMs } from './cards/choice.ts';
import type { Intent } from './intent.ts';
import { observe } from './observe.ts';
import type { GpuSample } from './ports/gpus.ts';
import { look } from './testing/world-looks.ts';
import { act, freshWorld, joined } from './testing/world-model.ts';
import { wantedAgent } from './wanted.ts';

const now = freshWorld().now;
const card = (letter: string, change: Partial<GpuSample> = {}): GpuSample => ({
  uuid: `GPU-${letter}`,
  index: null,
  name: 'NVIDIA GeForce RTX 4090',
  driver: null,
  busId: null,
  memoryMib: null,
  usedMib: null,
  utilizationPercent: null,
  temperatureC: null,
  powerW: null,
  fault: null,
  unified: false,
  display: false,
  asleep: false,
  mig: [],
  ...change,
});

/** What of the agent's configuration is about cards, with these cards seen for so long. */
function cards(intent: Partial<Intent>, gpus: readonly GpuSample[], forMs = 0) {
  const world = freshWorld();
  act(world, { kind: 'enter-tailnet', request: {} as never });
  let facts = look(noFacts, world);
  for (const at of [now, now + forMs])
    facts = observe(facts, { fact: 'gpus', value: seen({ gpus, processes: [] }, at) }, at);
  const { pool } = joined;
  if (pool === null || !facts.tailnet.known) throw new Error('nothing joined');
  const wanted = wantedAgent({ ...joined, ...intent }, pool, facts, facts.tailnet.value, 'rig', now + forMs);
  const { meta = {}, ignoredGpus } = wanted ?? {};
  return [meta['gpu-type'], meta['gpu-count'], meta['rigshare.gpu-types'], ignoredGpus];
}

describe('what the pool is told of the cards', () => {
  const a100 = card('a', {
    name: 'NVIDIA A100-SXM4-80GB',
    mig: [
      { uuid: 'MIG-1', profile: '3g.40gb', memoryMib: null },
      { uuid: 'MIG-2', profile: '3g.40gb', memoryMib: null },
    ],
  });
  it('is those that are shared, each part of a divided one counted', () => {
    expect(cards({}, [card('g')])).toEqual(['nvidia-geforce-rtx-4090', '1', undefined, []]);
    expect(cards({}, [a100, card('g')])).toEqual([
      'nvidia-a100-sxm4-80gb',
      '3',
      'nvidia-a100-sxm4-80gb,nvidia-geforce-rtx-4090',
      [],
    ]);
  });
  it('is without those that are kept, for the owner or the display, with all their parts', () => {
    const screen = card('s', { display: true });
    expect(cards({}, [screen, card('g')])).toEqual(['nvidia-geforce-rtx-4090', '1', undefined, ['GPU-s']]);
    expect(cards({ chosenGpus: ['GPU-s'] }, [screen, card('g')])).toEqual([
      'nvidia-geforce-rtx-4090',
      '2',
      undefined,
      [],
    ]);
    expect(cards({ keptGpus: ['GPU-a'] }, [a100, card('g')])).toEqual([
      'nvidia-geforce-rtx-4090',
      '1',
      undefined,
      ['GPU-a', 'MIG-1', 'MIG-2'],
    ]);
  });
  it('changes for a lost card only once that lasts, since the change restarts the agent', () => {
    const gpus = [card('g'), card('l', { fault: 'GPU is lost' })];
    expect(cards({}, gpus, lostAfterMs - 1).slice(1)).toEqual(['2', undefined, []]);
    expect(cards({}, gpus, lostAfterMs).slice(1)).toEqual(['1', undefined, ['GPU-l']]);
  });
  it('stays the same while a card that had a display has its screen off', () => {
    const before = cards({ displayGpus: ['GPU-s'] }, [card('s', { display: true }), card('g')]);
    expect(cards({ displayGpus: ['GPU-s'] }, [card('s'), card('g')])).toEqual(before);
  });
});
