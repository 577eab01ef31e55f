import type { ConfigChange, Configuration } from '../../contract/configuration.ts';
import { changedUnasked } from '../../contract/usual.ts';
import type { Speech } from '../speech.ts';
import { plain } from '../table.ts';
import { listed, moment, namedTable, section, type Pen } from './parts.ts';

/** The configuration of the pool's program, what is about to change, and what changed last. */
export function configLines(
  { lines, pending }: Configuration,
  last: ConfigChange | null,
  pen: Pen,
): readonly string[] {
  const { text } = pen.speech;
  return [
    pen.styled('bold', text('config.title')),
    ...(lines.length === 0
      ? [`  ${text('config.none')}`]
      : lines.map(({ key, value }) => `  ${key} = ${plain(value)}`)),
    ...(pending === null ? [] : changeLines(pending, pen)),
    ...(last === null ? [] : changeLines(last, pen)),
  ];
}

/** That it is about to change, or was changed without a word of the owner's, when and why; else nothing. */
export function unaskedLines(change: ConfigChange | null, speech: Speech): readonly string[] {
  return change !== null && (change.at === null || changedUnasked(change))
    ? [`${speech.text('config.title')}: ${changedLine(change, speech)}`]
    : [];
}

/** When it was changed last, or that it is about to be, and why, in one line. */
function changedLine({ why, at }: Pick<ConfigChange, 'why' | 'at'>, speech: Speech): string {
  const reasons = listed(
    why.map((reason) => speech.text(`config.why.${reason}`)),
    speech,
  );
  return at === null
    ? speech.text('config.pending', { why: reasons })
    : speech.text('config.changed', { when: moment(at, speech), why: reasons });
}

/** What changes or changed, why, and what it costs. */
function changeLines({ why, lines, at }: ConfigChange, pen: Pen): readonly string[] {
  const { text } = pen.speech;
  const title = changedLine({ why, at }, pen.speech);
  const rows = lines.map(({ key, from, to }) => [
    key,
    from ?? text('config.nothing'),
    to ?? text('config.nothing'),
  ]);
  const names = [text('config.key'), text('config.from'), text('config.to')];
  return [...section(pen, title, namedTable(pen, names, rows)), `  ${text('config.text')}`];
}
