import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../core/ports/clock.ts';
import { createGpus } from './index.ts';
import * as linux from './linux.ts';
import { FakeSmi, printed, ran } from './testing/smi.ts';

const now = Date.UTC(2025, 10, 25);
const clock = { now: () => now } as Clock;
const rtx = 'GPU-11111111-2222-3333-4444-555555555555';
const a100 = 'GPU-aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee';
let smi: FakeSmi;
const create = (sleeping?: Parameters<typeof createGpus>[1]) =>
  createGpus({ programs: smi.programs, clock }, sleeping);
/** One look that finds something. */
async function look(gpus = create()) {
  const fact = await gpus.look();
  if (!fact.known) throw new Error(`no cards: ${JSON.stringify(fact.problem)}`);
  return fact.value;
}
const plain = { unified: false, display: null, asleep: false, mig: [] };
const looks = () => smi.asked.filter((q) => q.includes('pci.bus_id')).length;
const problemOf = async () => {
  const fact = await create().look();
  return fact.known ? null : fact.problem;
};
beforeEach(() => {
  smi = new FakeSmi();
  smi.gpus = ran(printed('two-cards'));
});

describe('the GPUs', () => {
  it('are told with uuid, index and all that the driver knows, once, with a time limit', async () => {
    const { gpus } = await look();
    expect(gpus).toEqual([
      {
        uuid: rtx,
        index: 0,
        name: 'NVIDIA GeForce RTX 4090',
        driver: '570.133.07',
        busId: '0000:01:00.0',
        memoryMib: 24564,
        usedMib: 1023,
        utilizationPercent: 0,
        temperatureC: 41,
        powerW: 22.71,
        fault: null,
        ...plain,
      },
      {
        uuid: a100,
        index: 1,
        name: 'NVIDIA A100-SXM4-80GB',
        driver: '570.133.07',
        busId: '0000:65:00.0',
        memoryMib: 81920,
        usedMib: 40011,
        utilizationPercent: 97,
        temperatureC: 61,
        powerW: 312.4,
        fault: null,
        ...plain,
      },
    ]);
    expect(looks()).toBe(1);
    expect(smi.asked.every((q) => q.startsWith('nvidia-smi ') && q.endsWith(' 10000'))).toBe(true);
  });
  it('keep what the driver does not know unknown, never 0, and names with commas whole', async () => {
    smi.gpus = ran(printed('laptop'));
    expect((await look()).gpus).toMatchObject([
      {
        name: 'NVIDIA GeForce GTX 1660 Ti with Max-Q, 6GB',
        usedMib: 5,
        utilizationPercent: null,
        powerW: null,
        fault: null,
      },
    ]);
    smi.gpus = ran(printed('old-driver'));
    expect((await look()).gpus).toMatchObject([
      {
        busId: '0000:01:00.0',
        memoryMib: 2048,
        usedMib: 312,
        utilizationPercent: null,
        temperatureC: 40,
        powerW: null,
        fault: null,
      },
    ]);
  });
  it.each(['one-lost', 'no-handle'])(
    'that work are told although another is lost, which is its own fault (%s)',
    async (name) => {
      smi.gpus = ran(printed(name), 15);
      const [lost, sound, ...more] = (await look()).gpus;
      expect(sound).toMatchObject({ uuid: a100, usedMib: 40011, fault: null });
      expect(lost).toMatchObject({
        busId: '0000:01:00.0',
        memoryMib: null,
        usedMib: null,
        utilizationPercent: null,
        temperatureC: null,
        powerW: null,
      });
      expect(lost?.fault).toMatch(/^GPU is lost/);
      expect(more).toEqual([]);
    },
  );
  it.each(['one-lost', 'no-handle'])('that are lost are still known for who they were (%s)', async (name) => {
    const gpus = create();
    await look(gpus);
    smi.gpus = ran(printed(name), 15);
    expect((await look(gpus)).gpus[0]).toMatchObject({
      uuid: rtx,
      index: 0,
      name: 'NVIDIA GeForce RTX 4090',
      memoryMib: 24564,
      usedMib: null,
    });
  });
  it('have a fault where every value is an error, and none for one odd value', async () => {
    smi.gpus = ran(printed('errors'));
    expect((await look()).gpus).toMatchObject([
      { uuid: rtx, fault: 'Unknown Error', memoryMib: null, usedMib: null, powerW: null },
      { uuid: a100, fault: null, memoryMib: 81920, powerW: null },
    ]);
  });
  it('are told without the fields that their driver does not know, which it is not asked again', async () => {
    smi.refuses = ['power.draw', 'utilization.gpu'];
    const gpus = create();
    for (let i = 0; i < 2; i++)
      expect((await look(gpus)).gpus).toMatchObject([
        { uuid: rtx, powerW: null, utilizationPercent: null, temperatureC: 41, memoryMib: 24564 },
        { uuid: a100, temperatureC: 61 },
      ]);
    expect(looks()).toBe(4);
  });
  it('are asked for all fields again once another driver is there', async () => {
    smi.refuses = ['power.draw'];
    const gpus = create();
    await look(gpus);
    smi.refuses = [];
    smi.gpus = ran(
      printed('two-cards')
        .replaceAll('22.71, ', '')
        .replaceAll('312.40, ', '')
        .replaceAll('570.133.07', '580.1'),
    );
    await look(gpus);
    smi.gpus = ran(printed('two-cards').replaceAll('570.133.07', '580.1'));
    expect((await look(gpus)).gpus).toMatchObject([{ powerW: 22.71 }, { powerW: 312.4 }]);
  });
  it('are looked at once by two who look at the same time', async () => {
    const gpus = create();
    const [one, other] = await Promise.all([gpus.look(), gpus.look()]);
    expect(one).toBe(other);
    expect(looks()).toBe(1);
    await gpus.look();
    expect(looks()).toBe(2);
  });
});

