import type { Consent, JoinChoices } from '../../../contract/consent.ts';
import { nodeNamePattern, onlyDisplays } from '../../../contract/consent-choice.ts';

/** What the owner has chosen so far. */
export interface Chosen {
  readonly nodeName: string;
  /** UUIDs of the cards that are ticked. */
  readonly ticked: ReadonlySet<string>;
  /** Jobs may run while the owner uses the computer too, though its only card drives the screen. */
  readonly always: boolean;
}

/** As it is proposed. */
export function proposed({ nodeName, cards }: Consent): Chosen {
  return {
    nodeName: nodeName.name,
    ticked: new Set(cards.filter(({ shared }) => shared).map(({ uuid }) => uuid)),
    always: false,
  };
}

/** Whether a network takes this name. */
export const isNameGood = (name: string): boolean => nodeNamePattern.test(name.trim().toLowerCase());

/** What is handed over on joining: only what differs from the proposal, and the name that was read. */
export function choicesOf({ nodeName, cards }: Consent, chosen: Chosen): JoinChoices {
  const isTicked = ({ uuid }: { readonly uuid: string }) => chosen.ticked.has(uuid);
  const uuids = (list: Consent['cards']) => list.map(({ uuid }) => uuid);
  return {
    ...(nodeName.editable ? { nodeName: chosen.nodeName.trim().toLowerCase() } : {}),
    keptGpus: uuids(cards.filter((card) => card.shared && !isTicked(card))),
    chosenGpus: uuids(cards.filter((card) => !card.shared && isTicked(card))),
    ...(chosen.always && onlyDisplays(cards.filter(isTicked)) ? { whenIdle: false } : {}),
  };
}

/** Whether jobs would run only while nobody uses the computer. */
export const onlyWhenIdle = ({ cards }: Consent, chosen: Chosen): boolean =>
  !chosen.always && onlyDisplays(cards.filter(({ uuid }) => chosen.ticked.has(uuid)));
