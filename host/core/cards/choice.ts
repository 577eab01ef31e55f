import type { GpuKept } from '../../../contract/gpus.ts';
import type { Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import type { GpuSample } from '../ports/gpus.ts';

/** How long a card's fault must last before the agent is told to leave it out: that takes a restart of the agent, ms. */
export const lostAfterMs = 60_000;

/** What of the intent chooses cards. */
export interface Choice extends Pick<Intent, 'whenIdle'> {
  readonly keptGpus: readonly string[];
  readonly chosenGpus?: readonly string[] | undefined;
  readonly displayGpus?: readonly string[] | undefined;
}

/** Why a card is not shared, or null where it is. What the owner said wins over the rule for displays. */
export function whyKept(choice: Choice, gpus: readonly GpuSample[], gpu: GpuSample): GpuKept | null {
  if (choice.keptGpus.includes(gpu.uuid)) return 'owner';
  if (gpu.fault !== null) return 'fault';
  if (choice.chosenGpus?.includes(gpu.uuid) === true || !drivesDisplay(choice, gpu)) return null;
  // A lost card counts: the card with the display is not shared unasked because another one fell silent.
  return gpus.some((other) => !drivesDisplay(choice, other)) ? 'display' : null;
}

/** The cards that are shared: healthy, not kept, and not left to the display. */
export function sharedOf(choice: Choice, gpus: readonly GpuSample[]): readonly GpuSample[] {
  return gpus.filter((g) => whyKept(choice, gpus, g) === null);
}

/** The cards that are shared, by what was last seen of them. */
export function sharedGpus(choice: Choice, facts: Pick<Facts, 'gpus'>): readonly GpuSample[] {
  return facts.gpus.known ? sharedOf(choice, facts.gpus.value.gpus) : [];
}

/** The cards that the agent offers: a fault counts only once it lasts, since the change takes a restart of the agent. */
export function offeredGpus(
  choice: Choice,
  facts: Pick<Facts, 'gpus' | 'memory'>,
  now: number,
): readonly GpuSample[] {
  const gpus = facts.gpus.known ? facts.gpus.value.gpus : [];
  return gpus.filter(
    (g) => whyKept(choice, gpus, { ...g, fault: null }) === null && !isLost(g, facts.memory, now),
  );
}

/** Devices that the agent is to leave alone: cards that are not offered, with their parts, and what the owner kept of cards not seen now. */
export function ignoredDevices(
  choice: Choice,
  facts: Pick<Facts, 'gpus' | 'memory'>,
  now: number,
): readonly string[] {
  const gpus = facts.gpus.known ? facts.gpus.value.gpus : [];
  const offered = new Set(offeredGpus(choice, facts, now).map((g) => g.uuid));
  // What the driver names by its place alone is no device to the agent.
  const devices = gpus
    .filter((g) => !offered.has(g.uuid) && isDevice(g.uuid))
    .flatMap((g) => [g.uuid, ...g.mig.map((part) => part.uuid)]);
  return [...new Set([...choice.keptGpus, ...devices])].toSorted();
}

function isLost(gpu: GpuSample, memory: Facts['memory'], now: number): boolean {
  const since = memory.faulty[gpu.uuid];
  return gpu.fault !== null && since !== undefined && now - since >= lostAfterMs;
}

/** How many devices a shared card is to the pool. */
export const devicesOf = (gpu: GpuSample): number => Math.max(1, gpu.mig.length);

/** Whether sharing waits until nobody uses this computer, and who says so: the owner, or that all that is shared drives the display. */
export function idleOnly(
  choice: Choice,
  facts: Pick<Facts, 'gpus'>,
): { readonly on: boolean; readonly by: 'owner' | 'display' | null } {
  if (choice.whenIdle != null) return { on: choice.whenIdle, by: 'owner' };
  const shared = sharedGpus(choice, facts);
  const gpus = facts.gpus.known ? facts.gpus.value.gpus : [];
  // What drives the display is not known yet: it may be a card that is shared, unless another is known to do it.
  const elsewhere = gpus.some((g) => !shared.includes(g) && drivesDisplay(choice, g));
  const may = (g: GpuSample): boolean =>
    drivesDisplay(choice, g) || (g.display === null && !g.asleep && !elsewhere);
  const on = shared.length > 0 && shared.every(may);
  return { on, by: on ? 'display' : null };
}

/** A card that drove a display once counts as one that does: a screen that is switched off must not restart the agent. */
export const drivesDisplay = (choice: Pick<Choice, 'displayGpus'>, gpu: GpuSample): boolean =>
  gpu.display === true || choice.displayGpus?.includes(gpu.uuid) === true;

/** The owner's word on one card, among what was said before. */
export function chosen(
  choice: Choice,
  uuid: string,
  share: boolean,
): Pick<Intent, 'keptGpus' | 'chosenGpus'> {
  const without = (list: readonly string[] = []) => list.filter((g) => g !== uuid);
  return share
    ? { keptGpus: without(choice.keptGpus), chosenGpus: [...without(choice.chosenGpus), uuid] }
    : { keptGpus: [...without(choice.keptGpus), uuid], chosenGpus: without(choice.chosenGpus) };
}

/** The cards seen with a display that the intent does not know of yet; empty: nothing new. */
export function newDisplays(choice: Choice, facts: Pick<Facts, 'gpus'>): readonly string[] {
  const gpus = facts.gpus.known ? facts.gpus.value.gpus : [];
  return gpus
    .filter((g) => g.display === true && isDevice(g.uuid) && choice.displayGpus?.includes(g.uuid) !== true)
    .map((g) => g.uuid);
}

const isDevice = (uuid: string): boolean => uuid.startsWith('GPU-');