describe('no GPUs', () => {
  it('is a problem of its own for each cause, in the driver’s own words', async () => {
    const cases = [
      [ran('', null, 'missing'), 'gpu-tool-missing', null],
      [ran('', null, 'timeout'), 'gpu-timeout', null],
      [ran('', null, 'signal'), 'gpu-driver-error', 'nvidia-smi: signal'],
      [ran(printed('no-devices'), 6), 'gpu-none', null],
      [ran(printed('no-devices'), 0), 'gpu-none', null],
      [ran('', 0), 'gpu-none', null],
      [ran('', 255), 'gpu-driver-error', 'nvidia-smi ended with 255'],
      [
        ran(printed('no-driver'), 9),
        'gpu-driver-error',
        "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
      ],
      [
        ran(printed('mismatch'), 18),
        'gpu-driver-mismatch',
        'Failed to initialize NVML: Driver/library version mismatch NVML library version: 535.161',
      ],
      [
        ran('garbage, with, more, than, ten, commas, in, it, as, happens, here\n', 0),
        'gpu-driver-error',
        'garbage, with, more, than, ten, commas, in, it, as, happens, here',
      ],
    ] as const;
    for (const [result, code, detail] of cases) {
      smi.gpus = result;
      expect(await problemOf()).toMatchObject({ code, detail });
    }
  });
  it('costs one program’s start and no more', async () => {
    smi.gpus = ran('', null, 'timeout');
    await problemOf();
    expect(smi.asked).toHaveLength(1);
  });
});

describe('the processes on the GPUs', () => {
  const job = 'a'.repeat(64);
  it('are all that the driver names, those that draw included, with their containers', async () => {
    smi.all = ran(printed('pids'));
    smi.containers = new Map([
      [2023, []],
      [4711, [job]],
    ]);
    expect((await look()).processes).toEqual([
      { gpu: rtx, pid: 2023, name: '/usr/lib/xorg/Xorg', usedMib: 125, containers: [] },
      { gpu: rtx, pid: 4711, name: 'blender --render a, b: c', usedMib: 5120, containers: [job] },
    ]);
    expect(smi.asked.some((q) => q.includes('compute-apps'))).toBe(false);
  });
  it('are read from an old driver too, memory unknown', async () => {
    smi.gpus = ran(printed('old-driver'));
    smi.all = ran(printed('pids-old'));
    expect((await look()).processes).toMatchObject([{ pid: 1248, usedMib: null }]);
  });
  it('are those that compute where the driver does not list all, which it is not asked again', async () => {
    smi.apps = ran(printed('apps'));
    const gpus = create();
    for (let i = 0; i < 2; i++)
      expect((await look(gpus)).processes).toEqual([
        { gpu: rtx, pid: 4711, name: 'python3 train.py --layers 3, 4', usedMib: 5120, containers: null },
        { gpu: rtx, pid: 4712, name: '', usedMib: null, containers: null },
        { gpu: a100, pid: 4711, name: 'python3 train.py --layers 3, 4', usedMib: 300, containers: null },
      ]);
    expect(smi.asked.filter((q) => q.includes('PIDS'))).toHaveLength(1);
  });
  it('are none where there are none, and unknown where the driver does not tell', async () => {
    smi.all = ran(printed('pids').replace(/ {4}Processes\n[\s\S]*5120 MiB\n/, '    Processes    : None\n'));
    expect((await look()).processes).toEqual([]);
    smi.all = ran(printed('pids-untold'));
    expect((await look()).processes).toBeNull();
    smi.all = ran('', 1);
    expect((await look()).processes).toEqual([]);
    for (const apps of [
      ran(printed('apps-untold')),
      ran('', null, 'timeout'),
      ran('Field "gpu_uuid" is not a valid field to query.', 2),
    ]) {
      smi.apps = apps;
      expect((await look()).processes).toBeNull();
    }
  });
  it('are not taken for none where a list cannot be read', async () => {
    smi.apps = ran(printed('apps'));
    for (const all of [
      printed('pids').replaceAll('Process ID', 'Prozess'),
      printed('pids').replaceAll('Processes', 'Prozesse'),
      printed('pids').replaceAll('GPU 0', 'Card 0'),
    ]) {
      smi.all = ran(all);
      expect((await look()).processes?.map((p) => p.pid)).toEqual([4711, 4712, 4711]);
    }
  });
  it('keep the container of one that is gone while its memory is still held', async () => {
    smi.all = ran(printed('pids'));
    smi.containers = new Map([[4711, [job]]]);
    const gpus = create();
    await look(gpus);
    smi.containers = new Map();
    expect((await look(gpus)).processes?.find((p) => p.pid === 4711)?.containers).toEqual([job]);
  });
});

