import type { OtherCard } from '../core/ports/gpus.ts';
import type { CardModel } from './cards.ts';

/** What happens to the pool and the way to it. */
type PoolHappening =
  | 'server-lost'
  | 'server-back'
  | 'tailnet-lost'
  | 'tailnet-back'
  | 'operator-drains'
  | 'operator-resumes'
  | 'operator-closes'
  | 'operator-opens'
  | 'node-deleted';

/** What happens at the computer itself. */
export type ComputerHappening =
  | 'card-lost'
  | 'card-back'
  | 'driver-updated'
  | 'driver-works'
  | 'disk-fills'
  | 'disk-freed'
  | 'clock-leaps'
  | 'clock-right'
  | 'owner-returns'
  | 'owner-touches'
  | 'owner-leaves';

/** Something that happens in a scenario, this long after the demo's start or after this computer was first opened. */
export interface Happening {
  readonly after: 'start' | 'opened';
  readonly ms: number;
  readonly what: PoolHappening | ComputerHappening;
}

/** A kind of job that tenants of the pool send. */
export interface JobKind {
  /** What its name begins with. */
  readonly name: string;
  readonly type: 'batch' | 'service';
  readonly image: string;
  readonly command: readonly string[];
  /** How long one runs, between these, seconds. */
  readonly seconds: readonly [low: number, high: number];
  readonly vramMib: number;
  readonly utilizationPercent: number;
  /** How long it takes to exit when asked to, ms; null: it has to be killed. */
  readonly termMs: number | null;
  /** How long its image takes to fetch the first time, seconds. */
  readonly pullSeconds: number;
  /** What it writes again and again, `{n}` counting up; absent: its steps. */
  readonly says?: string;
  /** How it ends; absent: well. */
  readonly exitCode?: number;
  /** What it asks of the engine beyond the usual: fields of Docker's HostConfig, and variables. Absent: nothing. */
  readonly asks?: {
    readonly asks?: Readonly<Record<string, unknown>>;
    readonly env?: readonly string[];
    readonly volumes?: readonly string[];
  };
}

/** A named, readable day of the demo. */
export interface Scenario {
  readonly name: string;
  /** Whether this computer is in the pool by itself, or its owner joins with the pool's invite. */
  readonly joins: 'by-itself' | 'by-hand';
  /** The cards of this computer, or why there are none. */
  readonly cards: readonly CardModel[] | 'driver-fails' | 'no-tool' | 'none';
  /** Cards of other makers beside them; absent: none. */
  readonly otherCards?: readonly OtherCard[];
  /** Whether somebody sits at this computer when it begins, or nothing tells it; absent: everybody has long been away. */
  readonly input?: 'away' | 'here' | 'untold';
  /** Whether the pool stops the work of a computer that asks for it by its drain. */
  readonly broker: boolean;
  /** Whether Rigshare runs there as root (absent), or as an ordinary user who is asked for the administrator's word. */
  readonly owner?: 'root' | 'user';
  /** How many of the first prompts the owner closes; absent: none. */
  readonly refusals?: number;
  /** Whether Tailscale is installed and runs; absent: it does. */
  readonly tailscale?: 'absent' | 'stopped' | 'running';
  /** Whether the pool's program and its device plugin are installed; absent: they are. */
  readonly nomad?: 'absent' | 'present';
  /** Whether Docker is installed and runs; absent: it does. */
  readonly engine?: 'absent' | 'stopped' | 'present';
  /** Whether Docker knows NVIDIA's runtime where it is installed; absent: it does. */
  readonly nvidiaRuntime?: boolean;
  /** Whether the publisher's site is honest; absent: it is. */
  readonly releases?: 'good' | 'signature-bad';
  /** Whether this computer is signed in to a network of its owner's. */
  readonly ownNetwork: boolean;
  readonly jobs: {
    readonly kinds: readonly JobKind[];
    /** From this computer's opening to the first job, seconds. */
    readonly firstAfterSeconds: number;
    /** From a job's end to the next one, between these, seconds. */
    readonly pauseSeconds: readonly [low: number, high: number];
  };
  readonly happenings: readonly Happening[];
}
