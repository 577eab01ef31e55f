import { describe, expect, it } from 'vitest';
import { Newest } from './newest.ts';

function source() {
  const listeners = new Set<(value: number) => void>();
  return {
    watch: (listener: (value: number) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell: (value: number) => listeners.forEach((listener) => listener(value)),
    listeners,
  };
}

describe('the newest of a stream', () => {
  it('is first the present, then each change', async () => {
    const { watch, tell } = source();
    const newest = new Newest(1, watch);
    expect(await newest.next()).toEqual({ done: false, value: 1 });
    const next = newest.next();
    tell(2);
    expect(await next).toEqual({ done: false, value: 2 });
  });
  it('is all that a slow reader gets', async () => {
    const { watch, tell } = source();
    const newest = new Newest(1, watch);
    await newest.next();
    for (const value of [2, 3, 4]) tell(value);
    expect(await newest.next()).toEqual({ done: false, value: 4 });
  });
  it('is not listened for before anybody reads', () => {
    const { watch, listeners } = source();
    void new Newest(1, watch);
    expect(listeners.size).toBe(0);
  });
  it('ends at return while a reader waits, and listens no more', async () => {
    const { watch, listeners } = source();
    const newest = new Newest(1, watch);
    await newest.next();
    const waiting = newest.next();
    await newest.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await newest.next()).toEqual({ done: true, value: undefined });
    expect(listeners.size).toBe(0);
  });
  it('ends at its signal, even one given too late', async () => {
    const { watch, listeners } = source();
    const asked = new AbortController();
    const newest = new Newest(1, watch, asked.signal);
    await newest.next();
    asked.abort();
    expect(listeners.size).toBe(0);
    expect((await new Newest(1, watch, asked.signal).next()).done).toBe(true);
    expect(listeners.size).toBe(0);
  });
});
