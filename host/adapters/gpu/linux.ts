import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CardPower } from './sleeping-card.ts';

const nvidia = '0x10de';
/** PCI class 03: display controllers, 3D ones included (a laptop's second card is one). */
const displayClass = /^0x03/;

/** NVIDIA's cards, and which of them the kernel has put to sleep; reading /sys and /proc wakes none, and waits for no disk. */
export function sleepingCards(root = '/'): readonly CardPower[] | null {
  const devices = join(root, 'sys/bus/pci/devices');
  const cards: CardPower[] = [];
  for (const device of namesIn(devices)) {
    const of = (name: string) => textOf(join(devices, device, name));
    if (of('vendor') !== nvidia || !displayClass.test(of('class'))) continue;
    const asleep = of('power/runtime_status') === 'suspended';
    const about = textOf(join(root, 'proc/driver/nvidia/gpus', device, 'information'));
    cards.push({ busId: device.toLowerCase(), asleep, ...whoIs(about) });
  }
  return cards.length === 0 ? null : cards;
}

/** Name and uuid as the driver's /proc file has them; question marks stand there until the card was awake once. */
function whoIs(about: string): Pick<CardPower, 'uuid' | 'name'> {
  const uuid = /^GPU UUID:\s*(GPU-[0-9a-f-]+)\s*$/m.exec(about)?.[1] ?? null;
  const name = /^Model:\s*(\S.*?)\s*$/m.exec(about)?.[1] ?? null;
  return { uuid, name };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
