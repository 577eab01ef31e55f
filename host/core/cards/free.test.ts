import { describe, expect, it } from 'vitest';
import { problem } from '../../../contract/problems.ts';
import { noFacts, seen, unknown, type Facts } from '../facts.ts';
import { gpuFree } from './free.ts';
import { observe } from '../observe.ts';
import type { GpuProcess, GpuSample } from '../ports/gpus.ts';
import { look } from '../testing/world-looks.ts';
import { add, freshWorld, operatorCloses, pass, place } from '../testing/world-model.ts';
import { engineSample } from '../testing/engine-sample.ts';

const now = 1_000_000;
const card = (usedMib: number | null, fault: string | null = null): GpuSample => ({
  uuid: 'G',
  index: 0,
  name: 'RTX',
  driver: null,
  busId: null,
  memoryMib: 24_000,
  usedMib,
  utilizationPercent: null,
  temperatureC: null,
  powerW: null,
  fault,
  unified: false,
  display: false,
  asleep: false,
  mig: [],
});
const see = (facts: Facts, usedMib: number | null, processes: readonly GpuProcess[] | null): Facts =>
  observe(facts, { fact: 'gpus', value: seen({ gpus: [card(usedMib)], processes }, now) }, now);
const engine = (facts: Facts, ...ids: string[]): Facts => {
  const containers = ids.map((id) => ({ id, allocation: 'a', state: 'running' as const, image: 'x' }));
  return observe(facts, { fact: 'engine', value: seen(engineSample({ containers }), now) }, now);
};
const by = (...containers: string[]): GpuProcess => ({
  gpu: 'G',
  pid: 1,
  name: 'p',
  usedMib: 9000,
  containers,
});

describe('with a driver that names processes', () => {
  const worked = engine(engine(noFacts, 'ours'));
  it("holds as long as one is in a container of the pool's work, also after the engine forgot it", () => {
    expect(gpuFree(see(worked, 9500, [by('ours')]), now)).toBe('held');
  });
  it('is free whatever a game holds', () => {
    expect(gpuFree(see(worked, 20_000, [by(), by('another')]), now)).toBe('free');
  });
});

describe('with a driver that names processes whose containers cannot be read', () => {
  const hidden = (pid: number): GpuProcess => ({ ...by(), pid, containers: null });
  const at = (facts: Facts, time: number, usedMib: number | null, ...pids: readonly number[]): Facts => {
    const processes = pids.map(hidden);
    return observe(facts, { fact: 'gpus', value: seen({ gpus: [card(usedMib)], processes }, time) }, time);
  };
  const quiet = engine({ ...noFacts, footprint: seen([], now) });
  const idle = at(quiet, now - 60_000, 500, 1);
  const working = see(engine(idle, 'ours'), 8500, [hidden(1), hidden(2)]);
  it('is free beside one that was there before our work', () => {
    expect(gpuFree(see(engine(working), 500, [hidden(1)]), now)).toBe('free');
    expect(gpuFree(see(engine(working), 8500, [hidden(1)]), now)).toBe('free');
  });
  it('holds with one that came while our work ran, until memory tells of its end', () => {
    const ended = see(engine(working), 8500, [hidden(1), hidden(2)]);
    expect(gpuFree(ended, now)).toBe('held');
    expect(gpuFree(see(ended, 8500, [hidden(1), hidden(2), hidden(3)]), now)).toBe('held');
    expect(gpuFree(see(ended, 600, [hidden(1), hidden(2)]), now)).toBe('free');
  });
  it('takes one that came just before our work was seen for our work’s', () => {
    const begun = see(engine(at(idle, now - 5_000, 600, 1, 2), 'ours'), 8500, [hidden(1), hidden(2)]);
    expect(gpuFree(see(engine(begun), 8500, [hidden(1), hidden(2)]), now)).toBe('held');
    expect(gpuFree(see(engine(begun), 8500, [hidden(1)]), now)).toBe('free');
  });
  it('takes what runs on once memory was back for another’s', () => {
    const back = see(engine(working), 600, [hidden(2)]);
    const later = at(engine(at(back, now, 600, 2)), now, 600, 2);
    expect(later.memory.hidden).toEqual({ 2: now });
    const again = at(engine(later, 'next'), now + 60_000, 9000, 2);
    expect(again.memory.hidden).toEqual({ 2: 'before' });
  });
  it('does not tell where neither a baseline nor what our work held is known', () => {
    const joined = see(engine(noFacts, 'ours'), 8500, [hidden(2)]);
    expect(gpuFree(see(engine(joined), 500, [hidden(2)]), now)).toBe('unknown');
    const unified = see(engine(noFacts, 'ours'), null, [hidden(2)]);
    expect(gpuFree(see(engine(unified), null, [hidden(2)]), now)).toBe('unknown');
  });
});

