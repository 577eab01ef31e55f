import { act, fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { AppState } from '../../../contract/app-state.ts';
import { joiningAt } from '../../testing/joining.ts';
import { consent, preview } from '../../testing/lists.ts';
import { newState, sharingState } from '../../testing/states.ts';
import { show } from '../../testing/show.tsx';
import { goTo } from '../../route.ts';
import { pageVersion } from '../../version.ts';

const now = Date.now();
const fresh = newState(pageVersion);
const link = 'rigshare://join#12.abcdefghijkl';
const part = (name: string) => within(screen.getByRole('region', { name }));

/** On the way, `at` being the step where it stands; those before it are done. */
function joining(at: Parameters<typeof joiningAt>[0], change: Partial<AppState> = {}): AppState {
  return sharingState(now, pageVersion, {
    node: { kind: 'joining', step: 'sign-in', progress: null, signInUrl: null },
    work: [],
    joining: joiningAt(at),
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
  it('says who, where to, what it may do, what it pays and until when', async () => {
    await show(fresh, `#/join/${encodeURIComponent(link)}`);
    await screen.findByRole('heading', { name: 'Aurora' });
    expect(part('Who runs it').getByText('Aurora Computing e.V.')).toBeDefined();
    for (const { host, port } of preview(now).connects)
      expect(part('Where it connects').getByText(`${host}:${port}`)).toBeDefined();
    expect(part('What it may do here').getByText('You may not read what the jobs here print')).toBeDefined();
    const prices = part('What it pays')
      .getAllByRole('definition')
      .map((one) => one.textContent);
    expect(prices).toEqual(['€0.22', '€0.06', '€0.09']);
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

  it('says before consent what is true for this computer, and follows what is chosen', async () => {
    const { host, user } = await show(fresh, `#/join/${encodeURIComponent(link)}`);
    const said = within(await screen.findByRole('region', { name: 'Before you agree' }));
    expect(host.asked).toContainEqual(['consent', { text: link, from: 'link' }]);
    for (const text of [
      /^Programs of people you don't know .* ticked: NVIDIA GeForce RTX 4090$/,
      'They use your internet connection, under your address',
      /^This computer's name \(quiet-otter-4821\), its hardware/,
      'Never your files, your screen or the names of your games',
      /^This computer leaves the network mira@example.com while it shares/,
      'It passes traffic of other devices on there: that stops meanwhile',
      /^Nomad is installed \(2\.0\.5 · HashiCorp · BUSL-1\.1 · 46 MB · releases\.hashicorp\.com\)$/,
      /^pkgs\.tailscale\.com becomes a package source .* key: \/etc\/apt\/sources\.list\.d\/tailscale\.list, /,
      "In Docker's settings, /etc/docker/daemon.json, NVIDIA's program for graphics cards is named",
      /kept in \/var\/lib\/rigshare\/installed\.json/,
      /^The same is set for your own Tailscale sign-in/,
      'You become a member of the group docker',
      /the same as administrator's rights/,
      'Asked 1 time to join',
    ])
      expect(said.getByText(text)).toBeDefined();
    await user.click(screen.getByRole('checkbox', { name: /RTX 3060/ }));
    expect(said.getByText(/ticked: NVIDIA GeForce RTX 4090, NVIDIA GeForce RTX 3060$/)).toBeDefined();
    await user.click(screen.getByRole('checkbox', { name: /RTX 3060/ }));
    await user.click(screen.getByRole('checkbox', { name: /RTX 4090/ }));
    expect(said.getByText('No card is ticked: no job comes until you share one')).toBeDefined();
  });

  it('says so where nothing is left, nothing is asked and nothing can be said of the engine', async () => {
    await show(fresh, `#/join/${encodeURIComponent(link)}`, {
      consent: {
        ...consent,
        leaves: null,
        rights: 'unknown',
        prompts: { join: 0, leave: 0 },
        newLogin: true,
        nodeName: { name: 'given', editable: false, system: 'desk' },
      },
    });
    const said = within(await screen.findByRole('region', { name: 'Before you agree' }));
    for (const text of [
      /is in no Tailscale network now/,
      /nothing can be said of its rights/,
      'Not asked: what needs the administrator is done here without a password',
      /you sign out of this computer and in again/,
    ])
      expect(said.getByText(text)).toBeDefined();
    const name = screen.getByRole('textbox', { name: "This computer's name in the pool" });
    expect((name as HTMLInputElement).readOnly).toBe(true);
  });

  it('shares the only card, which drives the screen, while nobody is there, or always with one switch', async () => {
    const [card] = consent.cards;
    if (card === undefined) throw new Error('no card');
    const { host, user } = await show(fresh, `#/join/${encodeURIComponent(link)}`, {
      consent: { ...consent, whenIdle: true, cards: [{ ...card, display: true }] },
    });
    const said = within(await screen.findByRole('region', { name: 'Before you agree' }));
    const idle = /^Only while nobody uses this computer/;
    expect(said.getByText(idle)).toBeDefined();
    await user.click(screen.getByRole('switch', { name: /^Share always/ }));
    expect(said.queryByText(idle)).toBeNull();
    await user.click(screen.getByRole('checkbox', { name: /^I agree/ }));
    await user.click(screen.getByRole('button', { name: 'Join Aurora' }));
    expect(host.asked.at(-1)).toEqual([
      'join',
      { text: link, from: 'link' },
      { nodeName: 'quiet-otter-4821', keptGpus: [], chosenGpus: [], whenIdle: false },
    ]);
  });

  it('says why no card can be read, with a way on', async () => {
    const { host, user } = await show(fresh, `#/join/${encodeURIComponent(link)}`, {
      consent: {
        ...consent,
        cards: [],
        cardsProblem: { code: 'gpu-timeout', remedy: 'retry', detail: null },
      },
    });
    await screen.findByText("The GPU's driver does not answer");
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(host.asked.filter(([name]) => name === 'consent')).toHaveLength(2);
  });

  it('joins only after consent and with a name that a network takes', async () => {
    const { host, user } = await show(
      { ...sharingState(now, pageVersion), demo: true },
      `#/join/${encodeURIComponent(link)}`,
    );
    const join = await screen.findByRole('button', { name: 'Join Aurora' });
    const isOff = () => (join as HTMLButtonElement).disabled;
    expect(isOff()).toBe(true);
    expect(screen.getByText(/Joining ends the demo/)).toBeDefined();
    await user.click(screen.getByRole('checkbox', { name: /^I agree/ }));
    expect(isOff()).toBe(false);
    const name = screen.getByRole('textbox', { name: "This computer's name in the pool" });
    await user.clear(name);
    await user.type(name, 'no good!');
    expect(screen.getByText('Use letters, digits and hyphens, at most 40')).toBeDefined();
    expect(isOff()).toBe(true);
    await user.clear(name);
    await user.type(name, 'Garage-Rig');
    await user.click(screen.getByRole('checkbox', { name: /RTX 3060/ }));
    await user.click(join);
    expect(host.asked).toContainEqual([
      'join',
      { text: link, from: 'link' },
      { nodeName: 'garage-rig', keptGpus: [], chosenGpus: [consent.cards[1]?.uuid] },
    ]);
  });
});

describe('joining', () => {
  it('shows which steps are done, which is now, what it does, and how far it is', async () => {
    const progress = {
      done: 5_242_880,
      total: 10_485_760,
      unit: 'bytes',
      perSecond: 1_048_576,
      leftMs: 5000,
    };
    await show(
      joining({
        step: 'programs',
        progress: { ...progress, unit: 'bytes' },
      }),
      '#/join',
    );
    const steps = await screen.findAllByRole('listitem', { current: 'step' }).catch(() => []);
    expect(steps).toHaveLength(1);
    const states = [...document.querySelectorAll('[data-state]')].map((one) =>
      one.getAttribute('data-state'),
    );
    expect(states).toEqual(['done', 'done', 'doing', 'waiting']);
    expect(screen.getByText(/^Makes sure that Nomad is here/)).toBeDefined();
    expect(
      screen.getByRole('progressbar', { name: "The pool's program" }).getAttribute('aria-valuenow'),
    ).toBe('50');
    expect(screen.getByText('5 MB of 10 MB · 1 MB a second · 5s left')).toBeDefined();
    expect(screen.getByText("Step 3 of 4: The pool's program")).toBeDefined();
  });

  it('leads to the browser where the network wants a sign-in, and nowhere else', async () => {
    const signIn = (signInUrl: string) =>
      joining(
        { step: 'network', state: 'needs-you' },
        { node: { kind: 'joining', step: 'sign-in', progress: null, signInUrl } },
      );
    const { turn } = await show(signIn('https://net.example/a/1'), '#/join');
    const button = await screen.findByRole('link', { name: 'Sign in in your browser' });
    expect(button.getAttribute('href')).toBe('https://net.example/a/1');
    expect(screen.getByText("Step 2 of 4 needs you: The pool's network")).toBeDefined();
    await turn(signIn('javascript:alert(1)'));
    expect(screen.queryByRole('link', { name: 'Sign in in your browser' })).toBeNull();
  });

  it('shows at its step what stopped it, with the line to type and a way on', async () => {
    const problem = {
      code: 'administrator-refused',
      remedy: 'allow-administrator',
      detail: null,
      command: 'sudo apt-get install tailscale',
    } as const;
    const { host, user } = await show(joining({ step: 'network', state: 'needs-you', problem }), '#/join');
    const step = screen.getByRole('listitem', { current: 'step' });
    const alert = within(await within(step).findByRole('alert'));
    expect(alert.getByText("The administrator's password was not given")).toBeDefined();
    expect(alert.getByText('sudo apt-get install tailscale')).toBeDefined();
    await user.click(alert.getByRole('button', { name: 'Copy' }));
    expect(await window.navigator.clipboard.readText()).toBe('sudo apt-get install tailscale');
    await user.click(alert.getByRole('button', { name: 'Ask me again' }));
    expect(host.asked).toContainEqual(['retry']);
  });

  it('goes back for another invite, and can be cancelled', async () => {
    const problem = { code: 'tailnet-key-refused', remedy: 'new-invite', detail: null } as const;
    const { host, user, turn } = await show(
      joining({ step: 'network', state: 'needs-you', problem }),
      '#/join',
    );
    await user.click(await screen.findByRole('button', { name: 'Use a new invite' }));
    expect(host.asked.map(([name]) => name)).toEqual(['leave']);
    await turn({ ...joining({ step: 'network' }), node: { kind: 'leaving', left: 0 } });
    expect(screen.getByText('Undoing what joining changed on this computer')).toBeDefined();
    await turn(fresh);
    expect(screen.getByRole('textbox', { name: 'Paste the invite' })).toBeDefined();
  });

  it('ends with the pool joined', async () => {
    const { user, turn } = await show(fresh, `#/join/${encodeURIComponent(link)}`);
    await user.click(await screen.findByRole('checkbox', { name: /^I agree/ }));
    await user.click(screen.getByRole('button', { name: 'Join Aurora' }));
    await turn(joining({ step: 'machine' }));
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
