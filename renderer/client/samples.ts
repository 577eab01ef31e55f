import type { Gpu } from '../../contract/app-state.ts';

/** How busy a GPU was at a time. */
export interface Sample {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly percent: number;
}

/** What the page remembers of each GPU's use, by UUID, oldest first. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

/** How far back the page remembers. */
export const rememberedMs = 5 * 60_000;

/** The samples with what the state's GPUs report now; the same object where nothing is new. */
export function remember(samples: Samples, gpus: readonly Gpu[]): Samples {
  const news = gpus.filter(
    (gpu) => gpu.utilizationPercent !== null && gpu.at > (samples.get(gpu.uuid)?.at(-1)?.at ?? 0),
  );
  if (news.length === 0) return samples;
  const next = new Map(samples);
  for (const { uuid, at, utilizationPercent } of news) {
    const kept = (samples.get(uuid) ?? []).filter((sample) => sample.at > at - rememberedMs);
    next.set(uuid, [...kept, { at, percent: utilizationPercent ?? 0 }]);
  }
  return next;
}
