import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { pauseChoices } from '../../../contract/pause-choices.ts';
import type { AppState } from '../../../contract/app-state.ts';
import { gpu, job, keptGpu, newState, reason, sharingState } from '../../testing/states.ts';
import { show } from '../../testing/show.tsx';
import { pageVersion } from '../../version.ts';

const now = Date.now();
const sharing = (change: Partial<AppState> = {}) => sharingState(now, pageVersion, change);
const hero = (name: string | RegExp) => within(screen.getByRole('region', { name }));

describe('Home, whatever the state', () => {
  const kinds: readonly (readonly [string, Partial<AppState>, string, string])[] = [
    ['sharing with work', {}, 'Sharing', '1 job is running'],
    [
      'sharing without work',
      { node: { kind: 'sharing', since: now, busy: false }, work: [] },
      'Sharing',
      "Ready for the pool's jobs",
    ],
    ['looking', { node: { kind: 'looking' } }, 'Just a moment', 'This takes a few seconds'],
    [
      'joining',
      { node: { kind: 'joining', step: 'nomad', progress: null, signInUrl: null } },
      'Joining Aurora',
      "Next: Start the pool's program",
    ],
    [
      'pausing',
      { node: { kind: 'pausing', reasons: [reason(now)], since: now, left: 1, freesAt: null } },
      'Freeing your GPU',
      '1 job is being stopped',
    ],
    [
      'paused by the owner',
      { node: { kind: 'paused', reasons: [reason(now)], until: null, ends: 'owner' } },
      'Paused by you',
      'Stays paused until you resume',
    ],
    [
      'paused by a game',
      {
        node: {
          kind: 'paused',
          reasons: [reason(now, { reason: 'game', name: 'Doom' })],
          until: null,
          ends: 'cause',
        },
      },
      'Paused',
      'Resumes shortly after it closes',
    ],
    [
      'offline',
      { node: { kind: 'offline', since: now, nextTry: null, cause: 'tailnet' } },
      'Not connected to the pool',
      "The pool's network can't be reached",
    ],
    [
      'attention',
      { node: { kind: 'attention', problem: { code: 'disk-full', remedy: 'free-disk', detail: null } } },
      'Needs your attention',
      'The disk is full',
    ],
    [
      'leaving',
      { node: { kind: 'leaving', left: 0 } },
      'Leaving Aurora',
      'This computer is then as it was before',
    ],
  ];

  it.each(kinds)('says what is the matter and what comes next: %s', async (_, change, title, sentence) => {
    await show(sharing(change));
    expect(hero(title).getByRole('heading', { name: title })).toBeDefined();
    expect(hero(title).getByText(sentence)).toBeDefined();
  });

  it('offers a pool or the demo where there is none', async () => {
    const { host, user } = await show(newState(pageVersion));
    expect(hero('Not sharing').getByRole('link', { name: 'Join a pool' }).getAttribute('href')).toBe(
      '#/join',
    );
    expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Try the demo' }));
    expect(host.asked).toContainEqual(['demo']);
  });

  it('says what else holds, with its button', async () => {
    const problem = { code: 'engine-missing', remedy: 'start-engine', detail: null } as const;
    await show(
      sharing({
        node: { kind: 'paused', reasons: [reason(now)], until: null, ends: 'owner' },
        notes: [{ kind: 'attention', problem }],
      }),
    );
    const note = within(hero('Paused by you').getByRole('listitem'));
    expect(note.getByText(/Docker is not installed/)).toBeDefined();
    expect(note.getByRole('button', { name: 'Start the container engine' })).toBeDefined();
  });
});

describe('pausing on Home', () => {
  it('frees the GPU at one click and says before what that does to the jobs', async () => {
    const { host, user } = await show(sharing({ work: [job(now), job(now, { id: 'w-9', job: 'other' })] }));
    expect(screen.getByText(/^2 jobs stop here and start again elsewhere/)).toBeDefined();
    await user.click(screen.getByRole('button', { name: 'Pause' }));
    expect(host.asked).toContainEqual(['pause', 'now', null]);
  });

  it.each(pauseChoices(now).map((choice, index) => [choice.id, choice.how, index] as const))(
    'offers the way %s',
    async (id, how, index) => {
      const { host, user } = await show(sharing());
      await user.click(screen.getByRole('button', { name: 'More ways to pause' }));
      const items = await screen.findAllByRole('menuitem');
      expect(items).toHaveLength(6);
      await user.click(items[index] as HTMLElement);
      const [, askedHow, until] = host.asked.find(([name]) => name === 'pause') ?? [];
      expect(askedHow).toBe(how);
      const expected = pauseChoices(Date.now())[index]?.until ?? null;
      if (expected === null) expect(until, id).toBeNull();
      else expect(Math.abs((until as number) - expected)).toBeLessThan(60_000);
    },
  );

  it('resumes at one click while the owner paused', async () => {
    const { host, user } = await show(
      sharing({ node: { kind: 'paused', reasons: [reason(now)], until: null, ends: 'owner' } }),
    );
    await user.click(screen.getByRole('button', { name: 'Resume' }));
    expect(host.asked).toContainEqual(['resume', false]);
  });

  it('can still pause while a game does, and frees the GPU while jobs may finish', async () => {
    const game = sharing({
      node: { kind: 'paused', reasons: [reason(now, { reason: 'game' })], until: null, ends: 'cause' },
      work: [],
    });
    const { host, user, turn } = await show(game);
    expect(screen.getByRole('button', { name: 'Pause' })).toBeDefined();
    const until = now + 3_600_000;
    await turn(
      sharing({
        node: {
          kind: 'pausing',
          reasons: [reason(now, { how: 'finish', until })],
          since: now,
          left: 1,
          freesAt: null,
        },
      }),
    );
    await user.click(screen.getByRole('button', { name: 'Free the GPU now' }));
    expect(host.asked).toContainEqual(['pause', 'now', until]);
  });

  it('shows why a pause was refused', async () => {
    const { host, user } = await show(sharing());
    host.problems.set('pause', { code: 'not-joined', remedy: 'new-invite', detail: null });
    await user.click(screen.getByRole('button', { name: 'Pause' }));
    expect(within(await screen.findByRole('alert')).getByText('This computer is in no pool')).toBeDefined();
  });
});

