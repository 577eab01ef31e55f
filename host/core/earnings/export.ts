import type { LedgerRow } from '../../../contract/earnings.ts';
import type { Ledger } from '../ports/stores.ts';

const pageRows = 2_000;

/** The whole ledger as one portable file, newest stretch first: a table where the name ends in ".csv", else JSON. */
export async function* exportText(
  ledger: Pick<Ledger, 'rows'>,
  path: string,
  now: number,
): AsyncGenerator<string> {
  const table = /\.csv$/i.test(path);
  if (table) yield `${columns.join(',')}\n`;
  else yield `{"rigshare":"earnings","version":1,"exportedAt":${now},"stretches":[`;
  let before: number | null = null;
  let isFirst = true;
  for (;;) {
    const page: readonly LedgerRow[] = await ledger.rows({ limit: pageRows, before }, now);
    for (const row of page) {
      yield table ? csvLine(row) : `${isFirst ? '\n' : ',\n'}${JSON.stringify(row)}`;
      isFirst = false;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) break;
    before = last.startedAt;
  }
  if (!table) yield '\n]}\n';
}

const columns = [
  'job',
  'allocation',
  'gpu',
  'gpu_name',
  'started_at',
  'ended_at',
  'gpu_ms',
  'micros_per_hour',
  'micros',
] as const;

const csvLine = (row: LedgerRow): string =>
  `${[
    row.job,
    row.workId,
    row.gpu,
    row.gpuName,
    new Date(row.startedAt).toISOString(),
    row.endedAt === null ? null : new Date(row.endedAt).toISOString(),
    row.gpuMs,
    row.microsPerHour,
    row.micros,
  ]
    .map(cell)
    .join(',')}\n`;

/** What spreadsheets would take for a formula stays text: a job's name is a stranger's. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
