import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { AppState } from '../../contract/app-state.ts';
import { show } from '../testing/show.tsx';
import { sharingState } from '../testing/states.ts';
import { pageVersion } from '../version.ts';

const state = (update: AppState['update']) => sharingState(Date.now(), pageVersion, { update });
const offer = { from: '2.0.5', to: '2.0.6', underWay: false, progress: null };
const card = async () => within(await screen.findByRole('region', { name: 'Nomad 2.0.6 is there' }));

describe('another version of the pool’s program', () => {
  it.each(['#/', '#/settings'])('is offered at %s with one button', async (hash) => {
    const { host, user } = await show(state(offer), hash);
    expect((await card()).getByText(/2\.0\.5 comes back by itself/)).toBeDefined();
    await user.click((await card()).getByRole('button', { name: 'Update' }));
    expect(host.asked).toContainEqual(['update']);
  });

  it('on its way has no button', async () => {
    const progress = { done: 1_000_000, total: 50_000_000, unit: 'bytes' as const, perSecond: 2_000_000 };
    await show(state({ ...offer, underWay: true, progress }));
    expect((await card()).getByText(/as soon as no job runs/)).toBeDefined();
    expect((await card()).getByText(/of 48 MB · 1.9 MB a second/)).toBeDefined();
    expect((await card()).queryByRole('button')).toBeNull();
  });

  it('is not spoken of where there is none', async () => {
    await show(state(null));
    expect(screen.queryByText(/Nomad/)).toBeNull();
  });
});
