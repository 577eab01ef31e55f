import { type Fact, seen, unknown } from '../../core/facts.ts';
import { hasUnifiedMemory } from '../../core/cards/slug.ts';
import type { GpuProcess, Gpus, GpuSample, GpusSample } from '../../core/ports/gpus.ts';
import type { RunResult, World } from '../../core/ports/world.ts';
import * as linux from './linux.ts';
import { type About, aboutFields, readAbout, readParts } from './smi-about.ts';
import { type CardNow, gpuFields, type KnownGpu, readGpus, whyNone } from './smi-gpus.ts';
import {
  allProcessesArgs,
  computeProcessesArgs,
  type NamedProcess,
  type ProcessList,
  readAllProcesses,
  readComputeProcesses,
} from './smi-processes.ts';
import { refusedField } from './smi-text.ts';
import type { CardPower, SleepingCards } from './sleeping-card.ts';

/** How this system tells of sleeping cards; only Linux does without waking them. */
export const sleepingCards = (): SleepingCards =>
  process.platform === 'linux' ? () => linux.sleepingCards() : neverAsleep;

const neverAsleep: SleepingCards = () => null;

const byPlace = (a: GpuSample, b: GpuSample): number => (a.busId ?? '').localeCompare(b.busId ?? '');

/** How long nvidia-smi may take, ms: a broken driver lets it hang for ever, and a sound one wakes each card of a server first. */
const timeoutMs = 10_000;

/** How often displays and parts are looked at, ms. */
const aboutEveryMs = 60_000;

/** The GPUs of NVIDIA's driver, by its own program. `sleeping`: asked first, so that nothing wakes a laptop's card. */
export function createGpus(
  world: Pick<World, 'programs' | 'clock'>,
  sleeping: SleepingCards = neverAsleep,
): Gpus {
  const gpus = new SmiGpus(world, sleeping);
  return { look: () => gpus.look() };
}

