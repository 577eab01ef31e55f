import type { Clock } from '../core/ports/clock.ts';
import type { Chance } from './chance.ts';
import type { Container } from './containers.ts';

/** An image that lies on the simulated machine. */
export interface StockImage {
  readonly id: string;
  names: string[];
  readonly bytes: number;
}

/** One past event of the engine's. */
interface PastEvent {
  readonly at: number;
  readonly event: { readonly Type: string; readonly Action: string; readonly Actor: object };
}

/** How many events an engine remembers. */
const remembered = 256;

/** What the simulated engine keeps beside its containers: images, volumes, networks, and what happened lately. */
export class Stock {
  readonly images: StockImage[] = [];
  readonly volumes = new Set<string>();
  readonly #volumesMade = new Map<string, number>();
  readonly networks: { readonly Id: string; readonly Name: string }[] = [];
  #past: PastEvent[] = [];
  readonly #clock: Clock;
  readonly #chance: Chance;

  /** The owner's own things are there from the start. */
  constructor(clock: Clock, chance: Chance) {
    this.#clock = clock;
    this.#chance = chance;
    for (const name of ['bridge', 'host', 'none'])
      this.networks.push({ Id: hex(`network ${name}`), Name: name });
    this.images.push({ id: this.#newId(), names: ['postgres:17'], bytes: 438_000_000 });
    this.volumes.add('postgres-data');
  }

  /** Whether an image of this name is here. */
  has(name: string): boolean {
    return this.named(name) !== null;
  }

  /** It was fetched; a name that another image had is its own now. */
  add(name: string): void {
    this.retag({ id: this.#newId(), names: [], bytes: bytesOf(name) }, listed(name));
  }

  /** The image that this name (or id) means. */
  named(name: string): StockImage | null {
    return (
      this.images.find((one) => one.names.includes(listed(name))) ??
      this.images.find((one) => one.id === name) ??
      null
    );
  }

  /** Gives an image a name, taking it from whichever had it. */
  retag(image: StockImage, name: string): void {
    for (const one of this.images) one.names = one.names.filter((n) => n !== name);
    if (!this.images.includes(image)) this.images.push(image);
    image.names.push(name);
  }

  /** Takes a name off its image, or an image away by its id; the image goes with its last name. */
  remove(key: string): void {
    const image = this.named(key);
    if (image === null) return;
    image.names = key === image.id ? [] : image.names.filter((name) => name !== listed(key));
    if (image.names.length === 0) this.images.splice(this.images.indexOf(image), 1);
  }

  /** A container was made: its volumes are here from now on. */
  made({ id, wanted }: Container): void {
    const attributes = { ...wanted.labels, image: wanted.image, name: wanted.name };
    this.#tell('container', 'create', id, attributes);
    for (const volume of wanted.volumes ?? []) {
      if (!this.volumes.has(volume)) this.#volumesMade.set(volume, this.#clock.now());
      this.volumes.add(volume);
      this.#tell('volume', 'mount', volume, { container: id, driver: 'local' });
    }
  }

  /** When a volume was made, epoch ms; the owner's are as old as the machine. */
  volumeMadeAt(name: string): number {
    return this.#volumesMade.get(name) ?? 0;
  }

  /** What happened between two times, epoch ms, as the engine tells it. */
  past(since: number, until: number, isWanted: (type: string, action: string) => boolean): readonly object[] {
    return this.#past
      .filter(({ at, event }) => at >= since && at <= until && isWanted(event.Type, event.Action))
      .map(({ event }) => event);
  }

  #tell(Type: string, Action: string, ID: string, Attributes: Readonly<Record<string, string>>): void {
    const at = this.#clock.now();
    const event = { Type, Action, Actor: { ID, Attributes }, scope: 'local', time: Math.floor(at / 1_000) };
    this.#past = [...this.#past, { at, event }].slice(-remembered);
  }

  #newId(): string {
    return `sha256:${this.#chance.hex(64)}`;
  }
}

/** As Docker lists a name: without its own registry, with a tag. */
function listed(given: string): string {
  const name = given.replace(/^docker\.io\//, '').replace(/^library\//, '');
  return name.lastIndexOf(':') > name.lastIndexOf('/') ? name : `${name}:latest`;
}

/** Between half a gigabyte and two, the same for a name each time. */
const bytesOf = (name: string): number => 500_000_000 + (numberOf(name) % 1_500) * 1_000_000;

const numberOf = (text: string): number =>
  Array.from(text).reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) >>> 0, 7);

const hex = (text: string): string =>
  Array.from({ length: 8 }, (_, i) => numberOf(`${text} ${i}`).toString(16).padStart(8, '0')).join('');
