import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { AppState } from '../../../contract/app-state.ts';
import { gpu, keptGpu, newState, sharingState } from '../../testing/states.ts';
import { show } from '../../testing/show.tsx';
import { pageVersion } from '../../version.ts';

const now = Date.now();
const state = sharingState(now, pageVersion, { gpus: [gpu(now), keptGpu(now)] });
const dialog = async () => within(await screen.findByRole('dialog'));

describe('Settings', () => {
  it('speaks the language that is chosen, at once', async () => {
    const { host, user } = await show(state, '#/settings');
    await user.click(await screen.findByRole('radio', { name: '中文' }));
    expect(host.asked).toContainEqual(['settings', { language: 'zh-CN' }]);
    expect(await screen.findByRole('heading', { name: '设置' })).toBeDefined();
    expect(document.documentElement.lang).toBe('zh-CN');
    await user.click(screen.getByRole('radio', { name: 'English' }));
    expect(await screen.findByRole('heading', { name: 'Settings' })).toBeDefined();
  });

  it('takes the colours that are chosen', async () => {
    const { host, user } = await show(state, '#/settings');
    await user.click(await screen.findByRole('radio', { name: 'Dark' }));
    expect(host.asked).toContainEqual(['settings', { theme: 'dark' }]);
    await waitFor(() => expect(document.documentElement.dataset['mantineColorScheme']).toBe('dark'));
  });

  it('saves changed paths alone, and an emptied one as the usual place', async () => {
    const own = { ...state, settings: { ...state.settings, engineSocket: '/run/own.sock' } };
    const { host, user } = await show(own, '#/settings');
    const save = await screen.findByRole('button', { name: 'Save' });
    expect((save as HTMLButtonElement).disabled).toBe(true);
    await user.type(screen.getByRole('textbox', { name: 'Nomad' }), ' /opt/nomad ');
    await user.clear(screen.getByRole('textbox', { name: "Container engine's socket" }));
    await user.click(save);
    expect(host.asked).toEqual([['settings', { nomadPath: '/opt/nomad', engineSocket: null }]]);
  });

  it('says why something was not saved, and keeps what was typed', async () => {
    const { host, user } = await show(state, '#/settings');
    host.problems.set('settings', { code: 'disk-full', remedy: 'free-disk', detail: null });
    await user.type(await screen.findByRole('textbox', { name: 'Nomad' }), '/opt/nomad');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('The disk is full')).toBeDefined();
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Nomad' }).value).toBe('/opt/nomad');
  });

  it('shares a GPU or keeps it', async () => {
    const { host, user } = await show(state, '#/settings');
    await user.click(await screen.findByRole('switch', { name: /^Share RTX 3060/ }));
    const asked = await dialog();
    expect(asked.getByText(/A change restarts the pool's program/)).toBeDefined();
    expect((await asked.findByRole('row', { name: /gpu-count 2 1/, hidden: true })).textContent).toContain(
      'client.meta.gpu-count',
    );
    expect(host.asked).toContainEqual(['configuration', { uuid: keptGpu(now).uuid, share: true }]);
    expect(host.asked.map(([name]) => name)).not.toContain('share');
    await user.click(asked.getByRole('button', { name: 'Change it' }));
    expect(host.asked).toContainEqual(['share', keptGpu(now).uuid, true]);
  });

  it('shows how the pool’s program is set up, and what changed last and why', async () => {
    const configChange: AppState['configChange'] = {
      why: ['address', 'program'],
      lines: [{ key: 'advertise.http', from: '100.64.0.2:4646', to: '100.64.0.3:4646' }],
      at: now,
    };
    const { host, user } = await show({ ...state, configChange }, '#/settings');
    const card = within(await screen.findByRole('region', { name: "How the pool's program is set up" }));
    expect(
      card.getByText(/another address in the pool's network and another version of Rigshare or Nomad/),
    ).toBeDefined();
    expect(card.getByText('100.64.0.3:4646')).toBeDefined();
    expect(host.asked.map(([name]) => name)).not.toContain('configuration');
    await user.click(card.getByRole('button', { name: 'Show all settings' }));
    expect((await card.findByText('client.meta.gpu-count')).nextElementSibling?.textContent).toBe('2');
  });

  it('leaves the pool only after saying what that does', async () => {
    const { host, user } = await show(state, '#/settings');
    await user.click(await screen.findByRole('button', { name: 'Leave the pool' }));
    const asked = await dialog();
    expect(asked.getByText('1 job running here stops and starts again elsewhere.')).toBeDefined();
    expect(asked.getByText(/Tailscale goes back to your own network/)).toBeDefined();
    await user.click(asked.getByRole('button', { name: 'Stay' }));
    expect(host.asked).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Leave the pool' }));
    await user.click((await dialog()).getByRole('button', { name: 'Leave the pool' }));
    expect(host.asked).toContainEqual(['leave']);
  });

  it('leaves the demo without a word of what is not touched', async () => {
    const { user } = await show({ ...state, demo: true }, '#/settings');
    await user.click(await screen.findByRole('button', { name: 'Leave the demo' }));
    const asked = await dialog();
    expect(asked.getByText(/Nothing on this computer changes/)).toBeDefined();
    expect(asked.queryByText(/Tailscale/)).toBeNull();
  });

  it('stops the background program and says that it has stopped', async () => {
    const { host, user } = await show(state, '#/settings');
    await user.click(await screen.findByRole('button', { name: /^Stop sharing and quit/ }));
    await user.click((await dialog()).getByRole('button', { name: 'Stop and quit' }));
    expect(await screen.findByRole('heading', { name: 'Rigshare has stopped' })).toBeDefined();
    expect(host.asked).toContainEqual(['stop', 'stop']);
  });

  it('leads to Join where this computer is in no pool', async () => {
    await show(newState(pageVersion), '#/settings');
    expect(await screen.findByText('This computer is in no pool')).toBeDefined();
    expect(screen.queryByRole('switch')).toBeNull();
    expect(screen.queryByRole('button', { name: /Leave/ })).toBeNull();
  });
});
