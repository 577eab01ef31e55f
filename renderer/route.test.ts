import { describe, expect, it } from 'vitest';
import { hrefOf, readRoute, screens, takeRoute } from './route.ts';

describe('the address', () => {
  it.each(screens)('leads to %s and back', (screen) => {
    expect(readRoute(hrefOf(screen))).toEqual({ screen, invite: null });
  });

  it.each(['', '#', '#/nowhere', '#token=abc', '#content', '#/home/x'])(
    'leads home where it means nothing: "%s"',
    (hash) => {
      expect(readRoute(hash)).toEqual({ screen: 'home', invite: null });
    },
  );

  it('brings the text of a link or a file as it was, slashes, signs and lines included', () => {
    const text = 'rigshare://join#3.a/b?c=%25\n{"ä":1}';
    expect(readRoute(`#/join/${encodeURIComponent(text)}`)).toEqual({
      screen: 'join',
      invite: { text, from: 'link' },
    });
    expect(readRoute(`#/join-file/${encodeURIComponent(text)}`).invite).toEqual({ text, from: 'file' });
  });

  it('hands broken encoding on, for the host to say what is wrong', () => {
    expect(readRoute('#/join/%E4%').invite?.text).toBe('%E4%');
  });

  it('does not keep an invite', () => {
    window.history.replaceState(null, '', '#/join/secret');
    expect(takeRoute().invite?.text).toBe('secret');
    expect(window.location.hash).toBe('#/join');
    expect(takeRoute().invite).toBeNull();
  });
});
