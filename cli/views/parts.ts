import type { AppState } from '../../contract/app-state.ts';
import { formatAmount, formatClock, formatDate, daysFromToday } from '../../contract/format.ts';
import type { Speech } from '../speech.ts';
import { tableLines, type Align } from '../table.ts';
import type { Terminal } from '../terminal.ts';

/** What a view is written with. */
export interface Pen {
  readonly speech: Speech;
  readonly styled: Terminal['styled'];
}

/** A title and the lines below it, two blanks in; nothing where there is none. */
export function section({ styled }: Pen, title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', styled('bold', title), ...lines.map((line) => `  ${line}`)];
}

/** A table with its columns' names; nothing where it has no row. */
export function namedTable(
  { styled }: Pen,
  names: readonly string[],
  rows: readonly (readonly string[])[],
  aligns: readonly Align[] = [],
): readonly string[] {
  if (rows.length === 0) return [];
  const [head = '', ...lines] = tableLines([names, ...rows], aligns);
  return [styled('dim', head), ...lines];
}

/** A time: the clock's today, with the date otherwise. */
export function moment(at: number, { now, language }: Speech): string {
  const clock = formatClock(at, language);
  return daysFromToday(at, now) === 0 ? clock : `${formatDate(at, language)} ${clock}`;
}

/** An amount with how sure it is, or that sharing is unpaid. */
export function amount(
  micros: number | null,
  currency: string | null,
  status: 'estimated' | 'demo',
  { language, text }: Speech,
): string {
  if (currency === null) return text('home.unpaid');
  if (micros === null) return dash;
  return `${formatAmount(micros, currency, language)} (${text(`earnings.${status}`)})`;
}

/** The name of a GPU in the state, or its id where the card is gone. */
export function gpuName(state: Pick<AppState, 'gpus'>, uuid: string): string {
  return state.gpus.find((gpu) => gpu.uuid === uuid)?.name ?? uuid;
}

/** What an unknown figure is written as. */
export const dash = '–';

/** Several things in one line. */
export function listed(things: readonly string[], { text }: Speech): string {
  return things.reduce((a, b) => text('cli.and', { a, b }));
}