describe('with a driver whose list is empty though memory is in use', () => {
  const working = see(engine(see(noFacts, 500, []), 'ours'), 8500, []);
  it('goes by memory', () => {
    expect(gpuFree(see(engine(working), 8500, []), now)).toBe('held');
    expect(gpuFree(see(engine(working), 600, []), now)).toBe('free');
  });
  it('goes by the list where memory proves nothing, as after a restart in the middle of a job', () => {
    const joined = see(engine(noFacts, 'ours'), 8500, []);
    expect(gpuFree(see(engine(joined), 500, []), now)).toBe('free');
  });
  it('goes by the list once it has named our work', () => {
    const named = see(working, 8500, [by('ours')]);
    expect(gpuFree(see(engine(named), 8500, []), now)).toBe('free');
  });
});

describe('with a driver that names none', () => {
  const idle = see(noFacts, 500, null);
  const working = see(engine(idle, 'ours'), 8500, null);
  it('is free where our work was never seen', () => {
    expect(gpuFree(see(noFacts, 9000, null), now)).toBe('free');
  });
  it('holds until memory is back at its idle baseline', () => {
    const ended = engine(working);
    expect(gpuFree(see(ended, 4500, null), now)).toBe('held');
    expect(gpuFree(see(ended, 650, null), now)).toBe('free');
  });
  it('is free when memory fell by what the work had held, though a game took 12 GB before its last process died', () => {
    const pausing: Facts = {
      ...working,
      memory: { ...working.memory, closing: { how: 'now', at: now, brokerAnswered: false } },
    };
    const gaming = see(pausing, 20_500, null);
    expect(gpuFree(engine(gaming), now)).toBe('held');
    expect(gpuFree(see(engine(gaming), 12_500, null), now)).toBe('free');
  });
  it('does not tell where the memory in use is unknown', () => {
    expect(gpuFree(see(engine(working), null, null), now)).toBe('unknown');
  });
});

describe('a GPU that cannot be read', () => {
  it('is never free', () => {
    const silent: Facts = { ...noFacts, gpus: unknown(problem('gpu-driver-error'), now) };
    expect(gpuFree(silent, now)).toBe('unknown');
    expect(gpuFree(see(noFacts, 500, []), now + 61_000)).toBe('unknown');
  });
});

describe('the model world', () => {
  it('lets memory linger after a task, as drivers do', () => {
    const world = freshWorld();
    add(world, { kind: 'agent', httpPort: 1, folder: '/a' });
    world.agentUp = world.node.eligible = world.registered = true;
    world.tailnet.active = 'ours';
    place(world, { id: 'a', finishesAt: world.now + 1000 });
    const before = look(noFacts, world);
    pass(world, 1000);
    expect(gpuFree(look(before, world), world.now)).toBe('held');
    pass(world, 500);
    expect(gpuFree(look(before, world), world.now)).toBe('free');
    operatorCloses(world, 'ineligible');
    expect(world.operatorClosed).toBe(true);
  });
});
