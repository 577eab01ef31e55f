import { beforeEach, describe, expect, it } from 'vitest';
import { problem, ProblemError } from '../../../contract/problems.ts';
import { seen, unknown, type Fact } from '../facts.ts';
import type { Sample } from '../observe.ts';
import type { ContainerAsked } from '../ports/container-asked.ts';
import type { ContainerEvent, ContainerSample, EngineSample } from '../ports/engine.ts';
import { engineSample } from '../testing/engine-sample.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { blindAfterMs, Guard } from './guard.ts';

const hex = (letter: string): string => letter.repeat(64);

/** An engine with containers whose stream is opened, told of and broken by hand. */
class FakeEngine {
  readonly asked = new Map<string, Partial<ContainerAsked>>();
  readonly ended: string[] = [];
  streams = 0;
  /** A container that is ended is there for a while yet. */
  holds = false;
  refuses: ProblemError | null = null;
  looks: () => Fact<EngineSample> = () => seen(engineSample({ containers: this.listed }), 1);
  listed: ContainerSample[] = [];
  #push: (event: ContainerEvent | null) => void = () => undefined;

  run(id: string, allocation: string, over: Partial<ContainerAsked> = {}): void {
    this.asked.set(id, { allocation, ...over });
    this.listed.push({ id, allocation, state: over.running === false ? 'created' : 'running', image: 'x' });
  }

  tell(kind: 'created' | 'started', id: string, allocation: string): void {
    this.#push({ kind, id, allocation });
  }

  break(): void {
    this.#push(null);
  }

  readonly port = {
    look: () => Promise.resolve(this.looks()),
    events: (signal: AbortSignal) => this.#events(signal),
    inspect: (id: string) => {
      const over = this.asked.get(id);
      return Promise.resolve(over === undefined ? null : { ...usual, id, name: id, ...over });
    },
    end: (id: string) => {
      this.ended.push(id);
      if (!this.holds) this.asked.delete(id);
      return Promise.resolve();
    },
  };

  async *#events(signal: AbortSignal): AsyncIterable<ContainerEvent> {
    this.streams += 1;
    if (this.refuses !== null) throw this.refuses;
    yield { kind: 'listening' };
    for (;;) {
      const next = await new Promise<ContainerEvent | null>((resolve) => {
        this.#push = resolve;
        signal.addEventListener('abort', () => resolve(null), { once: true });
      });
      if (next === null) return;
      yield next;
    }
  }
}

const usual: ContainerAsked = {
  id: '',
  name: '',
  allocation: null,
  running: true,
  network: 'default',
  networks: [],
  pid: '',
  ipc: 'private',
  uts: '',
  users: '',
  cgroups: 'private',
  privileged: false,
  capabilities: [],
  devices: [],
  securityOptions: [],
  unmasked: false,
  mounts: [],
  volumesFrom: [],
  links: [],
  cards: [],
};

let clock: FakeClock;
let engine: FakeEngine;
let guard: Guard;
let told: Sample[];
let cards: { shared: ReadonlySet<string>; all: boolean } | null;

beforeEach(() => {
  clock = new FakeClock();
  engine = new FakeEngine();
  told = [];
  cards = { shared: new Set(['gpu-a']), all: false };
  guard = new Guard({
    clock,
    log: { debug() {}, info() {}, warn() {}, error() {}, redact() {} },
    engine: engine.port,
    nomad: { allocationIds: () => Promise.resolve(['ours', 'also']), allocationFolder: () => '/alloc' },
    cards: () => cards,
    assigned: (allocation) => (allocation === 'also' ? ['GPU-B'] : []),
    nameOf: (allocation) => Promise.resolve(`job of ${allocation}`),
    see: (sample) => void told.push(sample),
  });
});

const watch = async (): Promise<void> => {
  guard.set(true);
  await clock.advance(1);
};

