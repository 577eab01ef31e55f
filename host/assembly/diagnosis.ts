import type { CheckResult } from '../../contract/checks.ts';
import { runChecks } from '../core/checks/checks.ts';
import type { InviteInput } from '../core/commands.ts';
import { pickInvite } from '../core/preview.ts';
import type { Reconciler } from '../core/reconciler.ts';
import type { Ports } from './ports.ts';

/** What a diagnosis is made over. */
export interface DiagnosisParts {
  readonly ports: Ports;
  readonly reconciler: Pick<Reconciler, 'intent' | 'facts'>;
}

/** What is looked at on purpose, when somebody asks what is wrong. */
export class Diagnosis {
  readonly #parts: DiagnosisParts;

  constructor(parts: DiagnosisParts) {
    this.#parts = parts;
  }

  /** Every check, each result as it is there; with an invite, what joining its pool would need. */
  checks(input: InviteInput | null, signal: AbortSignal): AsyncGenerator<CheckResult> {
    const { ports, reconciler } = this.#parts;
    const { intent, facts } = reconciler;
    const now = ports.clock.now();
    const invite = input === null ? (intent.pool?.invite ?? null) : pickInvite(input, now);
    return runChecks(ports, { intent, facts, invite, now }, signal);
  }
}
