import type { Install } from '../../contract/installs.ts';
import type { PauseHow } from '../../contract/node-state.ts';
import type { FactName } from './facts.ts';
import type { AgentWanted, DrainMeta } from './ports/nomad.ts';
import type { EnterTailnet } from './ports/tailnet.ts';

/** One short action that brings the facts nearer to the intent. */
export type Step =
  /** Installs and switches on, after joining and at the owner's word alone: it asks for the administrator. */
  | { readonly kind: 'install'; readonly installs: readonly Install[] }
  | { readonly kind: 'enter-tailnet'; readonly request: Omit<EnterTailnet, 'authKey'> }
  | { readonly kind: 'switch-tailnet'; readonly profile: string }
  | { readonly kind: 'configure'; readonly wanted: AgentWanted }
  /** Downloads what is lacking of the publisher's programs: Nomad (null: not at all) in this version (null: the newest that the pool takes). */
  | {
      readonly kind: 'install-nomad';
      readonly nomad: { readonly version: string | null } | null;
      readonly devicePlugin: boolean;
    }
  /** The closed and empty agent gives way to another version of itself, on trial. */
  | { readonly kind: 'swap-nomad'; readonly from: string; readonly to: string }
  /** The new version works: the old one and the copy of its data go. */
  | { readonly kind: 'settle-nomad' }
  /** The new version does not work: the old one is back, with the data as it was. */
  | { readonly kind: 'revert-nomad' }
  | { readonly kind: 'start-agent'; readonly httpPort: number }
  /** For a changed configuration: the agent goes down so that it starts with the new one. */
  | { readonly kind: 'restart-agent' }
  | { readonly kind: 'close'; readonly meta: DrainMeta }
  | { readonly kind: 'open'; readonly eligible: boolean }
  | { readonly kind: 'take-back'; readonly how: PauseHow; readonly killAfterMs: number }
  /** Undoes the footprint from its end: network, files, and the rest. */
  | { readonly kind: 'leave' };

/** A step's kind. */
export type StepKind = Step['kind'];

/** The facts a step touches: read afresh before the loop asks again. */
export const touches: Readonly<Record<StepKind, readonly FactName[]>> = {
  install: ['system', 'tailnet', 'engine', 'footprint'],
  'enter-tailnet': ['system', 'tailnet', 'engine', 'footprint'],
  'switch-tailnet': ['tailnet'],
  'install-nomad': ['programs', 'agent', 'footprint'],
  'swap-nomad': ['programs', 'agent', 'node', 'work', 'engine', 'local'],
  'settle-nomad': ['programs'],
  'revert-nomad': ['programs', 'agent', 'node', 'local'],
  configure: ['agent', 'footprint'],
  'start-agent': ['agent', 'footprint'],
  'restart-agent': ['agent'],
  close: ['node', 'work'],
  open: ['node', 'footprint'],
  'take-back': ['agent', 'engine', 'local', 'gpus', 'work', 'node'],
  leave: ['footprint', 'tailnet', 'agent', 'engine', 'local'],
};

/** Steps that finish before another begins: aborting them would leave the world half-way. */
export const firm: ReadonlySet<StepKind> = new Set<StepKind>([
  'close',
  'take-back',
  'leave',
  'swap-nomad',
  'revert-nomad',
]);

/**
 * Steps that a pause does not break off, only another step or the host's end: nothing is shared before they end,
 * so the pause is true already, and a one-off key would be spent for nothing.
 */
export const unhurried: ReadonlySet<StepKind> = new Set<StepKind>(['install', 'enter-tailnet']);
