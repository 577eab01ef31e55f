import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { AppState } from '../../contract/app-state.ts';
import { joiningAt } from '../testing/joining.ts';
import { show } from '../testing/show.tsx';
import { sharingState } from '../testing/states.ts';
import { pageVersion } from '../version.ts';

const url = 'https://network.pool.example/register/hskey-authreq-abc';
const at = (node: Partial<Extract<AppState['node'], { kind: 'joining' }>>): AppState =>
  sharingState(Date.now(), pageVersion, {
    node: { kind: 'joining', step: 'sign-in', progress: null, signInUrl: null, ...node },
    notes: [],
    joining: joiningAt({ step: 'network', state: 'needs-you' }),
  });

describe('signing in', () => {
  it('offers the page here, as a code for a phone, and as an address to copy; how long it waits; a way out', async () => {
    const { host, user } = await show(at({ signInUrl: url, personUntil: Date.now() + 1_500_000 }), '#/join');
    const link = await screen.findByRole('link', { name: 'Sign in in your browser' });
    expect(link.getAttribute('href')).toBe(url);
    const code = screen.getByRole('img', { name: "The sign-in page's address as a code for phones" });
    expect(code.querySelector('path')?.getAttribute('d')?.length).toBeGreaterThan(500);
    expect(screen.getByText(url)).toBeDefined();
    expect(screen.getByText(/This is waited for until/)).toBeDefined();
    await user.click(screen.getByRole('button', { name: 'Cancel the sign-in' }));
    expect(host.asked).toContainEqual(['cancelSignIn']);
  });

  it('shows always the newest page', async () => {
    const { turn } = await show(at({ signInUrl: url }), '#/join');
    await turn(at({ signInUrl: `${url}2` }));
    expect(screen.getByRole('link', { name: 'Sign in in your browser' }).getAttribute('href')).toBe(
      `${url}2`,
    );
  });

  it('says that the operator is waited for', async () => {
    await show(at({ approval: true, personUntil: Date.now() + 60_000 }), '#/join');
    expect(await screen.findByText(/The pool's operator has to approve this computer first/)).toBeDefined();
    expect(screen.queryByRole('img', { name: /code for phones/ })).toBeNull();
    expect(screen.getByRole('button', { name: 'Cancel the sign-in' })).toBeDefined();
  });
});
