import { z } from 'zod';
import type { Inventory, OtherCard } from '../../core/ports/gpus.ts';
import type { World } from '../../core/ports/world.ts';
import { linuxOthers } from './linux.ts';

/** These programs take seconds; nobody waits for them. */
const timeoutMs = 30_000;

/** Cards of other makers, looked for by the system's own means: files on Linux, a program of its own elsewhere. */
export function createInventory({ programs, machine }: Pick<World, 'programs' | 'machine'>): Inventory {
  return {
    others: async () => {
      if (machine.platform === 'linux') return linuxOthers();
      const [program, ...args] = machine.platform === 'macos' ? macos : windows;
      const { stdout } = await programs.run(program, args, { timeoutMs });
      return machine.platform === 'macos' ? readMacos(stdout) : readWindows(stdout);
    },
  };
}

/** Both are written from their documentation, and not tried on those systems. */
const macos = ['system_profiler', 'SPDisplaysDataType', '-json'] as const;
const windows = [
  'powershell',
  '-NoProfile',
  '-NonInteractive',
  '-Command',
  'ConvertTo-Json @(Get-CimInstance Win32_VideoController | Select-Object Name)',
] as const;

const macosSchema = z.object({ SPDisplaysDataType: z.array(z.object({ sppci_model: z.string() })) });
const windowsSchema = z.array(z.object({ Name: z.string() }));

/** The cards in `system_profiler`'s list. */
export function readMacos(text: string): readonly OtherCard[] {
  const read = macosSchema.safeParse(jsonOf(text));
  return read.success ? read.data.SPDisplaysDataType.flatMap((one) => cardOf(one.sppci_model)) : [];
}

/** The cards in PowerShell's list. */
export function readWindows(text: string): readonly OtherCard[] {
  const read = windowsSchema.safeParse(jsonOf(text));
  return read.success ? read.data.flatMap((one) => cardOf(one.Name)) : [];
}

/** NVIDIA's own are told by its driver; what only draws a console has none of these names. */
function cardOf(name: string): readonly OtherCard[] {
  const maker = (
    [
      [/\b(?:AMD|ATI|Radeon)\b/i, 'amd'],
      [/\bIntel\b/i, 'intel'],
      [/\bApple\b/i, 'apple'],
      [/\b(?:MTT|Moore Threads)\b/i, 'other'],
    ] as const
  ).find(([words]) => words.test(name));
  return maker === undefined || /nvidia/i.test(name) ? [] : [{ maker: maker[1], name }];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
