import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OtherCard } from '../../core/ports/gpus.ts';

/** PCI vendors of graphics cards that compute; what servers and virtual machines draw their console with is none. */
const makers: ReadonlyMap<string, OtherCard['maker']> = new Map([
  ['1002', 'amd'],
  ['8086', 'intel'],
  ['106b', 'apple'],
  ['1ed5', 'other'],
]);

const called: Readonly<Record<OtherCard['maker'], string>> = {
  amd: 'AMD',
  intel: 'Intel',
  apple: 'Apple',
  other: '',
};

/** Where distributions keep the list of PCI names. */
const lists = ['usr/share/hwdata/pci.ids', 'usr/share/misc/pci.ids', 'usr/share/pci.ids'] as const;

/** Cards of other makers, from /sys, which wakes none; names from the system's own list where it has one. */
export async function linuxOthers(root = '/'): Promise<readonly OtherCard[]> {
  const folder = join(root, 'sys/bus/pci/devices');
  const devices = (await readdir(folder).catch(() => [])).toSorted();
  const found = await Promise.all(devices.map((device) => readDevice(join(folder, device))));
  const cards = found.filter((card) => card !== null);
  if (cards.length === 0) return [];
  const names = await namesOf(root, cards);
  return cards.map(({ maker, vendor, device }) => ({
    maker,
    name: `${called[maker]} ${names.get(`${vendor}:${device}`) ?? `graphics (${vendor}:${device})`}`.trim(),
  }));
}

interface PciCard {
  readonly maker: OtherCard['maker'];
  readonly vendor: string;
  readonly device: string;
}

async function readDevice(path: string): Promise<PciCard | null> {
  const hex = async (name: string): Promise<string> =>
    (await readFile(join(path, name), 'utf8').catch(() => '')).trim().replace(/^0x/, '');
  const vendor = await hex('vendor');
  const maker = makers.get(vendor);
  // Class 03: display controllers.
  if (maker === undefined || !(await hex('class')).startsWith('03')) return null;
  return { maker, vendor, device: await hex('device') };
}

/** Names by "vendor:device" from the first list there is: a vendor's line, its devices below with a tab before. */
async function namesOf(root: string, cards: readonly PciCard[]): Promise<ReadonlyMap<string, string>> {
  for (const list of lists) {
    const text = await readFile(join(root, list), 'utf8').catch(() => null);
    if (text === null) continue;
    return new Map(
      cards.flatMap(({ vendor, device }) => {
        const start = text.search(new RegExp(`^${vendor} `, 'm'));
        const end = text.slice(start + 1).search(/^[0-9a-f]{4} /m);
        const part = start < 0 ? '' : text.slice(start, end < 0 ? undefined : start + 1 + end);
        const name = new RegExp(`^\\t${device}\\s+(.+)$`, 'm').exec(part)?.[1];
        return name === undefined ? [] : [[`${vendor}:${device}`, name.trim()] as const];
      }),
    );
  }
  return new Map();
}
