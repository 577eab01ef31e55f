import type { RunResult } from '../../core/ports/world.ts';

/** The words with which nvidia-smi says that it has no value here; they are not faults. */
const noValue =
  /^\[?(?:N\/A|Not Supported|Not Available|Not Found|Unknown|Unknown Error|Insufficient Permissions|Requested functionality has been deprecated|ERR!)\]?$/i;

/** A number with or without its unit; null where nvidia-smi has none ("[N/A]", "[GPU is lost]", "ERR!"), never 0 for it. */
export function numberOf(cell: string | undefined): number | null {
  const match = /^(-?\d+(?:\.\d+)?)(?:\s*(?:MiB|MB|W|%|C))?$/.exec(cell?.trim() ?? '');
  return match?.[1] === undefined ? null : Number(match[1]);
}

/** A text; null where nvidia-smi has none, or a fault instead. */
export function textOf(cell: string | undefined): string | null {
  const text = cell?.trim() ?? '';
  return text === '' || noValue.test(text) || /^\[.*\]$/.test(text) ? null : text;
}

/** A fault of the card that stands where a value should be ("[GPU is lost]"), without its brackets; else null. */
export function faultOf(cell: string | undefined): string | null {
  const inner = /^\[(.+)\]$/.exec(cell?.trim() ?? '')?.[1];
  return inner === undefined || noValue.test(inner) ? null : inner;
}

/** Whether this says that there is no value although every working card has one. */
export const isUnknownError = (cell: string | undefined): boolean =>
  /^(?:\[Unknown Error\]|ERR!)$/i.test(cell?.trim() ?? '');

/** The field that this driver does not know, from "Field "x" is not a valid field to query."; else null. */
export const refusedField = (result: RunResult): string | null =>
  /^Field "([^"]+)" is not a valid field to query/m.exec(`${result.stdout}\n${result.stderr}`)?.[1] ?? null;

/** The lines of a text that hold something. */
export const linesOf = (text: string): readonly string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== '');

/** What the program said, in its own words, on one line; null: nothing. */
export function wordsOf(result: RunResult): string | null {
  const words = [...linesOf(result.stdout), ...linesOf(result.stderr)].map((line) => line.trim()).join(' ');
  return words === '' ? null : words.slice(0, 500);
}

/** A PCI address in the form of /sys: the driver writes its domain with eight digits or four, and large or small. */
export function busIdOf(text: string): string | null {
  const [, domain = '', rest = ''] =
    /([0-9a-f]{4,8}):([0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f])$/i.exec(text.trim()) ?? [];
  return rest === '' ? null : `${domain.slice(-4)}:${rest}`.toLowerCase();
}
