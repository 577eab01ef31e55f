import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../core/ports/clock.ts';
import { createGpus } from './index.ts';
import { FakeSmi, printed, ran } from './testing/smi.ts';

let now = 0;
let smi: FakeSmi;
let gpus: ReturnType<typeof createGpus>;
const rtx = 'GPU-11111111-2222-3333-4444-555555555555';

async function look() {
  const fact = await gpus.look();
  if (!fact.known) throw new Error(`no cards: ${JSON.stringify(fact.problem)}`);
  return fact.value.gpus;
}
const asked = (words: string) => smi.asked.filter((q) => q.includes(words)).length;
/** The answer of a driver that knows these fields alone. */
const answering = (rows: Readonly<Record<string, string>>) => {
  smi.refuses = ['display_attached', 'display_mode', 'display_active', 'mig.mode.current'].filter(
    (f) => !(f in rows),
  );
  smi.about = ran(`${rtx}, ${Object.values(rows).join(', ')}\n`);
};

beforeEach(() => {
  now = Date.UTC(2025, 10, 25);
  smi = new FakeSmi();
  smi.gpus = ran(printed('two-cards'));
  gpus = createGpus({ programs: smi.programs, clock: { now: () => now } as Clock });
});

describe('what a card is besides how it does', () => {
  it('is its display and its parts, each a device of its own', async () => {
    smi.about = ran(printed('displays'));
    smi.list = ran(printed('parts'));
    expect(await look()).toMatchObject([
      { uuid: rtx, display: true, mig: [] },
      {
        display: false,
        mig: [
          { uuid: 'MIG-5f4c8a0e-3d6b-5b3a-9a54-0c2f1f0d7e11', profile: '3g.40gb', memoryMib: 40_960 },
          {
            uuid: 'MIG-GPU-aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee/9/0',
            profile: '1g.10gb+me',
            memoryMib: 10_240,
          },
        ],
      },
    ]);
  });
  it.each([
    [{ display_attached: 'No', display_mode: 'Enabled', display_active: 'Enabled' }, false],
    [{ display_mode: 'Enabled', display_active: 'Disabled' }, true],
    [{ display_mode: 'Disabled', display_active: 'Enabled' }, false],
    [{ display_mode: '[N/A]', display_active: 'Enabled' }, true],
    [{ display_active: 'Disabled' }, false],
    [{ display_mode: '[Not Supported]', display_active: 'N/A' }, null],
    [{ 'mig.mode.current': '[N/A]' }, null],
  ] as const)('has a display by what its driver knows to tell: %j → %s', async (rows, display) => {
    answering(rows);
    expect((await look())[0]).toMatchObject({ name: 'NVIDIA GeForce RTX 4090', display, usedMib: 1023 });
  });
  it('is asked for again at the next look where it could not be read at first', async () => {
    smi.about = ran('', null, 'timeout');
    expect(await look()).toMatchObject([{ display: null }, { display: null }]);
    smi.about = ran(printed('displays'));
    expect(await look()).toMatchObject([{ display: true }, { display: false }]);
  });
  it('is read again after a minute or when other cards are there, and stays known when it cannot be read', async () => {
    smi.about = ran(printed('displays'));
    for (let i = 0; i < 5; i++) await look();
    expect(asked('display_active')).toBe(1);
    smi.about = ran('', null, 'timeout');
    now += 60_000;
    expect(await look()).toMatchObject([{ display: true }, { display: false }]);
    expect(asked('display_active')).toBe(2);
    smi.gpus = ran(printed('one-lost'), 15);
    expect(await look()).toMatchObject([{ fault: 'GPU is lost', display: true }, { fault: null }]);
    smi.gpus = ran(printed('two-cards').split('\n')[0]!);
    await look();
    expect(asked('display_active')).toBe(3);
  });
  it('costs no list of parts where no card is divided', async () => {
    smi.about = ran(`${rtx}, Yes, Enabled, Enabled, Disabled\n`);
    await look();
    expect(asked('-L')).toBe(0);
  });
  it('is memory of the computer’s own, where the card has none', async () => {
    smi.gpus = ran(printed('unified'));
    expect(await look()).toMatchObject([
      { name: 'NVIDIA GB10', memoryMib: null, unified: true, fault: null, busId: '000f:01:00.0' },
    ]);
    smi.gpus = ran(printed('two-cards'));
    expect((await look()).map((g) => g.unified)).toEqual([false, false]);
  });
});
