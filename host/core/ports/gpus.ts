import type { Fact } from '../facts.ts';

/** One GPU as its driver tells; null is unknown, never 0. */
export interface GpuSample {
  readonly uuid: string;
  readonly index: number | null;
  readonly name: string;
  readonly driver: string | null;
  readonly busId: string | null;
  readonly memoryMib: number | null;
  /** Its memory is the computer's own: the driver then tells no figures of it. */
  readonly unified: boolean;
  /** Whether it drives the display; null: the driver does not tell. */
  readonly display: boolean | null;
  /** The system has put it to sleep; it was not asked, since that would wake it. */
  readonly asleep: boolean;
  /** The parts it is divided into; each is a device of its own to the pool. */
  readonly mig: readonly MigSample[];
  readonly usedMib: number | null;
  readonly utilizationPercent: number | null;
  readonly temperatureC: number | null;
  readonly powerW: number | null;
  /** The card's own fault in the driver's words ("GPU is lost"), or null. */
  readonly fault: string | null;
}

/** A part of a card that is divided in hardware. */
export interface MigSample {
  readonly uuid: string;
  /** "1g.10gb" */
  readonly profile: string;
  readonly memoryMib: number | null;
}

/** One process that holds memory on a card. */
export interface GpuProcess {
  readonly gpu: string;
  readonly pid: number;
  readonly name: string;
  readonly usedMib: number | null;
  /** The containers that it is in (64 hex digits); null where the machine does not tell, as of other users' processes under hidepid. */
  readonly containers: readonly string[] | null;
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

/** A graphics card of another maker. */
export interface OtherCard {
  readonly maker: 'amd' | 'intel' | 'apple' | 'other';
  /** As people know it: "AMD Navi 31 [Radeon RX 7900 XTX]". */
  readonly name: string;
}

/** The machine's cards of other makers: looked at once, never asked how they do. */
export interface Inventory {
  others(): Promise<readonly OtherCard[]>;
}
