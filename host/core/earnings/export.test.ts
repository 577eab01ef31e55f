import { describe, expect, it } from 'vitest';
import type { LedgerRow } from '../../../contract/earnings.ts';
import { exportText } from './export.ts';

const row = (n: number, over: Partial<LedgerRow> = {}): LedgerRow => ({
  id: String(n),
  workId: `w${n}`,
  job: 'render',
  gpu: 'GPU-1',
  gpuName: 'RTX 4090',
  startedAt: n * 1_000,
  endedAt: n * 1_000 + 500,
  gpuMs: 500,
  microsPerHour: 300_000,
  micros: 41,
  ...over,
});

/** A ledger of these rows, newest first, in pages. */
const ledger = (rows: readonly LedgerRow[]) => ({
  rows: ({ limit, before }: { limit: number; before: number | null }) =>
    Promise.resolve(rows.filter((r) => before === null || r.startedAt < before).slice(0, limit)),
});

async function text(rows: readonly LedgerRow[], path: string): Promise<string> {
  let all = '';
  for await (const chunk of exportText(ledger(rows), path, 7)) all += chunk;
  return all;
}

describe('the exported record', () => {
  it('is JSON with every stretch, page after page', async () => {
    const rows = Array.from({ length: 4_500 }, (_, i) => row(5_000 - i));
    const read = JSON.parse(await text(rows, '/x/earned.json')) as { stretches: LedgerRow[] };
    expect(read).toMatchObject({ rigshare: 'earnings', version: 1, exportedAt: 7 });
    expect(read.stretches).toEqual(rows);
  });
  it('is whole without a row', async () => {
    expect(JSON.parse(await text([], '/x/earned.json'))).toMatchObject({ stretches: [] });
    expect((await text([], '/x/earned.csv')).split('\n')).toHaveLength(2);
  });
  it('is a table where the name says so, in which a job’s name stays text', async () => {
    const bad = row(1, { job: '=HYPERLINK("http://x"),1', endedAt: null, micros: null, microsPerHour: null });
    const [head, first, second] = (await text([row(2), bad], '/x/Earned.CSV')).split('\n');
    expect(head).toBe('job,allocation,gpu,gpu_name,started_at,ended_at,gpu_ms,micros_per_hour,micros');
    expect(first).toBe(
      'render,w2,GPU-1,RTX 4090,1970-01-01T00:00:02.000Z,1970-01-01T00:00:02.500Z,500,300000,41',
    );
    expect(second).toBe(`"'=HYPERLINK(""http://x""),1",w1,GPU-1,RTX 4090,1970-01-01T00:00:01.000Z,,500,,`);
  });
});
