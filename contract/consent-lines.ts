import type { Consent, ConsentChange } from './consent.ts';
import { formatBytes } from './format.ts';
import type { InvitePreview } from './invite-preview.ts';
import { phrase, type Phrase } from './phrases.ts';

/** One part of the consent: a title and what is said under it. No full stops. */
export interface ConsentPart {
  readonly id: 'run' | 'sees' | 'network' | 'changes' | 'rights' | 'prompts';
  readonly title: Phrase;
  readonly lines: readonly Phrase[];
}

/** What the lines depend on beside the computer: what was chosen so far, and the reader's language. */
export interface ConsentSaying {
  readonly nodeName: string;
  /** Names of the cards that are ticked. */
  readonly cards: readonly string[];
  readonly whenIdle: boolean;
  /** BCP 47. */
  readonly language: string;
}

/** Everything that is said before consent, the same in window, page and terminal. */
export function consentLines(
  consent: Consent,
  preview: Pick<InvitePreview, 'peers' | 'shieldsUp'>,
  saying: ConsentSaying,
): readonly ConsentPart[] {
  const part = (id: ConsentPart['id'], lines: readonly Phrase[]): ConsentPart => ({
    id,
    title: phrase(`consent.${id}.title`),
    lines,
  });
  return [
    part('run', runLines(saying)),
    part('sees', seesLines(consent, preview, saying)),
    part('network', networkLines(consent)),
    part('changes', [
      ...consent.changes.map((change) => changeLine(change, consent.leaves !== null, saying.language)),
      phrase('consent.changes.undone'),
    ]),
    part('rights', [phrase(`consent.rights.${consent.rights}`)]),
    part('prompts', promptLines(consent)),
  ];
}

function runLines({ cards, whenIdle }: ConsentSaying): readonly Phrase[] {
  return [
    cards.length === 0
      ? phrase('consent.run.noCard')
      : phrase('consent.run.programs', { cards: cards.join(', ') }),
    ...(whenIdle && cards.length > 0 ? [phrase('consent.run.whenIdle')] : []),
    phrase('consent.run.connection'),
    phrase('consent.run.home'),
    phrase('consent.run.watch'),
  ];
}

function seesLines(
  { nodeName: { system } }: Consent,
  { shieldsUp, peers }: Pick<InvitePreview, 'peers' | 'shieldsUp'>,
  { nodeName }: ConsentSaying,
): readonly Phrase[] {
  return [
    phrase('consent.sees.pool', { name: nodeName }),
    phrase('consent.sees.system', { name: system }),
    phrase('consent.sees.never'),
    ...(shieldsUp ? [phrase('consent.sees.servers')] : []),
    ...(peers ? [] : [phrase('consent.sees.others')]),
    phrase('consent.sees.secrets'),
  ];
}

function networkLines({ leaves, sessionAtRisk }: Consent): readonly Phrase[] {
  if (leaves === null) return [phrase('consent.network.none')];
  return [
    leaves.name === null
      ? phrase('consent.network.leavesUnnamed')
      : phrase('consent.network.leaves', { name: leaves.name }),
    ...leaves.uses.map(({ what, name }) => phrase(`consent.network.${what}`, name === null ? {} : { name })),
    ...(sessionAtRisk ? [phrase('consent.network.session')] : []),
  ];
}

function changeLine(change: ConsentChange, hasOwnNetwork: boolean, language: string): Phrase {
  const { what, name, version, publisher, licence, bytes, from } = change;
  if (what === 'network' && !hasOwnNetwork) return phrase('consent.changes.networkFirst', { name });
  if (what === 'source' || what === 'sourceIfLacking')
    return phrase(`consent.changes.${what}`, { name, from: from ?? '' });
  if (what !== 'program') return phrase(`consent.changes.${what}`, { name });
  const details = [
    version,
    publisher,
    licence,
    bytes === null ? null : formatBytes(bytes, language),
    from,
  ].filter((one) => one !== null);
  return details.length === 0
    ? phrase('consent.changes.programPlain', { name })
    : phrase('consent.changes.program', { name, details: details.join(' · ') });
}

function promptLines({ prompts, newLogin }: Consent): readonly Phrase[] {
  const login = newLogin ? [phrase('consent.prompts.newLogin')] : [];
  if (prompts === null) return [phrase('consent.prompts.missing'), ...login];
  if (prompts.join === 0) return [phrase('consent.prompts.none'), ...login];
  return [
    phrase('consent.prompts.join', { count: prompts.join }),
    phrase('consent.prompts.leave', { count: prompts.leave }),
    phrase('consent.prompts.no'),
    ...login,
  ];
}
