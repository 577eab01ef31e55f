import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { newState, sharingState } from './testing/states.ts';
import { show } from './testing/show.tsx';
import { pageVersion } from './version.ts';

const now = Date.now();
const state = sharingState(now, pageVersion);

describe('the first run', () => {
  const first = { ...newState(pageVersion), firstRun: true };

  it('offers the demo, an invite, and how to get one', async () => {
    const { host, user } = await show(first);
    expect(screen.getByText('Nothing on this computer is used')).toBeDefined();
    await user.click(screen.getByRole('button', { name: /^Try the demo/ }));
    expect(host.asked).toEqual([['demo']]);
    const how = screen.getByRole('button', { name: 'How do I get one?' });
    expect(how.getAttribute('aria-expanded')).toBe('false');
    await user.click(how);
    expect(how.getAttribute('aria-expanded')).toBe('true');
    expect(screen.getByText(/Ask them for a Rigshare invite/)).toBeDefined();
    await user.click(screen.getByRole('button', { name: /^I have an invite/ }));
    expect(await screen.findByRole('textbox', { name: 'Paste the invite' })).toBeDefined();
  });

  it('gives way to the pool', async () => {
    const { turn } = await show(first);
    await turn(state);
    expect(screen.getByRole('heading', { name: 'Sharing' })).toBeDefined();
  });
});

describe('the frame', () => {
  it('has the same menu everywhere and tells where one is', async () => {
    const { user } = await show(state);
    const menu = within(screen.getByRole('navigation', { name: 'Pages' }));
    expect(menu.getAllByRole('link').map((link) => link.textContent)).toEqual([
      'Home',
      'Work',
      'Earnings',
      'Join',
      'Settings',
    ]);
    await user.click(menu.getByRole('link', { name: 'Settings' }));
    const heading = await screen.findByRole('heading', { level: 1, name: 'Settings' });
    expect(menu.getByRole('link', { current: 'page' }).textContent).toBe('Settings');
    expect(document.activeElement).toBe(heading);
  });

  it.each(['#/', '#/work', '#/earnings', '#/join', '#/settings'])(
    'says on every page that it is the demo: %s',
    async (hash) => {
      await show({ ...state, demo: true }, hash);
      await screen.findByRole('heading', { level: 1 });
      expect(screen.getByText(/Nothing on this computer is used/)).toBeDefined();
    },
  );

  it('says so where page and host are of different versions', async () => {
    await show({ ...state, version: '0.0.9' });
    expect(
      screen.getByText(`This window is version ${pageVersion}, the background program is version 0.0.9`),
    ).toBeDefined();
    expect(screen.getByRole('button', { name: 'Restart Rigshare' })).toBeDefined();
  });

  it('says nothing of versions or the demo where there is nothing to say', async () => {
    await show(state);
    expect(screen.queryByText(/is version/)).toBeNull();
    expect(screen.queryByText(/Nothing on this computer is used/)).toBeNull();
  });
});
