import { useSyncExternalStore } from 'react';
import type { InviteInput } from './screens/join/invite-input.ts';

/** The page's screens in the order of the menu. */
export const screens = ['home', 'work', 'earnings', 'join', 'settings'] as const;

/** A screen. */
export type Screen = (typeof screens)[number];

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

/** What an address's part after `#` means; anything unknown is home. */
export function readRoute(hash: string): Route {
  const [, name = '', text] = /^#\/([a-z-]*)(?:\/(.*))?$/s.exec(hash) ?? [];
  if (name === 'join' && text) return { screen: 'join', invite: { text: decoded(text), from: 'link' } };
  if (name === 'join-file' && text) return { screen: 'join', invite: { text: decoded(text), from: 'file' } };
  return { screen: screens.find((screen) => screen === name) ?? 'home', invite: null };
}

let shown: { readonly hash: string; readonly route: Route } | null = null;

/** The route now shown. An invite's text is taken out of the address at once: it may hold a key. */
export function useRoute(): Route {
  return useSyncExternalStore(subscribe, current);
}

function current(): Route {
  if (shown?.hash === window.location.hash) return shown.route;
  const route = readRoute(window.location.hash);
  if (route.invite) window.history.replaceState(null, '', hrefOf('join'));
  shown = { hash: window.location.hash, route };
  return route;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // The host says what is wrong with it.
    return text;
  }
}
