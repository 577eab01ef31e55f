/** A column's cells stand left, or right as numbers do. */
export type Align = 'left' | 'right';

/**
 * Characters that take two columns of a terminal: Unicode's East Asian wide and full-width ones (UAX #11), and emoji.
 * As a text of ranges so that it is read once.
 */
const wide =
  /^(?:[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f)/u;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** How many columns of a terminal a text takes. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text))
    width += wide.test(segment) ? 2 : /^[\p{Mn}\p{Me}\p{Cf}]/u.test(segment) ? 0 : 1;
  return width;
}

/** The text without what would move the cursor, change colours or turn writing around: names come from other people. */
export function plain(text: string): string {
  return text.replaceAll(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    '',
  );
}

/** The text in at most so many columns, with an ellipsis where it was cut. */
export function cutToWidth(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let cut = '';
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += textWidth(segment);
    if (width > columns - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}

/** Lines of a table, columns two apart and aligned whatever the script; blanks at a line's end are left out. */
export function tableLines(
  rows: readonly (readonly string[])[],
  aligns: readonly Align[] = [],
): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => plain(cell).replaceAll('\n', ' ')));
  const count = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, i) =>
    Math.max(...cells.map((row) => textWidth(row[i] ?? ''))),
  );
  return cells.map((row) =>
    row
      .map((cell, i) => {
        const blanks = ' '.repeat((widths[i] ?? 0) - textWidth(cell));
        return aligns[i] === 'right' ? blanks + cell : cell + blanks;
      })
      .join('  ')
      .trimEnd(),
  );
}
