import type { Facts } from '../facts.ts';
import { sharedGpus } from '../cards/choice.ts';
import type { Intent } from '../intent.ts';
import type { GpuSample } from '../ports/gpus.ts';
import type { HouseCards } from './rules.ts';

/** The cards by every name that a container may use for them; null: they were not seen. */
export function houseCards(intent: Intent, facts: Pick<Facts, 'gpus'>): HouseCards | null {
  if (!facts.gpus.known) return null;
  const shared = sharedGpus(intent, facts);
  return {
    shared: new Set(shared.flatMap(namesOf)),
    // A card that is lost is none that a job could get.
    all: facts.gpus.value.gpus.every((gpu) => gpu.fault !== null || shared.includes(gpu)),
  };
}

function namesOf({ uuid, index, mig }: GpuSample): readonly string[] {
  const names = [
    uuid,
    ...(index === null ? [] : [String(index)]),
    ...mig.flatMap((part, at) => [part.uuid, ...(index === null ? [] : [`${index}:${at}`])]),
  ];
  return names.map((name) => name.toLowerCase());
}
