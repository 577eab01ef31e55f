import type { Gpu, OtherCard, WhenIdle } from '../../../contract/gpus.ts';
import type { Facts } from '../facts.ts';
import { drivesDisplay, idleOnly, whyKept } from '../cards/choice.ts';
import { gpuSlug } from '../cards/slug.ts';
import type { Intent } from '../intent.ts';
import { idleAfterMs } from '../pausing/idle.ts';

/** The GPUs as people see them: what each is, whether it is shared, and why not. */
export function viewGpus(intent: Intent, facts: Facts): Gpu[] {
  if (!facts.gpus.known) return [];
  const { at, value } = facts.gpus;
  return value.gpus.map((g): Gpu => {
    const kept = whyKept(intent, value.gpus, g);
    return {
      uuid: g.uuid,
      index: g.index,
      name: g.name,
      slug: gpuSlug(g.name),
      driver: g.driver,
      bus: g.busId,
      shared: kept === null,
      kept,
      display: drivesDisplay(intent, g) ? true : g.display,
      asleep: g.asleep,
      memoryMib: g.memoryMib,
      unified: g.unified,
      mig: g.mig.map((part) => ({ ...part })),
      usedMib: g.usedMib,
      utilizationPercent: g.utilizationPercent,
      temperatureC: g.temperatureC,
      powerW: g.powerW,
      fault: g.fault,
      at,
    };
  });
}

/** Cards of other makers. */
export const viewOtherCards = ({ otherCards }: Facts): OtherCard[] =>
  otherCards.known ? otherCards.value.map((card) => ({ ...card })) : [];

/** Whether sharing waits until nobody uses this computer, and what is known of that. */
export function viewWhenIdle(intent: Intent, facts: Facts): WhenIdle {
  const seen = facts.activity.known ? facts.activity.value : null;
  const { on, by } = idleOnly(intent, facts);
  const lastInputAt = on ? (seen?.lastInputAt ?? null) : null;
  return {
    on,
    by,
    afterMs: idleAfterMs,
    // To the minute: a state is sent at each change, and nobody reads seconds here.
    lastInputAt: lastInputAt === null ? null : Math.floor(lastInputAt / 60_000) * 60_000,
    source: on ? (seen?.source ?? null) : null,
  };
}
