import type { Clock } from '../core/ports/clock.ts';
import type { Chance } from './chance.ts';

/** A graphics card of the simulated machine. */
export interface CardModel {
  readonly uuid: string;
  readonly name: string;
  readonly busId: string;
  readonly memoryMib: number;
  /** What the desktop holds without any job. */
  readonly idleMib: number;
  readonly idleW: number;
  readonly maximumW: number;
  /** It drives the display; absent: it does not. */
  readonly display?: boolean;
}

/** What a job does to its card. */
export interface Load {
  readonly memoryMib: number;
  /** 0–100. */
  readonly utilizationPercent: number;
}

/** A process that holds memory on a card. */
export interface Holder {
  readonly card: string;
  readonly pid: number;
  readonly name: string;
  readonly usedMib: number;
}

/** A card's figures at one moment. */
export interface Reading {
  readonly usedMib: number;
  readonly utilizationPercent: number;
  readonly temperatureC: number;
  readonly powerW: number;
}

/** A process of the desktop, which draws and does not compute. */
export type Drawer = Holder;

interface Held extends Holder {
  readonly since: number;
  readonly load: Load;
}

interface Heat {
  readonly at: number;
  readonly celsius: number;
  readonly target: number;
}

/** How long a card takes to warm up or cool down, ms. */
const heatLagMs = 45_000;
const ambientC = 36;

/** The simulated cards: memory, use, temperature and power follow what runs. */
export class Cards {
  readonly models: readonly CardModel[];
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #held = new Map<number, Held>();
  readonly #heat = new Map<string, Heat>();
  /** Who draws on the cards: part of what each holds when idle. */
  drawers: readonly Drawer[] = [];
  /** The driver's own words for why it fails, or null while it works. */
  fault: { readonly text: string; readonly exitCode: number } | null = null;

  /** Cards that fell off the bus, by uuid. */
  readonly lost = new Set<string>();

  constructor(models: readonly CardModel[], clock: Clock, chance: Chance) {
    this.models = models;
    this.#clock = clock;
    this.#chance = chance;
  }

  /** A process begins to compute: its memory fills within some seconds. */
  hold(card: string, pid: number, name: string, load: Load): void {
    this.#warm(card, () => {
      this.#held.set(pid, { card, pid, name, usedMib: load.memoryMib, since: this.#clock.now(), load });
    });
  }

  /** A process has ended: what it held is free. */
  release(pid: number): void {
    const held = this.#held.get(pid);
    if (held !== undefined) this.#warm(held.card, () => this.#held.delete(pid));
  }

  /** How long the driver takes to free an ended process's memory, ms. */
  releaseMs(): number {
    return Math.round(this.#chance.between(200, 600));
  }

  /** Who computes and holds memory for it now. */
  holders(): readonly Holder[] {
    return [...this.#held.values()].map(({ card, pid, name, ...held }) => ({
      card,
      pid,
      name,
      usedMib: this.#filled(held),
    }));
  }

  /** A card's figures now. */
  read(model: CardModel): Reading {
    const now = this.#clock.now();
    const held = this.#of(model.uuid);
    const memory = held.reduce((sum, one) => sum + this.#filled(one), model.idleMib);
    const use = this.#use(held);
    // Swings a little from second to second, as a real card does.
    const swing = 1 + 0.04 * Math.sin(now / 1000) + 0.03 * Math.sin(now / 311);
    return {
      usedMib: Math.min(model.memoryMib, Math.round(memory)),
      utilizationPercent: Math.min(100, Math.round(use * swing)),
      temperatureC: Math.round(this.#celsius(model.uuid, now)),
      powerW: model.idleW + (model.maximumW - model.idleW) * Math.min(1, (use / 100) * 0.85 * swing),
    };
  }

  #of(card: string): readonly Held[] {
    return [...this.#held.values()].filter((held) => held.card === card);
  }

  /** A model is loaded in about eight seconds; the first second shows the driver's context alone. */
  #filled({ since, load }: Pick<Held, 'since' | 'load'>): number {
    const share = Math.min(1, Math.max(0, (this.#clock.now() - since - 1000) / 8000));
    return Math.round(Math.min(load.memoryMib, 310) + Math.max(0, load.memoryMib - 310) * share);
  }

  #use(held: readonly Held[]): number {
    return Math.min(
      100,
      held.reduce(
        (sum, one) => sum + (this.#clock.now() - one.since < 4000 ? 6 : one.load.utilizationPercent),
        0,
      ),
    );
  }

  /** Notes the temperature reached so far, then changes what the card does. */
  #warm(card: string, change: () => void): void {
    const celsius = this.#celsius(card, this.#clock.now());
    change();
    const use = Math.min(
      100,
      this.#of(card).reduce((sum, one) => sum + one.load.utilizationPercent, 0),
    );
    this.#heat.set(card, { at: this.#clock.now(), celsius, target: ambientC + use * 0.34 });
  }

  #celsius(card: string, now: number): number {
    const heat = this.#heat.get(card);
    if (heat === undefined) return ambientC;
    return heat.target + (heat.celsius - heat.target) * Math.exp(-(now - heat.at) / heatLagMs);
  }
}
