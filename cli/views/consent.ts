import type { Consent, JoinChoices } from '../../contract/consent.ts';
import { consentLines } from '../../contract/consent-lines.ts';
import { onlyDisplays } from '../../contract/consent-choice.ts';
import { formatMib } from '../../contract/format.ts';
import type { InvitePreview } from '../../contract/invite-preview.ts';
import { tableLines } from '../table.ts';
import { section, type Pen } from './parts.ts';

/** What a command line wished of the proposal. */
export interface JoinWishes {
  readonly name: string | null;
  /** Cards to keep: a part of their name, or their id's beginning. */
  readonly kept: readonly string[];
  /** Null: as proposed. */
  readonly whenIdle: boolean | null;
}

/** The proposal with the wishes in it, or the wish that fits no card. */
export function choicesFor(
  { nodeName, cards }: Consent,
  { name, kept, whenIdle }: JoinWishes,
): JoinChoices | { readonly unknownCard: string } {
  const fits = (wish: string) =>
    cards.filter(
      (card) => card.uuid.startsWith(wish) || card.name.toLowerCase().includes(wish.toLowerCase()),
    );
  const unknownCard = kept.find((wish) => wish === '' || fits(wish).length === 0);
  if (unknownCard !== undefined) return { unknownCard };
  return {
    ...(nodeName.editable ? { nodeName: name ?? nodeName.name } : {}),
    keptGpus: [...new Set(kept.flatMap(fits).map(({ uuid }) => uuid))],
    ...(whenIdle === null ? {} : { whenIdle }),
  };
}

/** What would be shared, and every line that is said before consent. */
export function consentSections(
  consent: Consent,
  preview: InvitePreview,
  choices: JoinChoices,
  pen: Pen,
): readonly string[] {
  const { text, say, language } = pen.speech;
  const isTicked = ({ uuid, shared }: Consent['cards'][number]): boolean =>
    shared && choices.keptGpus?.includes(uuid) !== true;
  const ticked = consent.cards.filter(isTicked);
  const rows = consent.cards.map((card) => [
    isTicked(card) ? '[x]' : '[ ]',
    card.name,
    card.memoryMib === null ? '' : formatMib(card.memoryMib, language),
    card.why === null ? '' : text(`consent.why.${card.why}`),
  ]);
  const nodeName = choices.nodeName ?? consent.nodeName.name;
  const parts = consentLines(consent, preview, {
    nodeName,
    cards: ticked.map(({ name }) => name),
    whenIdle: choices.whenIdle ?? onlyDisplays(ticked),
    language,
  });
  return [
    ...section(pen, text('consent.name'), [nodeName]),
    ...section(pen, text('consent.cards'), tableLines(rows)),
    ...parts.flatMap(({ title, lines }) =>
      section(
        pen,
        say(title),
        lines.map((line) => `- ${say(line)}`),
      ),
    ),
  ];
}
