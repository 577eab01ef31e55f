import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { AppState } from '../../../contract/app-state.ts';
import { gpu, keptGpu, sharingState } from '../../testing/states.ts';
import { show } from '../../testing/show.tsx';
import { pageVersion } from '../../version.ts';

const now = Date.now();
const whenIdle = { on: true, by: 'display', afterMs: 300_000, lastInputAt: now, source: 'GNOME' } as const;
const settings = (change: Partial<AppState>) =>
  show(sharingState(now, pageVersion, { gpus: [gpu(now), keptGpu(now)], ...change }), '#/settings');
const switchOf = (name: string | RegExp) => screen.findByRole<HTMLInputElement>('switch', { name });

describe('the GPUs to share', () => {
  it('say why one is not shared, and those of other makers that they cannot be', async () => {
    await settings({
      gpus: [gpu(now, { shared: false, kept: 'display', display: true }), keptGpu(now)],
      otherCards: [{ maker: 'amd', name: 'AMD Radeon RX 7900 XTX' }],
    });
    expect((await switchOf('Share RTX 4090')).checked).toBe(false);
    expect(screen.getByText(/drives your display, and another GPU is there/)).toBeDefined();
    const other = await switchOf('Share AMD Radeon RX 7900 XTX');
    expect([other.disabled, other.checked]).toEqual([true, false]);
  });

  it('show a faulty one as the owner’s word has it', async () => {
    await settings({ gpus: [gpu(now, { shared: false, kept: 'fault', fault: 'GPU is lost' })] });
    expect((await switchOf('Share RTX 4090')).checked).toBe(true);
    expect(screen.getByText(/left out until its driver reports it healthy/)).toBeDefined();
  });

  it('are shared only while nobody is there, by the rule or the owner’s word, said with its source', async () => {
    const { host, user } = await settings({ whenIdle });
    const only = await switchOf('Share only while nobody uses this computer');
    expect(only.checked).toBe(true);
    expect(
      screen.getByText(/on because all that is shared drives your display.*GNOME tells when/),
    ).toBeDefined();
    await user.click(only);
    expect(host.asked).toContainEqual(['whenIdle', false]);
  });

  it('say where nothing tells of use', async () => {
    await settings({ whenIdle: { ...whenIdle, by: 'owner', source: null, lastInputAt: null } });
    expect(await screen.findByText(/Nothing on this computer tells Rigshare/)).toBeDefined();
  });
});
