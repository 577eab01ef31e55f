import type { EarningsSummary, LedgerRow } from '../../contract/earnings.ts';
import { formatAmount, formatDuration, formatHours } from '../../contract/format.ts';
import { amount, dash, listed, moment, namedTable, section, type Pen } from './parts.ts';

/** What was earned by day, and with rows of the ledger why. */
export function earningsLines(
  summary: EarningsSummary,
  ledger: readonly LedgerRow[] | null,
  pen: Pen,
): readonly string[] {
  const { speech, styled } = pen;
  const { text, language } = speech;
  const { currency, status, days } = summary;
  const money = (micros: number | null): string =>
    micros === null || currency === null ? dash : formatAmount(micros, currency, language);
  const table = namedTable(
    pen,
    [text('earnings.day'), text('earnings.gpuHours'), text('earnings.jobs'), text('earnings.amount')],
    days.map(({ day, gpuMs, jobs, micros }) => [
      day,
      formatHours(gpuMs, language),
      String(jobs),
      money(micros),
    ]),
    ['left', 'right', 'right', 'right'],
  );
  const total = [
    `${formatHours(summary.gpuMs, language)} ${text('earnings.gpuHours')}`,
    text('earnings.jobsCount', { count: summary.jobs }),
    amount(summary.micros, currency, status, speech),
  ];
  return [
    styled('bold', text('cli.lastDays', { count: days.length, total: listed(total, speech) })),
    ...table.map((line) => `  ${line}`),
    ...(ledger === null ? [] : section(pen, text('earnings.ledger'), ledgerLines(ledger, currency, pen))),
    '',
    text(currency === null ? 'earnings.unpaidText' : `earnings.${status}Text`),
  ];
}

function ledgerLines(rows: readonly LedgerRow[], currency: string | null, pen: Pen): readonly string[] {
  const { text, language } = pen.speech;
  if (rows.length === 0) return [text('earnings.noneText')];
  return namedTable(
    pen,
    [
      text('work.started'),
      text('work.job'),
      text('work.gpu'),
      text('earnings.length'),
      text('earnings.price'),
      text('earnings.amount'),
    ],
    rows.map((row) => [
      moment(row.startedAt, pen.speech),
      row.job,
      row.gpuName,
      `${formatDuration(row.gpuMs, language)}${row.endedAt === null ? ` (${text('earnings.goesOn')})` : ''}`,
      row.microsPerHour === null
        ? text('earnings.noPrice')
        : text('earnings.perHour', { price: formatAmount(row.microsPerHour, currency, language) }),
      row.micros === null ? dash : formatAmount(row.micros, currency, language),
    ]),
    ['left', 'left', 'left', 'right', 'right', 'right'],
  );
}
