import type { Fact } from '../facts.ts';

/** One GPU as its driver tells; null is unknown, never 0. */
export interface GpuSample {
  readonly uuid: string;
  readonly index: number | null;
  readonly name: string;
  readonly driver: string | null;
  readonly busId: string | null;
  readonly memoryMib: number | null;
  readonly usedMib: number | null;
  readonly utilizationPercent: number | null;
  readonly temperatureC: number | null;
  readonly powerW: number | null;
  /** The card's own fault in the driver's words ("GPU is lost"), or null. */
  readonly fault: string | null;
}

/** One process that holds memory on a card. */
export interface GpuProcess {
  readonly gpu: string;
  readonly pid: number;
  readonly name: string;
  readonly usedMib: number | null;
  /** The containers that it is in (64 hex digits), as far as the machine tells. */
  readonly containers: readonly string[];
}

/** What the driver answered. Unknown with gpu-tool-missing, gpu-driver-error (its words), gpu-timeout, gpu-none. */
export interface GpusSample {
  readonly gpus: readonly GpuSample[];
  /** Null where the driver names no processes. */
  readonly processes: readonly GpuProcess[] | null;
}

/** The machine's GPUs. */
export interface Gpus {
  look(): Promise<Fact<GpusSample>>;
}

/** The name as a slug for the pool's metadata: "NVIDIA GeForce RTX 4090" → "nvidia-geforce-rtx-4090". */
export function gpuSlug(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\((?:tm|r|c)\)/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (slug === '') return 'unknown';
  return slug.startsWith('nvidia') ? slug : `nvidia-${slug}`;
}