describe('a card that sleeps', () => {
  let root: string;
  const put = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  const card = async (
    bus: string,
    status: string,
    about: string | null = printed('information'),
    vendor = '0x10de',
  ) => {
    await put(`sys/bus/pci/devices/${bus}/vendor`, `${vendor}\n`);
    await put(`sys/bus/pci/devices/${bus}/class`, '0x030200\n');
    await put(`sys/bus/pci/devices/${bus}/power/runtime_status`, `${status}\n`);
    if (about !== null) await put(`proc/driver/nvidia/gpus/${bus}/information`, about);
  };
  const sleeping = () => linux.sleepingCards(root);
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'rigshare-gpu-'));
    await card('0000:00:02.0', 'active', null, '0x8086');
  });
  afterEach(() => rm(root, { recursive: true }));

  it('is not woken: who it is stands in /proc, and what it does now is unknown', async () => {
    await card('0000:01:00.0', 'suspended');
    expect(await look(create(sleeping))).toEqual({
      gpus: [
        {
          uuid: rtx,
          index: null,
          name: 'NVIDIA GeForce RTX 3060 Laptop GPU',
          driver: null,
          busId: '0000:01:00.0',
          memoryMib: null,
          usedMib: null,
          utilizationPercent: null,
          temperatureC: null,
          powerW: null,
          fault: null,
          ...plain,
          asleep: true,
        },
      ],
      processes: [],
    });
    expect(smi.asked).toEqual([]);
  });
  it('keeps what was last known of its memory, and is asked again once it is awake', async () => {
    smi.gpus = ran(printed('laptop'));
    await card('0000:01:00.0', 'active');
    const gpus = create(sleeping);
    const awake = await look(gpus);
    const asked = smi.asked.length;
    await card('0000:01:00.0', 'suspended');
    expect((await look(gpus)).gpus).toEqual(
      awake.gpus.map((g) => ({ ...g, temperatureC: null, asleep: true })),
    );
    expect(smi.asked).toHaveLength(asked);
    await card('0000:01:00.0', 'active');
    expect(await look(gpus)).toEqual(awake);
  });
  it('is asked where not even its name is known', async () => {
    await card(
      '0000:01:00.0',
      'suspended',
      printed('information').replace(/GPU-[\d-]+/, 'GPU-????????-????-????-????-????????????'),
    );
    await look(create(sleeping));
    expect(smi.asked.length).toBeGreaterThan(0);
  });
  it('is left out of every question beside one that is awake', async () => {
    await card('0000:01:00.0', 'suspended');
    await card('0000:65:00.0', 'active');
    smi.gpus = ran(printed('two-cards').split('\n')[1]!);
    expect((await look(create(sleeping))).gpus).toMatchObject([
      { uuid: rtx, asleep: true, usedMib: null },
      { uuid: a100, asleep: false, usedMib: 40_011 },
    ]);
    expect(smi.asked.length).toBeGreaterThan(1);
    expect(smi.asked.every((q) => q.includes(' --id=0000:65:00.0 '))).toBe(true);
    await card('0000:01:00.0', 'active');
    smi.asked.length = 0;
    smi.gpus = ran(printed('two-cards'));
    expect((await look(create(sleeping))).gpus.map((g) => g.asleep)).toEqual([false, false]);
    expect(smi.asked.some((q) => q.includes('--id'))).toBe(false);
  });
  it('is none where the machine has no NVIDIA card, or no such folders', () => {
    expect(sleeping()).toBeNull();
    expect(linux.sleepingCards(join(root, 'nowhere'))).toBeNull();
  });
});
