import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { AppState } from '../../../contract/app-state.ts';
import type { Problem } from '../../../contract/problems.ts';
import { gpu, reason, sharingState } from '../../testing/states.ts';
import { show } from '../../testing/show.tsx';
import { pageVersion } from '../../version.ts';

const now = Date.now();
const whenIdle = { on: true, by: 'display', afterMs: 300_000, lastInputAt: now, source: 'GNOME' } as const;
const home = (change: Partial<AppState>) => show(sharingState(now, pageVersion, { work: [], ...change }));
const paused = (change: Partial<Parameters<typeof reason>[1]>): AppState['node'] => ({
  kind: 'paused',
  reasons: [reason(now, change)],
  until: null,
  ends: 'cause',
});
const hero = () => within(screen.getByRole('region', { name: 'Paused' }));
const card = (name: string) => within(screen.getByRole('article', { name }));

describe('what pauses by itself', () => {
  it('is the owner’s use, with one switch to always', async () => {
    const gpus = [gpu(now, { display: true })];
    const { host, user } = await home({ node: paused({ reason: 'idle', how: 'finish' }), gpus, whenIdle });
    expect(hero().getByText('You are using this computer')).toBeDefined();
    expect(screen.getAllByRole('button', { name: 'Share always' })).toHaveLength(1);
    await user.click(hero().getByRole('button', { name: 'Share always' }));
    expect(host.asked).toEqual([['whenIdle', false]]);
  });

  it('is that nothing tells of use, said once', async () => {
    const problem: Problem = { code: 'idle-unknown', remedy: 'share-always', detail: null };
    await home({
      node: paused({ reason: 'idle', problem }),
      notes: [{ kind: 'attention', problem }],
      whenIdle: { ...whenIdle, source: null },
    });
    expect(screen.getAllByText(/Nothing on this computer tells/)).toHaveLength(1);
    expect(hero().getByRole('button', { name: 'Share always' })).toBeDefined();
  });

  it('is a fault by its name, with its remedy', async () => {
    const problem: Problem = { code: 'gpu-driver-mismatch', remedy: 'repair-driver', detail: 'NVML' };
    const node = paused({ reason: 'machine', problem });
    await home({ node, notes: [{ kind: 'attention', problem }], gpus: [], gpuProblem: problem });
    expect(hero().getByText(/would make every job fail: The graphics driver was updated/)).toBeDefined();
    expect(screen.getAllByRole('button', { name: 'Repair the driver' })).toHaveLength(1);
  });

  it('is jobs that failed, which the owner resumes', async () => {
    const problem: Problem = { code: 'jobs-failing', remedy: 'resume', detail: 'a, b, c' };
    const node = {
      ...paused({ reason: 'machine', name: 'a, b, c', problem }),
      ends: 'owner',
    } as AppState['node'];
    const { host, user } = await home({ node, notes: [{ kind: 'attention', problem }] });
    expect(hero().getByText(/right after their start: a, b, c/)).toBeDefined();
    await user.click(hero().getByRole('button', { name: 'Resume' }));
    expect(host.asked).toEqual([['resume', false]]);
  });
});

describe('a card', () => {
  it('says why it is kept for the display', async () => {
    await home({ gpus: [gpu(now, { shared: false, kept: 'display', display: true })] });
    const shown = card('NVIDIA GeForce RTX 4090');
    expect(shown.getByText('Kept for the display')).toBeDefined();
    expect(shown.getByText(/another GPU is there to share/)).toBeDefined();
  });

  it('that is shared only while nobody is there says so while it shares, with the switch', async () => {
    const { host, user } = await home({ gpus: [gpu(now, { display: true })], whenIdle });
    const shown = card('NVIDIA GeForce RTX 4090');
    expect(shown.getByText(/only when nobody has used this computer for 5m/)).toBeDefined();
    await user.click(shown.getByRole('button', { name: 'Share always' }));
    expect(host.asked).toEqual([['whenIdle', false]]);
  });

  it('is asleep, divided, or without memory of its own, in words', async () => {
    const mig = [{ uuid: 'MIG-1', profile: '3g.40gb', memoryMib: 40_960 }];
    await home({
      gpus: [
        gpu(now, {
          asleep: true,
          utilizationPercent: null,
          memoryMib: null,
          usedMib: null,
          unified: true,
          mig,
        }),
      ],
    });
    const shown = card('NVIDIA GeForce RTX 4090');
    for (const words of [
      'Asleep to save power',
      'Shared with the computer',
      'Divided into 3g.40gb',
      'Driver 570.133.07',
    ])
      expect(shown.getByText(words)).toBeDefined();
  });

  it('of another maker is named and said not to be shareable yet', async () => {
    await home({ gpus: [], otherCards: [{ maker: 'amd', name: 'AMD Radeon RX 7900 XTX' }] });
    expect(card('AMD Radeon RX 7900 XTX').getByText(/pools take NVIDIA cards only/)).toBeDefined();
    expect(screen.queryByText('No GPU found')).toBeNull();
  });
});
