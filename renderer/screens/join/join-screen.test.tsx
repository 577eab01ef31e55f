import { act, fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { AppState } from '../../../contract/app-state.ts';
import { checkResults, preview } from '../../testing/lists.ts';
import { newState, sharingState } from '../../testing/states.ts';
import { show } from '../../testing/show.tsx';
import { goTo } from '../../route.ts';
import { pageVersion } from '../../version.ts';

const now = Date.now();
const fresh = newState(pageVersion);
const link = 'rigshare://join#12.abcdefghijkl';
const part = (name: string) => within(screen.getByRole('region', { name }));

function joining(change: Partial<AppState> = {}): AppState {
  return sharingState(now, pageVersion, {
    node: { kind: 'joining', step: 'sign-in', progress: null, signInUrl: null },
    work: [],
    ...change,
  });
}

/** The join screen as one comes to it from another screen. */
async function atTheDoor() {
  const shown = await show(fresh, '#/');
  await act(async () => {
    goTo('join');
    await new Promise((resolve) => setTimeout(resolve, 0));
  });
  return shown;
}

describe('an invite', () => {
  it('is taken as it is pasted', async () => {
    const { host, user } = await show(fresh, '#/join');
    await user.click(await screen.findByRole('textbox', { name: 'Paste the invite' }));
    await user.paste(link);
    await user.click(screen.getByRole('button', { name: 'Look at it' }));
    expect(await screen.findByRole('heading', { name: 'Aurora' })).toBeDefined();
    expect(host.asked).toContainEqual(['preview', { text: link, from: 'paste' }]);
  });

  it('is taken from a file that is opened or dropped', async () => {
    const { host, user } = await show(fresh, '#/join');
    const file = new File(['{"rigshare":1}'], 'aurora.rigshare');
    await user.upload(await screen.findByLabelText('Open a file', { selector: 'input' }), file);
    await screen.findByRole('heading', { name: 'Aurora' });
    await user.click(screen.getByRole('button', { name: 'Use another invite' }));
    fireEvent.drop(await screen.findByText('Drop a .rigshare file here'), {
      dataTransfer: { files: [file] },
    });
    await screen.findByRole('heading', { name: 'Aurora' });
    const previews = host.asked.filter(([name]) => name === 'preview');
    expect(previews).toEqual([
      ['preview', { text: '{"rigshare":1}', from: 'file' }],
      ['preview', { text: '{"rigshare":1}', from: 'file' }],
    ]);
  });

  it.each([
    ['link', `#/join/${encodeURIComponent(link)}`, link],
    ['file', `#/join-file/${encodeURIComponent('{"a":"ü/#"}')}`, '{"a":"ü/#"}'],
  ] as const)('that arrives by a %s is shown, and taken out of the address', async (from, hash, text) => {
    const { host } = await show(fresh, hash);
    await screen.findByRole('heading', { name: 'Aurora' });
    expect(host.asked).toContainEqual(['preview', { text, from }]);
    expect(window.location.hash).toBe('#/join');
  });

  it('that is none is said to be none, and another can be tried', async () => {
    const { host, user } = await atTheDoor();
    host.problems.set('preview', {
      code: 'invite-truncated',
      remedy: 'new-invite',
      detail: '10 of 12 characters',
    });
    await user.click(await screen.findByRole('textbox'));
    await user.paste(link);
    await user.click(screen.getByRole('button', { name: 'Look at it' }));
    const alert = within(await screen.findByRole('alert'));
    expect(alert.getByText('The invite is cut off, a part of it is missing')).toBeDefined();
    await user.click(alert.getByRole('button', { name: 'Use a new invite' }));
    expect(await screen.findByRole('textbox', { name: 'Paste the invite' })).toBeDefined();
  });
});

describe('the preview', () => {
  it('says who, where to, what it may do, what changes, what it pays and until when', async () => {
    await show(fresh, `#/join/${encodeURIComponent(link)}`);
    await screen.findByRole('heading', { name: 'Aurora' });
    expect(part('Who runs it').getByText('Aurora Computing e.V.')).toBeDefined();
    for (const { host, port } of preview(now).connects)
      expect(part('Where it connects').getByText(`${host}:${port}`)).toBeDefined();
    expect(part('What it may do here').getByText('You may not read what the jobs here print')).toBeDefined();
    expect(part('What changes on this computer').getAllByRole('listitem')).toHaveLength(4);
    const prices = part('What it pays')
      .getAllByRole('definition')
      .map((one) => one.textContent);
    expect(prices).toEqual(['€0.22', '€0.06', '€0.09']);
    expect(part('What you should know').getAllByRole('listitem')).toHaveLength(6);
  });

  it('says so where nothing is paid, jobs may talk and the network may come in', async () => {
    await show(fresh, `#/join/${encodeURIComponent(link)}`, {
      preview: { ...preview(now), prices: null, peers: true, shieldsUp: false, expiresAt: null, uses: 5 },
    });
    await screen.findByRole('heading', { name: 'Aurora' });
    for (const text of [
      'Nothing: sharing is unpaid',
      'No end',
      '5 computers',
      'Jobs here may talk to jobs on other computers of the pool',
    ]) {
      expect(screen.getByText(text)).toBeDefined();
    }
    expect(screen.getByText(/may open connections to this computer's own services/)).toBeDefined();
  });

  it('looks at this computer and again after something was mended', async () => {
    const { host, user } = await show(fresh, `#/join/${encodeURIComponent(link)}`);
    expect(await screen.findByText('No container engine is running')).toBeDefined();
    expect(part('This computer').getAllByRole('listitem')).toHaveLength(checkResults.length);
    await user.click(screen.getByRole('button', { name: 'Start the container engine' }));
    await user.click(await screen.findByRole('button', { name: 'Try again' }));
    expect(host.asked.filter(([name]) => name === 'checks')).toHaveLength(2);
    expect(host.asked).not.toContainEqual(['retry']);
  });

  it('joins only after consent', async () => {
    const { host, user } = await show(
      { ...sharingState(now, pageVersion), demo: true },
      `#/join/${encodeURIComponent(link)}`,
    );
    const join = await screen.findByRole('button', { name: 'Join Aurora' });
    expect((join as HTMLButtonElement).disabled).toBe(true);
    expect(screen.getByText(/Joining ends the demo/)).toBeDefined();
    await user.click(screen.getByRole('checkbox'));
    await user.click(join);
    expect(host.asked).toContainEqual(['join', { text: link, from: 'link' }]);
  });
});

describe('joining', () => {
  it('shows which steps are done, which is now, and how far it is', async () => {
    const progress = { done: 5, total: 10, unit: 'bytes' } as const;
    await show(joining({ node: { kind: 'joining', step: 'nomad', progress, signInUrl: null } }), '#/join');
    const steps = (await screen.findAllByRole('listitem')).map((step) => step.getAttribute('data-how'));
    expect(steps).toEqual(['done', 'done', 'done', 'now', 'later', 'later']);
    expect(
      screen.getByRole('progressbar', { name: "Preparing the pool's program" }).getAttribute('aria-valuenow'),
    ).toBe('50');
  });

  it('leads to the browser where the network wants a sign-in, and nowhere else', async () => {
    const { turn } = await show(
      joining({
        node: { kind: 'joining', step: 'sign-in', progress: null, signInUrl: 'https://net.example/a/1' },
      }),
      '#/join',
    );
    const button = await screen.findByRole('link', { name: 'Sign in in your browser' });
    expect(button.getAttribute('href')).toBe('https://net.example/a/1');
    await turn(
      joining({
        node: { kind: 'joining', step: 'sign-in', progress: null, signInUrl: 'javascript:alert(1)' },
      }),
    );
    expect(screen.queryByRole('link', { name: 'Sign in in your browser' })).toBeNull();
  });

  it('shows what stopped it, with a way on', async () => {
    const problem = { code: 'tailscale-stopped', remedy: 'start-tailscale', detail: null } as const;
    const { host, user } = await show(joining({ notes: [{ kind: 'attention', problem }] }), '#/join');
    expect(within(await screen.findByRole('alert')).getByText('Tailscale is not running')).toBeDefined();
    await user.click(screen.getByRole('button', { name: 'Start Tailscale' }));
    await user.click(await screen.findByRole('button', { name: 'Try again' }));
    expect(host.asked).toContainEqual(['retry']);
  });

  it('goes back for another invite, and can be cancelled', async () => {
    const problem = { code: 'tailnet-key-refused', remedy: 'new-invite', detail: null } as const;
    const { host, user, turn } = await show(joining({ notes: [{ kind: 'attention', problem }] }), '#/join');
    await user.click(await screen.findByRole('button', { name: 'Use a new invite' }));
    expect(host.asked).toEqual([['leave']]);
    await turn(joining({ node: { kind: 'leaving', left: 0 } }));
    expect(screen.getByText('Undoing what joining changed on this computer')).toBeDefined();
    await turn(fresh);
    expect(screen.getByRole('textbox', { name: 'Paste the invite' })).toBeDefined();
  });

  it('ends with the pool joined', async () => {
    const { user, turn } = await show(fresh, `#/join/${encodeURIComponent(link)}`);
    await user.click(await screen.findByRole('checkbox'));
    await user.click(screen.getByRole('button', { name: 'Join Aurora' }));
    await turn(joining());
    expect(screen.getByRole('heading', { name: 'Joining Aurora' })).toBeDefined();
    await turn(sharingState(now, pageVersion));
    expect(screen.getByRole('heading', { name: 'This computer is in Aurora' })).toBeDefined();
    expect(screen.getByRole('link', { name: 'Go to Home' })).toBeDefined();
  });

  it('asks to leave first where this computer is in a pool', async () => {
    await show(sharingState(now, pageVersion), '#/join');
    expect(await screen.findByText('This computer is in Aurora')).toBeDefined();
    expect(screen.getByRole('link', { name: 'Leave it in Settings' })).toBeDefined();
    expect(screen.queryByRole('textbox')).toBeNull();
  });
});
