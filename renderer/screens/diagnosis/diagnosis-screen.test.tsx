import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { problem } from '../../../contract/problems.ts';
import { sharingState } from '../../testing/states.ts';
import { show } from '../../testing/show.tsx';
import { pageVersion } from '../../version.ts';

const now = Date.now();
const state = sharingState(now, pageVersion);
const row = (name: string) => screen.getByText(name).closest('li') ?? expect.fail(`no row ${name}`);

describe('Diagnosis', () => {
  it('shows every check with its result, and one button beside each problem', async () => {
    const { host } = await show(state, '#/diagnosis');
    await screen.findByText('1 thing is wrong');
    expect(host.asked).toEqual([['checks']]);
    expect(within(row('GPU')).getByText('NVIDIA GeForce RTX 4090, 24 GB')).toBeDefined();
    expect(within(row('Container engine')).getByRole('button')).toBeDefined();
    expect(within(row('GPU in containers')).getAllByText(/Does not apply here/).length).toBeGreaterThan(0);
    expect(row('Record of past work').dataset['state']).toBe('waiting');
  });

  it('says a text in words and a line to copy where there is one', async () => {
    const command = 'sudo timedatectl set-ntp true';
    await show(state, '#/diagnosis', {
      checks: [
        {
          id: 'path',
          state: 'passed',
          found: 'a',
          says: { key: 'check.found.relayedBy', params: { server: 'a', relay: 'local', ms: 80 } },
          problem: null,
        },
        {
          id: 'clock',
          state: 'problem',
          found: null,
          problem: { ...problem('clock-wrong', '+600 s'), command },
        },
      ],
    });
    expect(await screen.findByText('a: by way of the relay local, 80 ms')).toBeDefined();
    expect(within(row('Clock')).getByText(command)).toBeDefined();
  });

  it('runs again when asked, from the beginning', async () => {
    const { host, user } = await show(state, '#/diagnosis');
    await screen.findByText('1 thing is wrong');
    host.problems.set('checks', problem('internal', 'ref'));
    await user.click(screen.getByRole('button', { name: 'Run again' }));
    expect(await screen.findByText('Something unexpected went wrong in Rigshare')).toBeDefined();
    expect(row('GPU').dataset['state']).toBe('waiting');
    expect(host.asked.filter(([name]) => name === 'checks').length).toBe(2);
  });

  it('says what is in a report before it is saved, and where it lies then', async () => {
    const { host, user } = await show(state, '#/diagnosis');
    await user.click(await screen.findByRole('button', { name: 'See a whole report' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByRole('row', { name: /logs\/host\.4\.log/ })).toBeDefined();
    expect(host.asked.map(([name]) => name)).not.toContain('createReport');
    await user.click(dialog.getByRole('button', { name: 'Save it' }));
    expect(await screen.findByText(/Saved: .*rigshare-report\.zip/)).toBeDefined();
    expect(host.asked).toContainEqual(['createReport', 'report-1', 'save']);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('saves nothing where that is not wanted', async () => {
    const { host, user } = await show(state, '#/diagnosis');
    await user.click(await screen.findByRole('button', { name: 'See a whole report' }));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(host.asked.map(([name]) => name)).not.toContain('createReport');
  });

  it.each([
    ['#/', { node: { kind: 'attention', problem: problem('nomad-died') } } as const],
    ['#/', { node: { kind: 'offline', since: now, nextTry: null, cause: 'server' } } as const],
    ['#/settings', {}],
  ])('is reached from %s', async (hash, change) => {
    const { user } = await show({ ...state, ...change }, hash);
    const [link] = await screen.findAllByRole('link', { name: 'Find out what is wrong' });
    await user.click(link ?? expect.fail('no link'));
    expect(await screen.findByRole('heading', { level: 1, name: 'Diagnosis' })).toBeDefined();
  });
});

describe('the connection on Home', () => {
  it('says how, how fast, and what could be better', async () => {
    const tailnet = {
      connected: true,
      address: '100.64.0.7',
      path: 'relayed',
      relay: 'fra',
      controlOnline: true,
      quality: {
        ms: 80.4,
        nearestRelay: { name: 'Frankfurt', ms: 24.1 },
        problems: [problem('path-udp-blocked')],
        at: now,
      },
    } as const;
    const { user } = await show({
      ...state,
      tailnet: { ...tailnet, quality: { ...tailnet.quality, problems: [problem('path-udp-blocked')] } },
    });
    const card = within(screen.getByRole('region', { name: "Pool's network" }));
    expect(card.getByText('Connected by way of the relay fra · 80 ms')).toBeDefined();
    expect(card.getByText('Frankfurt · 24 ms')).toBeDefined();
    await user.click(card.getByRole('button', { name: 'See what helps' }));
    expect(within(await screen.findByRole('dialog')).getByText(/allow outgoing UDP/)).toBeDefined();
  });
});
