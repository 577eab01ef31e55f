import { fail } from '../../../contract/problems.ts';
import { findLine } from '../footprint.ts';
import type { Intent } from '../intent.ts';
import { network } from './network.ts';
import { returnsToPool } from '../opening/own-network.ts';
import type { Clock } from '../ports/clock.ts';
import type { Reconciler } from '../reconciler.ts';

/** What the commands on the network act through. */
export interface NetworkParts {
  readonly clock: Clock;
  readonly reconciler: Reconciler;
  /** Changes what the owner wants, saved. */
  readonly want: (change: Partial<Intent>) => Promise<void>;
  /** A wish that ends with this host. */
  readonly now: (change: Partial<Intent>) => void;
}

/** The owner's commands on networks: which one is in use, signing in, and what is lacking for it. */
export class NetworkCommands {
  readonly #parts: NetworkParts;

  constructor(parts: NetworkParts) {
    this.#parts = parts;
  }

  /** Installs or switches on what is lacking; asks for the administrator. */
  install(): void {
    this.#needPool();
    this.#parts.now({ installAt: this.#parts.clock.now() });
  }

  /** Breaks a sign-in off: the network of before is in use again, and the owner may try again or leave. */
  cancelSignIn(): void {
    this.#needPool();
    this.#parts.now({ cancelledAt: this.#parts.clock.now() });
  }

  /** Pauses and goes to the owner's own network, or back to the pool's and on. */
  async own(on: boolean): Promise<void> {
    const { clock, reconciler, want } = this.#parts;
    this.#needPool();
    if (!this.#entered) fail('own-network-unknown');
    const { pause } = reconciler.intent;
    if (!on) return want(this.resumed());
    await want({
      pause: { how: 'now', until: pause?.until ?? null, since: pause?.since ?? clock.now() },
      ownNetwork: 'wanted',
    });
  }

  /** What resuming changes: the pause ends, and so does the stay in the owner's own network. */
  resumed(): Partial<Intent> {
    const { clock, reconciler } = this.#parts;
    const away = reconciler.intent.ownNetwork != null;
    return { pause: null, resumedAt: clock.now(), ...(away ? { ownNetwork: 'returning' as const } : {}) };
  }

  /** Back in the pool's network the wish is fulfilled: where the owner goes by hand afterwards is theirs. */
  async settle(): Promise<void> {
    const { clock, reconciler, want } = this.#parts;
    const { intent, facts } = reconciler;
    if (intent.pool === null || !returnsToPool(intent, clock.now())) return;
    const { is } = network(facts, intent.pool, clock.now());
    if (is !== 'unknown' && is !== 'elsewhere') await want({ ownNetwork: null });
  }

  get #entered(): boolean {
    const { footprint } = this.#parts.reconciler.facts;
    return footprint.known && findLine(footprint.value, 'tailnet-entered') !== null;
  }

  #needPool(): void {
    if (this.#parts.reconciler.intent.pool === null) fail('not-joined');
  }
}
