import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { AppState } from '../../../contract/app-state.ts';
import { usualLeave } from '../../../contract/usual.ts';
import { problem } from '../../../contract/problems.ts';
import { leaving } from '../../testing/leaving.ts';
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
    expect(host.asked).toContainEqual([
      'configuration',
      { gpu: { uuid: keptGpu(now).uuid, share: true }, limits: null },
    ]);
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

  it('shows what is about to change, and why, before it does', async () => {
    const configChange: AppState['configChange'] = {
      why: ['invite'],
      lines: [{ key: 'client.node_pool', from: 'default', to: 'contrib' }],
      at: null,
    };
    await show({ ...state, configChange }, '#/settings');
    const card = within(await screen.findByRole('region', { name: "How the pool's program is set up" }));
    expect(card.getByText('About to change: another invite')).toBeDefined();
    expect(card.getByText('contrib')).toBeDefined();
  });

  describe('leaving the pool', () => {
    const open = async () => {
      const shown = await show(state, '#/settings');
      await shown.user.click(await screen.findByRole('button', { name: 'Leave the pool' }));
      return { ...shown, asked: await dialog() };
    };
    it('says first what that does, how much jobs brought, and how often it asks', async () => {
      const { host, user, asked } = await open();
      expect(asked.getByText('1 job running here stops and starts again elsewhere.')).toBeDefined();
      expect(asked.getByText(/Tailscale goes back to your own network/)).toBeDefined();
      expect(await asked.findByText('2 images, 7.1 GB · 1 volume, 305 MB')).toBeDefined();
      expect(asked.getByText(/are deleted \(200 MB\)/)).toBeDefined();
      expect(asked.getByText("You are asked for the administrator's password 1 time.")).toBeDefined();
      await user.click(asked.getByRole('button', { name: 'Stay' }));
      expect(host.asked).toEqual([['leaving']]);
    });
    it('leaves in the usual way where nothing else is chosen', async () => {
      const { host, user, asked } = await open();
      await user.click(asked.getByRole('button', { name: 'Leave the pool' }));
      expect(host.asked.at(-1)).toEqual(['leave', usualLeave]);
    });
    it('leaves as it was chosen, by keyboard alone', async () => {
      const { host, user, asked } = await open();
      await asked.findByText(/2 images/);
      for (const name of [/Let them end first/, 'Keep it', /Save it as a file/]) {
        asked.getByRole('radio', { name }).focus();
        await user.keyboard(' ');
      }
      const file = asked.getByRole<HTMLInputElement>('textbox', { name: 'File' });
      expect(file.value).toBe(leaving.exportTo);
      await user.clear(file);
      const yes = asked.getByRole<HTMLButtonElement>('button', { name: 'Leave the pool' });
      expect(yes.disabled).toBe(true);
      await user.type(file, '/home/mira/mine.json');
      yes.focus();
      await user.keyboard('{Enter}');
      expect(host.asked.at(-1)).toEqual([
        'leave',
        { how: 'finish', images: 'keep', ledger: 'export', exportTo: '/home/mira/mine.json' },
      ]);
    });
    it('says where the engine cannot be asked, and where nothing is left', async () => {
      const nothing = { ...leaving, images: [], volumes: [], engineProblem: 'engine-missing', prompts: 0 };
      const { user } = await show(state, '#/settings', { leaving: nothing });
      await user.click(await screen.findByRole('button', { name: 'Leave the pool' }));
      const asked = await dialog();
      expect(await asked.findByText(/container engine does not answer/)).toBeDefined();
      expect(asked.getByText('Jobs have left no images, volumes or networks here.')).toBeDefined();
      expect(asked.getByText(/are not asked/)).toBeDefined();
    });
    it('says why it has not begun', async () => {
      const { host, user, asked } = await open();
      host.problems.set('leave', problem('export-failed', '/root/x'));
      await user.click(asked.getByRole('button', { name: 'Leave the pool' }));
      expect(await screen.findByText(/can't be saved there/)).toBeDefined();
    });
  });

  describe('the limits for jobs', () => {
    const view = {
      cores: 16,
      memoryMib: 65_536,
      keepCores: 4,
      keepMemoryMib: 13_107,
      usualCores: 4,
      usualMemoryMib: 13_107,
      jobs: null,
      budgetBytes: 60_000_000_000,
      imageBytes: 7_600_000_000,
      folderBytes: 210_000_000,
    };
    it('are shown with what is used, and saved together', async () => {
      const { host, user } = await show({ ...state, limits: view }, '#/settings');
      const card = within(await screen.findByRole('region', { name: 'Limits for jobs' }));
      expect(card.getByText(/Used now: images 7.1 GB, files 200 MB, of 56 GB/)).toBeDefined();
      expect(card.getByText(/Of 16. Empty: 4/)).toBeDefined();
      await user.type(card.getByRole('textbox', { name: 'Processor cores kept for you' }), '6');
      await user.type(card.getByRole('textbox', { name: 'Jobs at once' }), '2');
      await user.type(card.getByRole('textbox', { name: /Disk for images/ }), '20');
      await user.click(card.getByRole('button', { name: 'Save' }));
      const chosen = { keepCores: 6, keepMemoryMib: null, budgetMib: 20_480, jobs: 2 };
      const asked = await dialog();
      expect(asked.getByText(/starts anew. Jobs run on/)).toBeDefined();
      expect(host.asked).toContainEqual(['configuration', { gpu: null, limits: chosen }]);
      await user.click(asked.getByRole('button', { name: 'Change it' }));
      expect(host.asked).toContainEqual(['settings', { limits: chosen }]);
    });
    it('are back to the usual share when emptied', async () => {
      const limits = { keepCores: 6, keepMemoryMib: null, budgetMib: null, jobs: null };
      const own = { ...state, limits: view, settings: { ...state.settings, limits } };
      const { host, user } = await show(own, '#/settings');
      await user.clear(await screen.findByRole('textbox', { name: 'Processor cores kept for you' }));
      await user.click(
        within(screen.getByRole('region', { name: 'Limits for jobs' })).getByRole('button', { name: 'Save' }),
      );
      await user.click((await dialog()).getByRole('button', { name: 'Change it' }));
      expect(host.asked).toContainEqual(['settings', { limits: { ...limits, keepCores: null } }]);
    });
    it('ask for nothing where only the disk is meant: the pool’s program goes on', async () => {
      const { host, user } = await show({ ...state, limits: view }, '#/settings');
      await user.type(await screen.findByRole('textbox', { name: /Disk for images/ }), '20');
      await user.click(
        within(screen.getByRole('region', { name: 'Limits for jobs' })).getByRole('button', { name: 'Save' }),
      );
      expect(screen.queryByRole('dialog')).toBeNull();
      expect(host.asked.map(([name]) => name)).toContain('settings');
    });
    it('are not there where this computer is not known', async () => {
      await show(state, '#/settings');
      await screen.findByRole('button', { name: 'Leave the pool' });
      expect(screen.queryByRole('region', { name: 'Limits for jobs' })).toBeNull();
    });
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