describe('what Home shows of the computer', () => {
  it('has a card for each GPU, and unknown figures are said to be unknown', async () => {
    await show(sharing({ gpus: [gpu(now), keptGpu(now)] }));
    const first = within(screen.getByRole('article', { name: 'NVIDIA GeForce RTX 4090' }));
    for (const text of ['Shared', '87 %', '64 °C', '312 W', '18 GB of 24 GB'])
      expect(first.getByText(text)).toBeDefined();
    const second = within(screen.getByRole('article', { name: 'NVIDIA GeForce RTX 3060' }));
    expect(second.getByText('Kept for you')).toBeDefined();
    expect(second.getByText('unknown')).toBeDefined();
    expect(second.queryByText('0 W')).toBeNull();
  });

  it('draws what it remembers of a GPU', async () => {
    const { turn } = await show(sharing({ gpus: [gpu(now - 4000, { utilizationPercent: 0 })] }));
    expect(screen.getByText('Use is drawn here as it is measured')).toBeDefined();
    await turn(sharing({ gpus: [gpu(now - 2000, { utilizationPercent: 100 })] }));
    expect(screen.queryByText('Use is drawn here as it is measured')).toBeNull();
    expect(screen.getByRole('img', { name: 'Use over the last 5m' }).querySelectorAll('path')).toHaveLength(
      3,
    );
  });

  it('says why there is no GPU, once', async () => {
    const problem = { code: 'gpu-timeout', remedy: 'repair-driver', detail: 'nvidia-smi: 10 s' } as const;
    const { turn } = await show(sharing({ gpus: [], gpuProblem: problem }));
    expect(within(screen.getByRole('alert')).getByText("The GPU's driver does not answer")).toBeDefined();
    await turn(sharing({ gpus: [], gpuProblem: problem, node: { kind: 'attention', problem } }));
    expect(screen.getAllByText("The GPU's driver does not answer")).toHaveLength(1);
    expect(screen.getByText('No GPU found')).toBeDefined();
  });

  it('says what was earned today, or that the pool pays nothing', async () => {
    const { turn } = await show(sharing());
    expect(screen.getByText('€0.70')).toBeDefined();
    await turn(sharing({ today: { gpuMs: 0, micros: null, jobs: 0 } }));
    expect(screen.getByText('Unpaid')).toBeDefined();
  });

  it('says why no job runs', async () => {
    await show(
      sharing({ node: { kind: 'paused', reasons: [reason(now)], until: null, ends: 'owner' }, work: [] }),
    );
    expect(screen.getByText('Sharing is paused, so no job comes.')).toBeDefined();
  });

  it('shows each notice with its button and the details behind it', async () => {
    const { user } = await show(
      sharing({
        notices: [{ code: 'settings-damaged', remedy: 'see-moved-file', detail: 'settings.json.damaged' }],
      }),
    );
    const notice = within(screen.getByRole('region', { name: 'Good to know' }));
    expect(notice.getByText('settings.json.damaged')).toBeDefined();
    await user.click(notice.getByRole('button', { name: 'See what happened' }));
    expect(await screen.findByText(/moved aside unchanged/)).toBeDefined();
  });

  it('says that the pool’s program was set up anew without a word of the owner’s, and not else', async () => {
    const change = (why: 'address' | 'gpus' | 'invite') => ({
      why: [why],
      lines: [{ key: 'a', from: '1', to: '2' }],
      at: now,
    });
    const { turn } = await show(sharing({ configChange: change('address') }));
    const notice = within(screen.getByRole('region', { name: "How the pool's program is set up" }));
    expect(notice.getByText(/another address in the pool's network/)).toBeDefined();
    await turn(sharing({ configChange: change('gpus') }));
    expect(screen.queryByRole('region', { name: "How the pool's program is set up" })).toBeNull();
    await turn(sharing({ configChange: { ...change('invite'), at: null } }));
    const pending = within(screen.getByRole('region', { name: "How the pool's program is set up" }));
    expect(pending.getByText('About to change: another invite')).toBeDefined();
    expect(pending.getByRole('row', { name: 'a 1 2', hidden: true })).toBeDefined();
  });
});
