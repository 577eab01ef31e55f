import type { Chance } from '../chance.ts';

/** A computer as the control server knows it. */
export interface ControlNode {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  /** Who is behind it: a computer keeps its node however often it signs in. */
  readonly machine: string;
  readonly user: string;
  readonly tags: readonly string[];
  readonly expired: boolean;
  /** Its Nomad servers answer here (the pool's own computers). */
  readonly serves: boolean;
}

/** A key for signing in. */
export interface ControlKey {
  readonly key: string;
  readonly tags: readonly string[];
  readonly reusable: boolean;
  readonly used: boolean;
}

/** What of a control server outlives the demo. */
export interface ControlRecord {
  readonly nodes: readonly ControlNode[];
  readonly keys: readonly ControlKey[];
  readonly nextId: number;
}

/** An answer to a computer that registers. */
export type Registered = { readonly node: ControlNode } | { readonly refused: string };

/** Keys that the demo's invites carry begin so; the control server takes each of them once. */
export const demoKeyPrefix = 'hskey-auth-demo-';

/** A simulated Headscale: one-off tagged keys, nodes that are kept, expired and deleted. */
export class Control {
  readonly url: string;
  readonly domain: string;
  readonly #chance: Chance;
  readonly #demoTag: string;
  readonly #nodes = new Map<string, ControlNode>();
  readonly #keys = new Map<string, ControlKey>();
  readonly #burnt = new Set<string>();
  readonly #listeners = new Set<(id: string) => void>();
  #nextId = 1;

  constructor(url: string, domain: string, demoTag: string, chance: Chance, record: ControlRecord | null) {
    this.url = url;
    this.domain = domain;
    this.#demoTag = demoTag;
    this.#chance = chance;
    for (const node of record?.nodes ?? []) this.#nodes.set(node.id, node);
    for (const key of record?.keys ?? []) this.#keys.set(key.key, key);
    this.#nextId = record?.nextId ?? 1;
  }

  /** What outlives the demo. */
  record(): ControlRecord {
    return { nodes: [...this.#nodes.values()], keys: [...this.#keys.values()], nextId: this.#nextId };
  }

  /** Calls when a node was changed by its operator. */
  onChange(call: (id: string) => void): void {
    this.#listeners.add(call);
  }

  /** The node with this id, unless it was deleted. */
  node(id: string): ControlNode | null {
    return this.#nodes.get(id) ?? null;
  }

  /** All of them. */
  nodes(): readonly ControlNode[] {
    return [...this.#nodes.values()];
  }

  /** Mints a key. */
  mint(tags: readonly string[], reusable = false): string {
    const key = `hskey-auth-${this.#chance.hex(12)}-${this.#chance.hex(64)}`;
    this.#keys.set(key, { key, tags, reusable, used: false });
    return key;
  }

  /** Adds a computer that was there before. */
  add(name: string, user: string, tags: readonly string[], serves: boolean): ControlNode {
    const known = this.nodes().find((node) => node.name === name && node.serves === serves);
    if (known !== undefined) return known;
    return this.#put({ machine: `other ${name}`, name, user, tags, serves });
  }

  /** A computer registers with a key. Headscale's rules, its refusals in its words. */
  registerWithKey(machine: string, name: string, key: string, advertised: readonly string[]): Registered {
    if (!/^hskey-auth-[\w-]{20,}$/.test(key)) {
      return {
        refused: `handling register with auth key: failed to parse auth-key: key too short, expected at least 77 chars after prefix, got ${key.length}`,
      };
    }
    const known =
      this.#keys.get(key) ??
      (key.startsWith(demoKeyPrefix) ? { key, tags: [this.#demoTag], reusable: false, used: false } : null);
    if (known === null) return { refused: 'handling register with auth key: record not found' };
    if (known.used && !known.reusable) return { refused: 'authkey already used' };
    if (advertised.length > 0) {
      const name = `[${advertised.join(' ')}]`;
      return {
        refused: `handling register with auth key: creating new node: requested tags ${name} are invalid or not permitted`,
      };
    }
    this.#keys.set(key, { ...known, used: true });
    const before = this.#ofMachine(machine);
    // An expired tagged node cannot be enrolled again by any key until it is deleted.
    if (before?.expired === true && before.tags.length > 0) {
      const words = known.reusable
        ? 'weird: regen=true but server says NodeKeyExpired'
        : 'authkey already used';
      return { refused: words };
    }
    const user = known.tags.length === 0 ? 'mira@example.com' : 'tagged-devices';
    return { node: this.#put({ machine, name, user, tags: known.tags, serves: false }, before) };
  }

  /** A person approved the sign-in of this computer; who owns the tags may give them. */
  approve(machine: string, name: string, user: string, tags: readonly string[]): ControlNode {
    return this.#put({ machine, name, user, tags, serves: false }, this.#ofMachine(machine));
  }

  /** Expires a node, or makes it valid again. */
  expire(id: string, expired = true): void {
    this.#change(id, (node) => ({ ...node, expired }));
  }

  /** Deletes a node; its computer is not told. */
  delete(id: string): void {
    if (!this.#nodes.delete(id)) return;
    this.#burnt.add(id);
    for (const call of this.#listeners) call(id);
  }

  /** Gives a node other tags. */
  retag(id: string, tags: readonly string[]): void {
    this.#change(id, (node) => ({ ...node, tags }));
  }

  #ofMachine(machine: string): ControlNode | null {
    return this.nodes().find((node) => node.machine === machine) ?? null;
  }

  #change(id: string, change: (node: ControlNode) => ControlNode): void {
    const node = this.#nodes.get(id);
    if (node === undefined) return;
    this.#nodes.set(id, change(node));
    for (const call of this.#listeners) call(id);
  }

  #put(
    given: Omit<ControlNode, 'id' | 'address' | 'expired'>,
    before: ControlNode | null = null,
  ): ControlNode {
    const id = before?.id ?? String(this.#nextId++);
    const node: ControlNode = {
      ...given,
      id,
      address: before?.address ?? this.#freeAddress(),
      expired: false,
    };
    this.#nodes.set(id, node);
    return node;
  }

  /** Addresses go in order; those of deleted nodes are given again. */
  #freeAddress(): string {
    const taken = new Set(this.nodes().map((node) => node.address));
    for (let last = 1; ; last++) {
      const address = `100.64.0.${last}`;
      if (!taken.has(address)) return address;
    }
  }
}
