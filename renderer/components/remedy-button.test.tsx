import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import en from '../../assets/text/en.json';
import { remedies, type Problem, type Remedy } from '../../contract/problems.ts';
import type { AppState } from '../../contract/app-state.ts';
import { sharingState } from '../testing/states.ts';
import { show } from '../testing/show.tsx';
import { pageVersion } from '../version.ts';
import { remedyActions } from './remedy-action.ts';

const now = Date.now();

function stateWith(remedy: Remedy, change: Partial<AppState> = {}): AppState {
  const problem: Problem = { code: 'nomad-died', remedy, detail: 'its last line' };
  return sharingState(now, pageVersion, { node: { kind: 'attention', problem }, work: [], ...change });
}

/** Presses the button of the problem that the first screen leads with. */
async function press(remedy: Remedy, change: Partial<AppState> = {}) {
  const shown = await show(stateWith(remedy, change));
  await shown.user.click(screen.getByRole('button', { name: en.remedy[remedy] }));
  return shown;
}

describe('the button beside a problem', () => {
  it.each(['retry', 'wait', 'use-pool-network', 'allow-administrator'] as const)(
    'asks the host to try again: %s',
    async (remedy) => {
      expect((await press(remedy)).host.asked).toEqual([['retry']]);
    },
  );

  it('resumes, and shares anyway only where that is asked for', async () => {
    const { host, turn, user } = await press('open-anyway');
    await turn(stateWith('resume'));
    await user.click(
      within(screen.getByRole('region', { name: 'Needs your attention' })).getByRole('button', {
        name: 'Resume',
      }),
    );
    expect(host.asked).toEqual([
      ['resume', true],
      ['resume', false],
    ]);
  });

  it('shares always where that is what helps', async () => {
    expect((await press('share-always')).host.asked).toEqual([['whenIdle', false]]);
  });

  it.each([
    ['new-invite', 'Join a pool'],
    ['leave', 'Settings'],
  ] as const)('leads where it is solved: %s', async (remedy, title) => {
    await press(remedy);
    expect(await screen.findByRole('heading', { level: 1, name: title })).toBeDefined();
  });

  it('opens the network’s own sign-in', async () => {
    const joining = {
      kind: 'joining',
      step: 'sign-in',
      progress: null,
      signInUrl: 'https://net.example/a/1',
    } as const;
    await show(stateWith('sign-in', { notes: [joining] }));
    expect(screen.getByRole('link', { name: 'Sign in' }).getAttribute('href')).toBe(
      'https://net.example/a/1',
    );
  });

  it('says whom to ask, with the address they gave', async () => {
    await press('ask-operator');
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText('hello@aurora.example')).toBeDefined();
    expect(dialog.getByText('its last line')).toBeDefined();
  });

  it('shows a report before it is copied', async () => {
    await press('copy-report');
    const text = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Report' });
    expect(JSON.parse(text.value)).toMatchObject({
      problem: { code: 'nomad-died', detail: 'its last line' },
    });
  });

  const helped = remedies.filter((remedy) => remedyActions[remedy].do === 'help');

  it.each(helped)('explains what only a person can do, then tries again: %s', async (remedy) => {
    const { host, user } = await press(remedy);
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText(en.help[remedy as keyof typeof en.help])).toBeDefined();
    await user.click(dialog.getByRole('button', { name: 'Try again' }));
    expect(host.asked).toEqual([['retry']]);
  });

  it('sends to the web only where the window lets it', () => {
    const pages = remedies
      .map((remedy) => remedyActions[remedy])
      .flatMap((action) => (action.do === 'help' && action.page !== null ? [action.page] : []));
    expect(pages.length).toBeGreaterThan(4);
    for (const page of pages)
      expect(new URL(page).hostname).toMatch(/^(?:[a-z]+\.)*(?:tailscale|hashicorp|nvidia|docker)\.com$/);
  });
});
