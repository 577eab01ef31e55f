import { describe, expect, it } from 'vitest';
import { readPull, type PullEvent } from './pull.ts';

const event = (type: string, words: string, at: number): PullEvent => ({ type, words, at });
const begun = event('Driver', 'Downloading image', 1_000);
const told = (words: string, at = 121_000) => event('Driver', `Docker image pull progress: ${words}`, at);

describe('a pull, by the events of its task', () => {
  it('has begun, and how far it is nobody has said yet', () => {
    expect(readPull([event('Received', '', 1), begun])).toEqual({ since: 1_000, seen: null });
  });
  it('is as far as Nomad 2.0.5 says every two minutes', () => {
    const words = 'Pulled 1/2 (28.57MiB/39.17MiB) layers: 0 waiting/1 pulling - est 44.5s remaining';
    expect(readPull([begun, told(words)])).toEqual({
      since: 1_000,
      seen: { at: 121_000, done: 29_957_816, total: 41_072_722 },
    });
    const later = told('Pulled 1/2 (1.5GiB/2GiB) layers: 0 waiting/1 pulling', 241_000);
    expect(readPull([begun, told(words), later])?.seen).toEqual({
      at: 241_000,
      done: 1_610_612_736,
      total: 2_147_483_648,
    });
  });
  it('has no known end while layers wait', () => {
    const seen = readPull([begun, told('Pulled 0/9 (10B/20KiB) layers: 4 waiting/5 pulling')])?.seen;
    expect(seen).toEqual({ at: 121_000, done: 10, total: null });
  });
  it('is what its words say, whatever they become', () => {
    expect(readPull([begun, told('half way')])).toEqual({ since: 1_000, seen: null });
  });
  it.each(['Started', 'Driver Failure', 'Restarting', 'Terminated'])('is over after "%s"', (type) => {
    expect(readPull([begun, event(type, '', 2_000)])).toBeNull();
    expect(readPull([begun, event(type, '', 2_000), { ...begun, at: 3_000 }])?.since).toBe(3_000);
  });
  it('goes on when its task is told to end', () => {
    expect(readPull([begun, event('Killing', '', 2_000)])).not.toBeNull();
  });
});
