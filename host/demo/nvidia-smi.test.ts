import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../core/testing/fake-clock.ts';
import { Cards } from './cards.ts';
import { chanceFrom } from './chance.ts';
import { nvidiaSmi } from './nvidia-smi.ts';
import { rtx3090, rtx4090 } from './scenarios/parts.ts';

let clock: FakeClock;
let cards: Cards;
beforeEach(() => {
  clock = new FakeClock();
  cards = new Cards([rtx4090, rtx3090], clock, chanceFrom(1));
});
const ask = (...args: string[]): string => nvidiaSmi(cards, args).stdout;

describe('the demo’s nvidia-smi', () => {
  it('answers queries with or without header and units', () => {
    const query = '--query-gpu=index,name,memory.total,memory.used';
    expect(ask(query, '--format=csv,noheader,nounits')).toBe(
      '0, NVIDIA GeForce RTX 4090, 24564, 412\n1, NVIDIA GeForce RTX 3090, 24576, 18\n',
    );
    expect(ask(query, '--format=csv')).toBe(
      'index, name, memory.total, memory.used\n0, NVIDIA GeForce RTX 4090, 24564 MiB, 412 MiB\n1, NVIDIA GeForce RTX 3090, 24576 MiB, 18 MiB\n',
    );
  });

  it('refuses a field that it does not know, by its name', () => {
    expect(nvidiaSmi(cards, ['--query-gpu=index,color', '--format=csv'])).toMatchObject({
      exitCode: 2,
      stdout: expect.stringContaining('Field "color" is not a valid field to query.'),
    });
  });

  it('lists the cards', () => {
    expect(ask('-L').split('\n')[0]).toBe(`GPU 0: NVIDIA GeForce RTX 4090 (UUID: ${rtx4090.uuid})`);
  });

  it('names who computes in its query, and who draws as well in its whole list', async () => {
    cards.drawers = [{ card: rtx4090.uuid, pid: 900, name: '/usr/lib/xorg/Xorg', usedMib: 250 }];
    cards.hold(rtx3090.uuid, 4711, 'python3', { memoryMib: 8_000, utilizationPercent: 90 });
    await clock.advance(20_000);
    const query = ask(
      '--query-compute-apps=gpu_uuid,pid,process_name,used_gpu_memory',
      '--format=csv,noheader,nounits',
    );
    expect(query).toBe(`${rtx3090.uuid}, 4711, python3, 8000\n`);
    const all = ask('-q', '-d', 'PIDS');
    expect(
      [...all.matchAll(/Process ID\s+: (\d+)\n\s+Type\s+: (\S+)/g)].map(([, pid, type]) => [pid, type]),
    ).toEqual([
      ['900', 'G'],
      ['4711', 'C'],
    ]);
  });

  it('tells which card drives the display', () => {
    const one = new Cards([{ ...rtx4090, display: true }, rtx3090], clock, chanceFrom(1));
    const query = ['--query-gpu=display_mode,display_active', '--format=csv,noheader'];
    expect(nvidiaSmi(one, query).stdout).toBe('Enabled, Enabled\nDisabled, Disabled\n');
  });

  it('complains of a lost card before the others’ rows, and lists it nowhere', () => {
    cards.lost.add(rtx4090.uuid);
    expect(nvidiaSmi(cards, ['--query-gpu=name', '--format=csv,noheader'])).toEqual({
      exitCode: 15,
      stdout:
        'Unable to determine the device handle for GPU0000:01:00.0: GPU is lost.  Reboot the system to recover this GPU\nNVIDIA GeForce RTX 3090\n',
      stderr: '',
    });
    expect(ask('-L')).not.toContain('4090');
    expect(ask('-q', '-d', 'PIDS')).not.toContain(rtx4090.busId);
  });

  it('says in the driver’s words that the driver fails, and that there are no cards', () => {
    cards.fault = { text: 'NVIDIA-SMI has failed', exitCode: 9 };
    expect(nvidiaSmi(cards, ['-L'])).toEqual({ exitCode: 9, stdout: 'NVIDIA-SMI has failed\n', stderr: '' });
    const none = new Cards([], clock, chanceFrom(1));
    expect(nvidiaSmi(none, ['-L'])).toEqual({ exitCode: 6, stdout: 'No devices were found\n', stderr: '' });
  });

  it('shows load, heat and power while a job computes, and lets them go when it has ended', async () => {
    const figures = (): number[] =>
      ask('--query-gpu=utilization.gpu,temperature.gpu,power.draw', '--format=csv,noheader,nounits')
        .split('\n')[0]!
        .split(', ')
        .map(Number);
    const [idleUse, idleHeat, idlePower] = figures();
    cards.hold(rtx4090.uuid, 1, 'python3', { memoryMib: 20_000, utilizationPercent: 98 });
    await clock.advance(120_000);
    const [use, heat, power] = figures();
    expect([idleUse, idlePower]).toEqual([0, 21]);
    expect(use).toBeGreaterThan(85);
    expect(heat).toBeGreaterThan(idleHeat! + 20);
    expect(power).toBeGreaterThan(300);
    cards.release(1);
    await clock.advance(300_000);
    expect(figures()).toEqual([idleUse, idleHeat, idlePower]);
  });
});
