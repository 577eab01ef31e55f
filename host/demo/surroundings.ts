import type { Activity } from '../core/ports/activity.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Inventory, OtherCard } from '../core/ports/gpus.ts';
import type { Disk } from '../core/ports/world.ts';
import type { Scenario } from './scenario.ts';

const gib = 2 ** 30;
const totalBytes = 931 * gib;

/** An owner who is away has been so for long, ms. */
const longAwayMs = 3_600_000;

/** What is around the simulated computer: who sits at it, its disk, and cards of other makers. Scripted, not played at the wire. */
export class Surroundings {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #others: readonly OtherCard[];
  /** When the owner last touched it; "here": just now, and again and again; null: nothing tells it. */
  #input: number | 'here' | null;
  disk: Disk = { device: 'demo', freeBytes: 412 * gib, totalBytes };

  constructor(clock: Pick<Clock, 'now'>, { input = 'away', otherCards = [] }: Scenario) {
    this.#clock = clock;
    this.#others = otherCards;
    this.#input = input === 'away' ? clock.now() - longAwayMs : input === 'here' ? 'here' : null;
  }

  /** The owner sits down, or gets up and leaves. */
  sit(here: boolean): void {
    this.#input = here ? 'here' : this.#clock.now();
  }

  /** The owner brushes the mouse in passing. */
  touch(): void {
    this.#input = this.#clock.now();
  }

  /** Something fills the disk but for this share. */
  fillBut(share: number): void {
    this.disk = { ...this.disk, freeBytes: Math.round(totalBytes * share) };
  }

  readonly activity: Activity = {
    look: () => {
      const lastInputAt = this.#input === 'here' ? this.#clock.now() : this.#input;
      return Promise.resolve({ lastInputAt, source: lastInputAt === null ? null : 'demo' });
    },
  };

  readonly inventory: Inventory = { others: () => Promise.resolve(this.#others) };
}
