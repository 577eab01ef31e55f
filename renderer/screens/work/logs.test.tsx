import { configure, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { jobLogs } from '../../testing/agent-parts.ts';
import { show } from '../../testing/show.tsx';
import { job, sharingState } from '../../testing/states.ts';
import { pageVersion } from '../../version.ts';

configure({ asyncUtilTimeout: 5_000 });

const now = Date.now();
const work = job(now);
const state = { ...sharingState(now, pageVersion), work: [work] };
const lines = { name: 'The last lines' };
const button = { name: `Output of ${work.job}` };

describe('what a job writes', () => {
  it('is followed from its last lines on, and copied', async () => {
    const { host, user } = await show(state, '#/work');
    await user.click(screen.getByRole('button', button));
    const drawer = within(await screen.findByRole('dialog', { name: `What ${work.job} writes` }));
    const log = await drawer.findByRole<HTMLTextAreaElement>('textbox', lines);
    await waitFor(() => expect(log.value).toContain('step 3/400'));
    expect(log.value.startsWith('loading weights\nstep 1/400')).toBe(true);
    expect(host.asked).toContainEqual(['jobLog', work.id, 'stdout', 500, true]);
    expect(drawer.getByRole<HTMLInputElement>('switch', { name: 'Follow' }).checked).toBe(true);
    await user.click(drawer.getByRole('button', { name: 'Copy' }));
    expect(await navigator.clipboard.readText()).toBe(log.value);
  });

  it('shows the errors when asked, and follows no more when told', async () => {
    const { host, user } = await show(state, '#/work');
    await user.click(screen.getByRole('button', button));
    await user.click(await screen.findByRole('radio', { name: 'Errors' }));
    await waitFor(() =>
      expect(screen.getByRole<HTMLTextAreaElement>('textbox', lines).value).toBe(
        'warning: the cache is cold\n',
      ),
    );
    await user.click(screen.getByRole('switch', { name: 'Follow' }));
    await waitFor(() => expect(host.asked).toContainEqual(['jobLog', work.id, 'stderr', 500, false]));
  });

  it('is worked by keyboard alone, and gives the focus back', async () => {
    const { user } = await show(state, '#/work');
    screen.getByRole('button', button).focus();
    await user.keyboard('{Enter}');
    const log = await screen.findByRole('textbox', lines);
    for (let n = 0; n < 8 && document.activeElement !== log; n++) await user.tab();
    expect(document.activeElement).toBe(log);
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('button', button)));
  });

  it('says so where nothing was written', async () => {
    const { user } = await show(state, '#/work', { logs: { stdout: [], stderr: [] } });
    await user.click(screen.getByRole('button', button));
    expect(await screen.findByText('Nothing was written yet')).toBeDefined();
  });

  it('is refused in words where the pool does not allow it', async () => {
    const { host, user } = await show(state, '#/work', { logs: jobLogs(now) });
    host.problems.set('jobLog', { code: 'logs-not-allowed', remedy: 'ask-operator', detail: 'Aurora' });
    await user.click(screen.getByRole('button', button));
    expect(await screen.findByText(/does not let you read what its jobs write/)).toBeDefined();
    expect(screen.queryByRole('textbox', lines)).toBeNull();
  });
});
