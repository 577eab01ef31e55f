import type { GpuSample, MigSample } from '../../core/ports/gpus.ts';
import { linesOf, textOf } from './smi-text.ts';

/** What is asked of each card besides how it does: it changes seldom, and many drivers do not know all of it. */
export const aboutFields = [
  'uuid',
  // "Yes" in newer drivers; older ones have `display_mode` for the same.
  'display_attached',
  'display_mode',
  'display_active',
  'mig.mode.current',
] as const;

/** One field of that question. */
export type AboutField = (typeof aboutFields)[number];

/** What is known of a card besides how it does. */
export type About = Pick<GpuSample, 'display' | 'mig'>;

/** The answer's rows by uuid, with whether the card is divided; rows that cannot be read are left out. */
export function readAbout(
  text: string,
  fields: readonly AboutField[],
): ReadonlyMap<string, { readonly display: boolean | null; readonly divided: boolean }> {
  const rows = linesOf(text).flatMap((line) => {
    const cells = line.split(',').map((cell) => cell.trim());
    if (cells.length !== fields.length) return [];
    const cell = (field: AboutField) => cells[fields.indexOf(field)];
    const uuid = textOf(cell('uuid'));
    if (uuid === null || !uuid.startsWith('GPU-')) return [];
    const attached = yesOrNo(cell('display_attached')) ?? yesOrNo(cell('display_mode'));
    // A screen that draws without a monitor (of a server, or switched off) is none that anybody looks at.
    const display = attached ?? yesOrNo(cell('display_active'));
    return [[uuid, { display, divided: yesOrNo(cell('mig.mode.current')) === true }] as const];
  });
  return new Map(rows);
}

/**
 * The parts of divided cards in `nvidia-smi -L`, by the card's uuid:
 * "  MIG 1g.10gb     Device  0: (UUID: MIG-…)" below "GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-…)".
 */
export function readParts(text: string): ReadonlyMap<string, readonly MigSample[]> {
  const parts = new Map<string, MigSample[]>();
  let card: MigSample[] = [];
  for (const line of linesOf(text)) {
    const gpu = /^GPU \d+: .*\(UUID: (GPU-[^)]+)\)/.exec(line)?.[1];
    if (gpu !== undefined) parts.set(gpu, (card = []));
    const [, profile = '', uuid = ''] =
      /^\s+MIG (\S+)\s+Device\s+\d+: \(UUID: (MIG-[^)]+)\)/.exec(line) ?? [];
    if (uuid !== '') card.push({ uuid, profile, memoryMib: memoryOf(profile) });
  }
  return parts;
}

/** A profile's name has its memory: "3g.40gb", "1g.10gb+me". */
function memoryOf(profile: string): number | null {
  const gib = /\.(\d+)gb/.exec(profile)?.[1];
  return gib === undefined ? null : Number(gib) * 1024;
}

function yesOrNo(cell: string | undefined): boolean | null {
  if (cell === undefined) return null;
  if (/^(?:Yes|Enabled)$/i.test(cell)) return true;
  return /^(?:No|Disabled)$/i.test(cell) ? false : null;
}
