import { type Problem, problem } from '../../../contract/problems.ts';
import type { GpuSample } from '../../core/ports/gpus.ts';
import type { RunResult } from '../../core/ports/world.ts';
import { busIdOf, faultOf, isUnknownError, linesOf, numberOf, textOf, wordsOf } from './smi-text.ts';

/** What is asked of each card. The name is last, since it alone may hold commas. */
export const gpuFields = [
  'uuid',
  'index',
  'pci.bus_id',
  'driver_version',
  'memory.total',
  'memory.used',
  'utilization.gpu',
  'temperature.gpu',
  'power.draw',
  'name',
] as const;

/** One field of the query. */
export type GpuField = (typeof gpuFields)[number];

/** A card as the query for how it does tells of it. */
export type CardNow = Omit<GpuSample, 'unified' | 'display' | 'asleep' | 'mig'>;

/** What stays of a card when it falls silent. */
export type KnownGpu = Pick<GpuSample, 'uuid' | 'index' | 'name' | 'driver' | 'busId' | 'memoryMib'>;

/** The cards in an answer to a query for these fields; every good line counts, whatever the exit code. */
export function readGpus(
  text: string,
  fields: readonly GpuField[],
  known: readonly KnownGpu[],
): readonly CardNow[] {
  return (
    linesOf(text)
      .map((line) => readRow(line, fields, known) ?? readLost(line, known))
      .filter((gpu) => gpu !== null)
      // A lost card is complained of before the others' rows: each keeps its place.
      .toSorted((a, b) => (a.busId ?? '').localeCompare(b.busId ?? ''))
  );
}

/** Why there are no cards in an answer. */
export function whyNone(result: RunResult): Problem {
  const words = wordsOf(result);
  if (result.failure === 'missing') return problem('gpu-tool-missing');
  if (result.failure === 'timeout') return problem('gpu-timeout');
  if (result.failure !== null) return problem('gpu-driver-error', words ?? `nvidia-smi: ${result.failure}`);
  // 6 is nvidia-smi's own "A query to find an object was unsuccessful".
  const none =
    result.exitCode === 6 ||
    (result.exitCode === 0 && words === null) ||
    /^No devices were found/i.test(words ?? '');
  if (none) return problem('gpu-none');
  return /driver\/library version mismatch/i.test(words ?? '')
    ? problem('gpu-driver-mismatch', words)
    : problem('gpu-driver-error', words ?? `nvidia-smi ended with ${result.exitCode}`);
}

function readRow(line: string, fields: readonly GpuField[], known: readonly KnownGpu[]): CardNow | null {
  const parts = line.split(',');
  if (parts.length < fields.length || fields.length < 2) return null;
  const last = parts.slice(fields.length - 1).join(',');
  const cells = new Map(
    fields.map((field, i) => [field, (i === fields.length - 1 ? last : (parts[i] ?? '')).trim()]),
  );
  const cell = (field: GpuField) => cells.get(field);
  const busId = busIdOf(cell('pci.bus_id') ?? '');
  const uuid = textOf(cell('uuid'));
  const before = known.find(
    (k) => (uuid !== null && k.uuid === uuid) || (busId !== null && k.busId === busId),
  );
  // Without a name of its own in any place this is no row of ours, but words with commas.
  if (busId === null && !/^(?:GPU|MIG)-/.test(uuid ?? '')) return null;
  const fault = faultIn(cells);
  return {
    uuid: uuid ?? before?.uuid ?? busId ?? '',
    index: wholeOf(cell('index')) ?? before?.index ?? null,
    name: textOf(cell('name')) ?? before?.name ?? unnamed,
    driver: textOf(cell('driver_version')) ?? before?.driver ?? null,
    busId,
    memoryMib: numberOf(cell('memory.total')) ?? (fault === null ? null : (before?.memoryMib ?? null)),
    usedMib: atLeastZero(numberOf(cell('memory.used'))),
    utilizationPercent: percent(numberOf(cell('utilization.gpu'))),
    temperatureC: numberOf(cell('temperature.gpu')),
    powerW: atLeastZero(numberOf(cell('power.draw'))),
    fault,
  };
}

/** "Unable to determine the device handle for GPU 0000:65:00.0: GPU is lost. …" stands in place of its row. */
function readLost(line: string, known: readonly KnownGpu[]): CardNow | null {
  const [, bus = '', words = ''] =
    /\bGPU\s*([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f])\s*:\s*(.+)$/i.exec(line) ?? [];
  const busId = busIdOf(bus);
  if (busId === null) return null;
  const before = known.find((k) => k.busId === busId);
  return {
    uuid: busId,
    index: null,
    name: unnamed,
    driver: null,
    memoryMib: null,
    ...before,
    busId,
    usedMib: null,
    utilizationPercent: null,
    temperatureC: null,
    powerW: null,
    fault: words.trim(),
  };
}

const unnamed = 'NVIDIA GPU';

/** The card's fault: words in place of a value, or an error where every working card has one. */
function faultIn(cells: ReadonlyMap<GpuField, string>): string | null {
  const fault = [...cells.values()].map(faultOf).find((f) => f !== null) ?? null;
  if (fault !== null) return fault;
  const broken = (['uuid', 'memory.total', 'memory.used'] as const).some((field) =>
    isUnknownError(cells.get(field)),
  );
  return broken ? 'Unknown Error' : null;
}

const wholeOf = (cell: string | undefined): number | null => {
  const value = numberOf(cell);
  return value !== null && Number.isInteger(value) && value >= 0 ? value : null;
};

const atLeastZero = (value: number | null): number | null => (value === null || value < 0 ? null : value);

const percent = (value: number | null): number | null =>
  value === null || value < 0 || value > 100 ? null : value;
