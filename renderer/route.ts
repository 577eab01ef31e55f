import { useEffect, useState } from 'react';
import type { InviteInput } from './screens/join/invite-input.ts';

/** The page's screens in the order of the menu. */
export const screens = ['home', 'work', 'earnings', 'join', 'settings'] as const;

/** Screens that others lead to. */
const led = ['diagnosis'] as const;

/** A screen. */
export type Screen = (typeof screens)[number] | (typeof led)[number];

/** Where the page is; an invite that came through the address is handed to the join screen once. */
export interface Route {
  readonly screen: Screen;
  readonly invite: InviteInput | null;
}

/** The address of a screen. */
export function hrefOf(screen: Screen): string {
  return screen === 'home' ? '#/' : `#/${screen}`;
}

/** Goes to a screen. */
export function goTo(screen: Screen): void {
  window.location.hash = hrefOf(screen).slice(1);
}

/** Goes to the join screen with an invite's text. */
export function goToInvite(text: string): void {
  window.location.hash = `#/join-file/${encodeURIComponent(text)}`;
}

/** What an address's part after `#` means; anything unknown is home. */
export function readRoute(hash: string): Route {
  const [, name = '', text] = /^#\/([a-z-]*)(?:\/(.*))?$/s.exec(hash) ?? [];
  if (name === 'join' && text) return { screen: 'join', invite: { text: decoded(text), from: 'link' } };
  if (name === 'join-file' && text) return { screen: 'join', invite: { text: decoded(text), from: 'file' } };
  return { screen: [...screens, ...led].find((screen) => screen === name) ?? 'home', invite: null };
}

/** The route of the address. An invite's text is taken out of the address at once: it may hold a key. */
export function takeRoute(): Route {
  const route = readRoute(window.location.hash);
  if (route.invite) window.history.replaceState(null, '', hrefOf('join'));
  return route;
}

/** The route now shown, `first` the one the page was opened with. */
export function useRoute(first: Route): Route {
  const [route, setRoute] = useState(first);
  useEffect(() => {
    const follow = () => setRoute(takeRoute());
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return route;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // The host says what is wrong with it.
    return text;
  }
}
