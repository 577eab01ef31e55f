import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { earnings } from '../../testing/lists.ts';
import { sharingState } from '../../testing/states.ts';
import { show } from '../../testing/show.tsx';
import { pageVersion } from '../../version.ts';

const now = Date.now();
const state = sharingState(now, pageVersion);
const choice = (name: RegExp) => screen.findByRole('radio', { name });

describe('Earnings', () => {
  it('sums today, seven and thirty days, each marked as an estimate', async () => {
    await show(state, '#/earnings');
    const sums = await Promise.all([/^Today/, /^7 days/, /^30 days/].map(choice));
    const said = sums.map((radio) => radio.closest('label')?.textContent);
    expect(said).toEqual([
      'Todayestimated€1.768.00 GPU h4 jobs',
      '7 daysestimated€13.2060.00 GPU h32 jobs',
      '30 daysestimated€46.31210.50 GPU h113 jobs',
    ]);
    expect(screen.getByText(/The pool's own count decides/)).toBeDefined();
  });

  it('marks what the demo makes up', async () => {
    await show({ ...state, demo: true }, '#/earnings', { summary: earnings(now, 30, 'demo') });
    expect((await choice(/^Today/)).closest('label')?.textContent).toContain('demo');
    expect(screen.getByText(/never paid/)).toBeDefined();
  });

  it('reads the bars out as a table, by day and by hour', async () => {
    const { user } = await show(state, '#/earnings');
    const week = await screen.findByRole('table', { name: 'Amount by day' });
    expect(within(week).getAllByRole('row')).toHaveLength(8);
    expect(within(week).getAllByRole('cell').at(-1)?.textContent).toBe('€1.76');
    await user.click(await choice(/^30 days/));
    expect(
      within(await screen.findByRole('table', { name: 'Amount by day' })).getAllByRole('row'),
    ).toHaveLength(31);
    await user.click(await choice(/^Today/));
    const today = await screen.findByRole('table', { name: 'GPU minutes by hour, today' });
    expect(within(today).getAllByRole('row')).toHaveLength(25);
  });

  it('explains each amount: job, GPU, time and price', async () => {
    await show(state, '#/earnings');
    const rows = within(await screen.findByRole('table', { name: '' })).getAllByRole('row');
    const cells = within(rows[2] as HTMLElement)
      .getAllByRole('cell')
      .map((cell) => cell.textContent);
    expect(cells[0]).toMatch(/^protein-folding-6RTX 4090/);
    expect(cells.slice(2)).toEqual(['1:02:00', '× €0.22 per hour', '€0.2273']);
    expect(within(rows[1] as HTMLElement).getAllByRole('cell')[1]?.textContent).toMatch(/ – now$/);
  });

  it('shows GPU hours where the pool pays nothing', async () => {
    const paid = earnings(now, 30);
    const summary = {
      ...paid,
      currency: null,
      micros: null,
      days: paid.days.map((day) => ({ ...day, micros: null })),
    };
    await show(state, '#/earnings', { summary });
    expect((await choice(/^7 days/)).closest('label')?.textContent).toBe('7 days60.00 GPU h32 jobs');
    expect(screen.getByText(/This pool pays nothing/)).toBeDefined();
    expect(screen.getByRole('table', { name: 'GPU hours by day' })).toBeDefined();
  });

  it('says so where nothing was earned yet', async () => {
    const idle = earnings(now, 30);
    const days = idle.days.map((day) => ({ ...day, gpuMs: 0, micros: 0, jobs: 0 }));
    await show(state, '#/earnings', { summary: { ...idle, days }, rows: [] });
    expect(await screen.findAllByText('Nothing yet')).toHaveLength(2);
  });
});
