import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { download, job, sharingState } from '../../testing/states.ts';
import { show } from '../../testing/show.tsx';
import { pageVersion } from '../../version.ts';

const now = Date.now();
const state = sharingState(now, pageVersion);
const part = (name: string) => within(screen.getByRole('region', { name }));

describe('Work', () => {
  it('tells running from downloading, each with how far it is', async () => {
    await show({ ...state, work: [job(now, { restarts: 2 }), download(now)] }, '#/work');
    const running = part('Running');
    for (const text of ['protein-folding-7', 'Runs to its end', 'RTX 4090', '47m'])
      expect(running.getByText(text)).toBeDefined();
    expect(running.getByText(/2 restarts/)).toBeDefined();
    const downloading = part('Downloading');
    expect(downloading.getByText('image-captions')).toBeDefined();
    expect(
      downloading
        .getByRole('progressbar', {
          name: 'image-captions: registry.aurora.example/fold:7 · 2.3 GB of 5.7 GB',
        })
        .getAttribute('aria-valuenow'),
    ).toMatch(/^40/);
  });

  it('lists past jobs with why they ended', async () => {
    await show(state, '#/work');
    const rows = within(await part('Past').findByRole('table'))
      .getAllByRole('row')
      .slice(1);
    const said = rows.map((row) => within(row).getAllByRole('cell')[2]?.textContent);
    expect(said).toEqual([
      'Finished',
      'Moved elsewhere',
      'Connection lost, moved elsewhere',
      'Failed',
      'Finished',
    ]);
    expect(
      within(rows[1] as HTMLElement)
        .getAllByRole('cell')
        .at(-2)?.textContent,
    ).toBe('14m');
  });

  it('says so where there is nothing', async () => {
    await show({ ...state, work: [] }, '#/work', { past: [] });
    expect(part('Running').getByText('No job is running')).toBeDefined();
    expect(part('Downloading').getByText('Nothing is downloading')).toBeDefined();
    expect(await part('Past').findByText('No past jobs yet')).toBeDefined();
  });

  it('reads the past again when a job ends', async () => {
    const { host, turn } = await show(state, '#/work');
    await part('Past').findByRole('table');
    const reads = () => host.asked.filter(([name]) => name === 'history').length;
    expect(reads()).toBe(1);
    await turn({ ...state, work: [] });
    await waitFor(() => expect(reads()).toBe(2));
  });

  it('reads on where the list is longer', async () => {
    const past = Array.from({ length: 60 }, (_, n) =>
      job(now, {
        id: `p-${n}`,
        job: `job-${n}`,
        state: 'ended',
        since: now - n * 60_000,
        endedAt: now,
        ended: 'finished',
      }),
    );
    const { host, user } = await show(state, '#/work', { past });
    await user.click(await screen.findByRole('button', { name: 'Show more' }));
    expect(await screen.findByText('job-59')).toBeDefined();
    expect(host.asked).toContainEqual(['history', 50, past[49]?.since]);
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
  });

  it('says what is wrong with the record, and reads it again', async () => {
    const { host, user } = await show(state, '#/');
    host.problems.set('history', {
      code: 'ledger-damaged',
      remedy: 'see-moved-file',
      detail: 'ledger.damaged',
    });
    await user.click(screen.getByRole('link', { name: 'Work' }));
    await screen.findByRole('heading', { level: 1, name: 'Work' });
    expect(await part('Past').findByText(/^The record of past work could not be read/)).toBeDefined();
    expect(screen.queryByText('No past jobs yet')).toBeNull();
    host.problems.clear();
    await user.click(screen.getByRole('button', { name: 'See what happened' }));
    await user.click(await screen.findByRole('button', { name: 'Try again' }));
    expect(await part('Past').findByRole('table')).toBeDefined();
  });
});
