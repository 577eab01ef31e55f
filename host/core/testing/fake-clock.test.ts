import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeClock } from './fake-clock.ts';

describe('a clock that moves only when told', () => {
  it('fires timers in order of time, then of their making, at their time', async () => {
    const clock = new FakeClock(1_000);
    const seen: string[] = [];
    clock.after(20, () => seen.push(`b ${clock.now()}`));
    clock.after(10, () => seen.push(`a ${clock.now()}`));
    clock.after(20, () => seen.push(`c ${clock.now()}`));
    clock.after(30, () => seen.push('late'));
    await clock.advance(25);
    expect(seen).toEqual(['a 1010', 'b 1020', 'c 1020']);
    expect([clock.now(), clock.monotonic(), clock.waiting]).toEqual([1_025, 25, 1]);
  });

  it('fires timers that are made by timers within the same stretch', async () => {
    const clock = new FakeClock();
    let count = 0;
    const again = (): void => {
      count++;
      clock.after(10, again);
    };
    clock.after(10, again);
    await clock.advance(100);
    expect(count).toBe(10);
  });

  it('forgets a cancelled timer', async () => {
    const clock = new FakeClock();
    let fired = false;
    clock.after(10, () => (fired = true))();
    await clock.advance(20);
    expect([fired, clock.waiting]).toEqual([false, 0]);
  });

  it('sleeps until its time, or until it is aborted, and never rejects', async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const woken: string[] = [];
    void clock.sleep(50).then(() => woken.push(`slept ${clock.monotonic()}`));
    void clock.sleep(1_000, stop.signal).then(() => woken.push(`aborted ${clock.monotonic()}`));
    await clock.advance(20);
    stop.abort();
    await clock.advance(40);
    expect(woken).toEqual(['aborted 20', 'slept 50']);
    await clock.sleep(1_000, stop.signal);
    expect(clock.waiting).toBe(0);
  });

  it('lets real files be read and written between two timers', async () => {
    const clock = new FakeClock();
    const folder = await mkdtemp(join(tmpdir(), 'rigshare-clock-'));
    const seen: string[] = [];
    const write = async (): Promise<void> => {
      for (let n = 0; n < 5; n++) {
        const file = await open(join(folder, String(n)), 'w');
        await file.writeFile('x');
        await file.sync();
        await file.close();
      }
      seen.push(`written at ${clock.monotonic()}`);
    };
    clock.after(10, () => void write());
    clock.after(11, () => seen.push('next'));
    await clock.advance(20);
    expect(seen).toEqual(['written at 10', 'next']);
    await rm(folder, { recursive: true });
  });

  it('passes time in steps until something holds, and says when it does not', async () => {
    const clock = new FakeClock();
    await clock.until(() => clock.monotonic() >= 350, 1_000);
    expect(clock.monotonic()).toBe(400);
    await expect(clock.until(() => false, 500)).rejects.toThrow('not within 500 ms');
  });

  it('passes time until a promise is done, and gives what came of it', async () => {
    const clock = new FakeClock();
    const late = clock.sleep(250).then(() => 'done');
    expect(await clock.finish(late)).toBe('done');
    await expect(clock.finish(clock.sleep(10).then(() => Promise.reject(new Error('no'))))).rejects.toThrow(
      'no',
    );
  });

  it('lets the wall clock be set without a timer noticing', async () => {
    const clock = new FakeClock(0);
    let fired = false;
    clock.after(1_000, () => (fired = true));
    clock.leap(3_600_000);
    await clock.advance(10);
    expect([clock.now(), clock.monotonic(), fired]).toEqual([3_600_010, 10, false]);
  });
});
