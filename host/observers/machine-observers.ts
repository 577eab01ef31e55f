import { seen, type Facts } from '../core/facts.ts';
import { findLine } from '../core/footprint.ts';
import { idleOnly } from '../core/cards/choice.ts';
import type { Intent } from '../core/intent.ts';
import type { Activity } from '../core/ports/activity.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Inventory } from '../core/ports/gpus.ts';
import type { Health } from '../core/ports/health.ts';
import type { Observer } from './observer.ts';

/** What of the machine itself is watched. */
export interface MachinePorts {
  readonly clock: Clock;
  readonly health: Health;
  readonly activity: Activity;
  readonly inventory: Inventory;
}

/** How often the last input is asked for where sharing waits for idle hours, and how soon it is noticed that it does, ms. */
const activityMs = 5_000;
const unaskedMs = 15_000;

/** What jobs need of this machine beside card and engine, who uses it, and which cards no pool can use yet. */
export function machineObservers(
  { clock, health, activity, inventory }: MachinePorts,
  intent: () => Intent,
  facts: () => Facts,
): readonly Observer[] {
  const isAsked = (): boolean => intent().pool !== null && idleOnly(intent(), facts()).on;
  return [
    {
      fact: 'health',
      everyMs: { busy: 60_000, watched: 60_000, idle: 60_000 },
      look: async () => ({
        fact: 'health',
        value: seen(await health.look(controlUrl(intent(), facts()), engineRoot(facts())), clock.now()),
      }),
    },
    {
      fact: 'activity',
      get everyMs() {
        const ms = isAsked() ? activityMs : unaskedMs;
        return { busy: ms, watched: ms, idle: ms };
      },
      look: async () => ({
        fact: 'activity',
        value: isAsked() ? seen(await activity.look(), clock.now()) : facts().activity,
      }),
    },
    {
      fact: 'otherCards',
      everyMs: { busy: null, watched: null, idle: null },
      look: async () => ({ fact: 'otherCards', value: seen(await inventory.others(), clock.now()) }),
    },
  ];
}

const engineRoot = ({ engine }: Facts): string | null => (engine.known && engine.value.dataRoot) || null;

/** Whose clock ours is compared with: the pool's, once we are in its network. */
function controlUrl({ pool }: Intent, { footprint }: Facts): string | null {
  const entered = footprint.known && findLine(footprint.value, 'tailnet-entered') !== null;
  return pool !== null && entered ? pool.invite.tailnet.controlUrl : null;
}
