import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { AppState } from '../../../contract/app-state.ts';
import { reason, sharingState } from '../../testing/states.ts';
import { show } from '../../testing/show.tsx';
import { pageVersion } from '../../version.ts';

const paused = (own: Partial<NonNullable<AppState['ownNetwork']>>): AppState =>
  sharingState(Date.now(), pageVersion, {
    node: { kind: 'paused', reasons: [reason(Date.now())], until: null, ends: 'owner' },
    ownNetwork: { wanted: false, there: false, none: false, offered: false, ...own },
  });

describe('the own network on Home', () => {
  it('is not offered in a short pause', async () => {
    await show(paused({}));
    expect(screen.queryByText('Your own network')).toBeNull();
  });

  it('is offered in a long one, and gone to at a click', async () => {
    const { host, user } = await show(paused({ offered: true }));
    await user.click(await screen.findByRole('button', { name: 'Pause and go to my own network' }));
    expect(host.asked).toContainEqual(['ownNetwork', true]);
  });

  it('says where this computer is, and leads back', async () => {
    const { host, user, turn } = await show(paused({ wanted: true }));
    expect(screen.getByText('The GPU is freed first, then your own network follows')).toBeDefined();
    await turn(paused({ wanted: true, there: true }));
    expect(screen.getByText('This computer is in your own network until you resume')).toBeDefined();
    await user.click(screen.getByRole('button', { name: "Back to the pool's network" }));
    expect(host.asked).toContainEqual(['ownNetwork', false]);
  });

  it('says that there is none, where only the pool’s can be switched off', async () => {
    await show(paused({ offered: true, none: true }));
    expect(screen.getByRole('button', { name: "Pause and switch the pool's network off" })).toBeDefined();
  });
});