class SmiGpus {
  readonly #world: Pick<World, 'programs' | 'clock'>;
  readonly #sleeping: SleepingCards;
  #looking: Promise<Fact<GpusSample>> | null = null;
  /** What this driver does not know; another driver is asked again. */
  #refused = new Set<string>();
  #namesAll = true;
  #driver: string | null = null;
  /** Every card ever seen: a lost one no longer tells who it is. */
  #known: readonly KnownGpu[] = [];
  #last: GpusSample | null = null;
  /** The only cards to be asked, because others sleep; empty: all. */
  #awake: readonly string[] = [];
  /** Displays and parts of these cards, and when they were read. */
  #about: { readonly of: string; readonly at: number; readonly cards: ReadonlyMap<string, About> } = {
    of: '',
    at: 0,
    cards: new Map(),
  };
  /** The containers of processes named last: one that is ending may be gone while its memory is not. */
  #containers = new Map<number, readonly string[]>();

  constructor(world: Pick<World, 'programs' | 'clock'>, sleeping: SleepingCards) {
    this.#world = world;
    this.#sleeping = sleeping;
  }

  /** Two looks at once are one: each costs a program's start and some of the driver's time. */
  look(): Promise<Fact<GpusSample>> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #look(): Promise<Fact<GpusSample>> {
    const power = this.#sleeping() ?? [];
    const asleep = this.#asleep(power.filter((card) => card.asleep));
    this.#awake = asleep.length === 0 ? [] : power.filter((card) => !card.asleep).map((card) => card.busId);
    if (asleep.length > 0 && this.#awake.length === 0)
      return seen({ gpus: asleep, processes: [] }, this.#world.clock.now());
    const { result, fields } = await this.#query(gpuFields);
    const cards = readGpus(result.stdout, fields, this.#known);
    if (cards.length === 0) {
      this.#forgetDriver(null);
      return unknown(whyNone(result), this.#world.clock.now());
    }
    this.#remember(cards);
    await this.#learnAbout(cards);
    const gpus = [...cards.map((card) => this.#whole(card)), ...asleep].toSorted(byPlace);
    const sample = { gpus, processes: await this.#processes(gpus) };
    this.#last = sample;
    return seen(sample, this.#world.clock.now());
  }

  /** Asks for all fields but those that this driver refused; it names one at a time. */
  async #query<F extends string>(
    all: readonly F[],
  ): Promise<{ readonly result: RunResult; readonly fields: readonly F[] }> {
    for (;;) {
      const fields = all.filter((f) => !this.#refused.has(f));
      const result = await this.#smi([`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits']);
      const refused = refusedField(result);
      if (refused === null || !fields.some((f) => f === refused)) return { result, fields };
      this.#refused.add(refused);
    }
  }

  /** Displays and parts, seldom: they cost another start of the program. What cannot be read stays as it was known. */
  async #learnAbout(cards: readonly CardNow[]): Promise<void> {
    const now = this.#world.clock.now();
    const uuids = cards.map((c) => c.uuid).join();
    if (uuids === this.#about.of && now - this.#about.at < aboutEveryMs && now >= this.#about.at) return;
    const { result, fields } = await this.#query(aboutFields);
    const read = readAbout(result.stdout, fields);
    const divided = [...read.values()].some((one) => one.divided);
    const parts = divided ? readParts((await this.#smi(['-L'])).stdout) : new Map<string, never[]>();
    const cardsNow = new Map<string, About>(
      [...read].map(([uuid, { display }]) => [uuid, { display, mig: parts.get(uuid) ?? [] }]),
    );
    const all = new Map([...this.#about.cards, ...cardsNow]);
    // A card of which nothing is known yet is asked about at the next look again, not after a minute.
    const of = cards.every((c) => all.has(c.uuid) || c.fault !== null) ? uuids : '';
    this.#about = { of, at: now, cards: all };
  }

  #whole(card: CardNow): GpuSample {
    const about = this.#about.cards.get(card.uuid) ?? { display: null, mig: [] };
    return { ...card, ...about, asleep: false, unified: isUnified(card) };
  }

  async #processes(gpus: readonly GpuSample[]): Promise<readonly GpuProcess[] | null> {
    const list = await this.#named(gpus);
    if (typeof list === 'string') return null;
    const found = await Promise.all(list.map((p) => this.#withContainers(p)));
    this.#containers = new Map(found.flatMap((p) => (p.containers ? [[p.pid, p.containers]] : [])));
    return found;
  }

  async #named(gpus: readonly GpuSample[]): Promise<ProcessList> {
    if (this.#namesAll) {
      const all = await this.#smi(allProcessesArgs);
      const list = readAllProcesses(all, gpus);
      if (list !== 'unreadable') return list;
      // A lost card spoils the whole answer, but only as long as it is lost.
      this.#namesAll = all.failure !== null || gpus.some((g) => g.fault !== null);
    }
    return readComputeProcesses(await this.#smi(computeProcessesArgs));
  }

  async #withContainers(process: NamedProcess): Promise<GpuProcess> {
    const info = await this.#world.programs.process(process.pid);
    return { ...process, containers: info?.containers ?? this.#containers.get(process.pid) ?? null };
  }

  /** What is known of cards that sleep: who they are, and no figures. None where one of them is not known by name: all are asked then. */
  #asleep(cards: readonly CardPower[]): readonly GpuSample[] {
    const gpus = cards.map(({ busId, uuid, name }): GpuSample | null => {
      const before = this.#last?.gpus.find((g) => g.busId === busId);
      const momentary = { utilizationPercent: null, temperatureC: null, powerW: null };
      if (before) return { ...before, ...momentary, asleep: true };
      if (uuid === null || name === null) return null;
      const unread = { index: null, driver: null, memoryMib: null, usedMib: null, fault: null };
      const about = { display: null, mig: [], unified: hasUnifiedMemory(name), asleep: true };
      return { uuid, name, busId, ...unread, ...momentary, ...about };
    });
    const all = gpus.filter((g) => g !== null);
    return all.length < gpus.length ? [] : all;
  }

  #remember(gpus: readonly CardNow[]): void {
    const driver = gpus.find((g) => g.driver !== null && g.fault === null)?.driver ?? null;
    if (driver !== null && driver !== this.#driver) this.#forgetDriver(driver);
    const sound = gpus.filter((g) => g.fault === null);
    const others = this.#known.filter((k) => !sound.some((g) => g.busId === k.busId));
    this.#known = [
      ...others,
      ...sound.map(({ uuid, index, name, driver, busId, memoryMib }) => ({
        uuid,
        index,
        name,
        driver,
        busId,
        memoryMib,
      })),
    ];
  }

  /** Another driver (or none) may know other fields. The first one seen keeps what its first answer taught. */
  #forgetDriver(driver: string | null): void {
    if (this.#driver !== null) {
      this.#refused = new Set();
      this.#namesAll = true;
    }
    this.#driver = driver;
  }

  #smi(args: readonly string[]): Promise<RunResult> {
    const only = this.#awake.length === 0 ? [] : [`--id=${this.#awake.join(',')}`];
    return this.#world.programs.run('nvidia-smi', [...args, ...only], { timeoutMs });
  }
}

/** The driver has no figure of a memory that is the computer's own. */
const isUnified = ({ name, memoryMib, fault }: CardNow): boolean =>
  fault === null && memoryMib === null && hasUnifiedMemory(name);
