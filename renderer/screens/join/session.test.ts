import { afterEach, describe, expect, it } from 'vitest';
import { sessionHere } from './session.ts';

afterEach(() => window.history.replaceState(null, '', '/'));

describe('where the person at the page comes from', () => {
  it('is what the window was told', () => {
    window.history.replaceState(null, '', '/?from=100.64.0.9#/join');
    expect(sessionHere()).toEqual({ session: { from: '100.64.0.9', mayBeLost: false } });
  });

  it('is here where nothing was told', () => {
    window.history.replaceState(null, '', '/#/join');
    expect(sessionHere()).toEqual({});
  });
});
