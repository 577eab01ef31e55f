import type { ContainerAsked } from '../ports/container-asked.ts';
import type { Engine } from '../ports/engine.ts';
import type { Nomad } from '../ports/nomad.ts';
import { type House, type HouseCards, joinedContainers } from './rules.ts';

/** What containers are looked at with. */
export interface InspectorParts {
  readonly engine: Pick<Engine, 'inspect'>;
  readonly nomad: Pick<Nomad, 'allocationIds' | 'allocationFolder'>;
  readonly cards: () => HouseCards | null;
  readonly assigned: (allocation: string) => readonly string[];
}

/** A container to be judged. `began`: just made, and not begun yet as far as we know. */
export interface Suspect {
  readonly id: string;
  readonly allocation: string;
  readonly began: boolean;
}

/** How many containers are remembered as judged. */
const rememberedContainers = 500;

/** Looks at containers of the pool's work, and at what each is to be measured by. */
export class Inspector {
  readonly #parts: InspectorParts;
  #ours = new Set<string>();
  #cards: HouseCards | null = null;
  #judged = new Set<string>();
  /** Whether the engine gives containers control groups of their own. */
  ownCgroups = true;

  constructor(parts: InspectorParts) {
    this.#parts = parts;
  }

  /** Whether this one was judged while it ran. */
  knows(id: string): boolean {
    return this.#judged.has(id);
  }

  /** Null: it is gone, or none of the pool's work on this computer. */
  async inspect(suspect: Suspect): Promise<{ readonly asked: ContainerAsked; readonly house: House } | null> {
    if (!(await this.#isOurs(suspect.allocation))) return null;
    const { engine, nomad } = this.#parts;
    const asked = await engine.inspect(suspect.id, nomad.allocationFolder());
    if (asked === null) return null;
    this.#cards = this.#parts.cards() ?? this.#cards;
    const house = {
      allocation: suspect.allocation,
      siblings: await this.#siblings(asked, suspect.allocation),
      ownCgroups: this.ownCgroups,
      cards: this.#cardsFor(suspect),
    };
    if (asked.running && house.cards !== null) this.#remember(asked.id);
    return { asked, house };
  }

  /** An agent makes an allocation's folder before its containers. Another agent's work here is not ours to judge. */
  async #isOurs(allocation: string): Promise<boolean> {
    if (this.#ours.has(allocation)) return true;
    this.#ours = new Set(await this.#parts.nomad.allocationIds());
    return this.#ours.has(allocation);
  }

  /** The containers that it joins, as far as they are of the same allocation. */
  async #siblings(asked: ContainerAsked, allocation: string): Promise<ReadonlySet<string>> {
    const joined = await Promise.all(
      joinedContainers(asked).map(async (name) => {
        const other = await this.#parts.engine.inspect(name, this.#parts.nomad.allocationFolder());
        return other?.allocation === allocation ? [name] : [];
      }),
    );
    return new Set(joined.flat());
  }

  /** What ran before a card was taken out of sharing keeps the card that the pool gave it, until it ends. */
  #cardsFor({ allocation, began }: Suspect): HouseCards | null {
    if (this.#cards === null || began) return this.#cards;
    const assigned = this.#parts.assigned(allocation).map((card) => card.toLowerCase());
    return { ...this.#cards, shared: new Set([...this.#cards.shared, ...assigned]) };
  }

  #remember(id: string): void {
    this.#judged.add(id);
    if (this.#judged.size > rememberedContainers)
      this.#judged = new Set([...this.#judged].slice(-rememberedContainers / 2));
  }
}