describe('watching', () => {
  it('is said only when the stream is open and what ran before was looked at', async () => {
    engine.run(hex('a'), 'ours', { pid: 'host' });
    engine.run(hex('b'), 'ours');
    expect(guard.sample.state).toBe('off');
    guard.set(true);
    expect(guard.sample.state).toBe('connecting');
    await clock.advance(1);
    expect(guard.sample.state).toBe('watching');
    expect(engine.ended).toEqual([hex('a')]);
  });

  it('ends a hostile container at its making, and lets an honest one live', async () => {
    await watch();
    engine.run(hex('a'), 'ours', { running: false, network: 'host' });
    engine.run(hex('b'), 'ours', { running: false });
    engine.tell('created', hex('a'), 'ours');
    await clock.advance(1);
    engine.tell('created', hex('b'), 'ours');
    await clock.advance(1);
    expect(engine.ended).toEqual([hex('a')]);
    expect(guard.sample).toMatchObject({ ended: 1, stopped: { ours: 'network' } });
  });

  it('counts a container once, though its making and its start are both told of', async () => {
    await watch();
    engine.run(hex('a'), 'ours', { privileged: true });
    engine.holds = true;
    engine.tell('created', hex('a'), 'ours');
    await clock.advance(1);
    engine.tell('started', hex('a'), 'ours');
    await clock.advance(1);
    expect(engine.ended).toEqual([hex('a'), hex('a')]);
    expect(guard.sample.ended).toBe(1);
  });

  it('leaves alone what is no work of this computer’s agent', async () => {
    await watch();
    engine.asked.set(hex('c'), { allocation: 'another agent’s', privileged: true });
    engine.tell('started', hex('c'), 'another agent’s');
    await clock.advance(1);
    expect(engine.ended).toEqual([]);
  });

  it('lets a task into the network of its own allocation alone', async () => {
    await watch();
    engine.run(hex('a'), 'ours', { network: 'none' });
    engine.run(hex('b'), 'ours', { network: `container:${hex('a')}` });
    engine.run(hex('c'), 'also', { network: `container:${hex('a')}` });
    for (const [id, allocation] of [
      [hex('b'), 'ours'],
      [hex('c'), 'also'],
    ] as const) {
      engine.tell('started', id, allocation);
      await clock.advance(1);
    }
    expect(engine.ended).toEqual([hex('c')]);
  });

  it('judges what no event told of at the engine’s next look, once', async () => {
    await watch();
    engine.run(hex('a'), 'ours', { privileged: true });
    engine.run(hex('b'), 'ours');
    guard.seen(engine.listed);
    await clock.advance(1);
    expect(engine.ended).toEqual([hex('a')]);
    engine.asked.set(hex('b'), { allocation: 'ours', privileged: true });
    guard.seen(engine.listed);
    await clock.advance(1);
    expect(engine.ended).toEqual([hex('a')]);
  });

  it('ends nothing more once it is switched off', async () => {
    await watch();
    guard.set(false);
    engine.run(hex('a'), 'ours', { privileged: true });
    engine.tell('started', hex('a'), 'ours');
    guard.seen(engine.listed);
    await clock.advance(20_000);
    expect(engine.ended).toEqual([]);
    expect(guard.sample.state).toBe('off');
  });
});

describe('a card that is taken out of sharing', () => {
  it('stays with the job to which the pool gave it, but no new job gets it', async () => {
    engine.run(hex('a'), 'also', { cards: ['GPU-B'] });
    await watch();
    expect(engine.ended).toEqual([]);
    engine.run(hex('b'), 'also', { running: false, cards: ['GPU-B'] });
    engine.tell('created', hex('b'), 'also');
    await clock.advance(1);
    expect(engine.ended).toEqual([hex('b')]);
    expect(guard.sample.stopped).toEqual({ also: 'cards' });
  });

  it('is judged as soon as the cards are known', async () => {
    cards = null;
    engine.run(hex('a'), 'ours', { cards: ['all'] });
    await watch();
    expect(engine.ended).toEqual([]);
    cards = { shared: new Set(['gpu-a']), all: false };
    guard.seen(engine.listed);
    await clock.advance(1);
    expect(engine.ended).toEqual([hex('a')]);
  });
});

describe('telling', () => {
  const notices = (): unknown[] => told.flatMap((one) => ('notice' in one ? [one.notice] : []));

  it('says a job and what it asked for once, however often it is started again', async () => {
    await watch();
    for (const letter of ['a', 'b', 'c']) {
      engine.run(hex(letter), 'ours', { devices: ['/dev/mem'] });
      engine.tell('started', hex(letter), 'ours');
      await clock.advance(1);
    }
    expect(engine.ended).toHaveLength(3);
    expect(guard.sample.ended).toBe(3);
    expect(notices()).toMatchObject([
      { code: 'job-hostile', remedy: 'ask-operator', detail: 'job of ours: devices (/dev/mem)' },
    ]);
    await clock.advance(86_400_000);
    expect(told.some((one) => 'over' in one)).toBe(true);
  });
});

describe('an engine that cannot be watched', () => {
  it('is looked for again at once, and what began meanwhile is looked at', async () => {
    await watch();
    engine.run(hex('a'), 'ours', { privileged: true });
    engine.break();
    await clock.advance(100);
    expect(guard.sample.state).toBe('connecting');
    await clock.advance(1_000);
    expect(guard.sample.state).toBe('watching');
    expect(engine.ended).toEqual([hex('a')]);
  });

  it('is said after ten seconds, with why, until it can be', async () => {
    await watch();
    engine.refuses = new ProblemError(problem('engine-refused', 'events are not for you'));
    engine.break();
    await clock.advance(blindAfterMs - 1_000);
    expect(guard.sample.state).toBe('connecting');
    await clock.advance(2_000);
    expect(guard.sample).toMatchObject({ state: 'blind', problem: { code: 'engine-refused' } });
    engine.refuses = null;
    await clock.advance(6_000);
    expect(guard.sample).toMatchObject({ state: 'watching', problem: null });
  });

  it('is no watched one where what runs cannot be told', async () => {
    engine.looks = () => unknown(problem('engine-error', '500'), 1);
    guard.set(true);
    await clock.advance(blindAfterMs + 2_000);
    expect(guard.sample.state).toBe('blind');
    expect(engine.streams).toBeGreaterThan(2);
  });
});
