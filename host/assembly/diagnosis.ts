import type { AppState } from '../../contract/app-state.ts';
import type { CheckResult } from '../../contract/checks.ts';
import { fail } from '../../contract/problems.ts';
import type { Report, ReportPreview, ReportWay } from '../../contract/report.ts';
import { runChecks } from '../core/checks/checks.ts';
import type { InviteInput } from '../core/commands.ts';
import { pickInvite } from '../core/joining/preview.ts';
import type { Reconciler } from '../core/reconciler.ts';
import { composeReport } from '../core/report/compose.ts';
import { knownWords } from '../core/report/known.ts';
import { createRedaction } from '../core/report/redaction.ts';
import type { Ports } from './ports.ts';

/** What a diagnosis is made over. */
export interface DiagnosisParts {
  readonly ports: Ports;
  readonly reconciler: Pick<Reconciler, 'intent' | 'facts'>;
  readonly state: () => AppState;
  readonly reference: () => string;
}

/** How long a report that was shown may be saved, ms. */
const heldMs = 15 * 60_000;

interface Held {
  readonly id: string;
  readonly at: number;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is looked at on purpose, when somebody asks what is wrong. */
export class Diagnosis {
  readonly #parts: DiagnosisParts;
  #held: Held | null = null;

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

  /** Makes a report and says what is in it; it is held until it is fetched, another one is made, or a quarter of an hour is over. */
  async previewReport(): Promise<ReportPreview> {
    const { ports, reconciler, state, reference } = this.#parts;
    const { report, clock, machine, ledger } = ports;
    const checks: CheckResult[] = [];
    for await (const one of this.checks(null, new AbortController().signal)) checks.push(one);
    const { intent, facts } = reconciler;
    const past = await ledger.history({ limit: 500, before: null }).catch(() => []);
    const secrets = await report.secrets();
    const redaction = createRedaction(
      knownWords({ intent, facts, machine, home: report.home, secrets, past }),
    );
    const files = await composeReport(
      {
        at: clock.now(),
        runtime: report.runtime,
        state: state(),
        checks,
        intent,
        facts,
        files: await report.read(),
      },
      redaction,
      () => new Promise((resolve) => setImmediate(resolve)),
    );
    const bytes = await report.zip(files);
    const at = clock.now();
    const stamp = new Date(at).toISOString().slice(0, 16).replaceAll(/[-:]/g, '').replace('T', '-');
    this.#held = { id: reference(), at, name: `rigshare-report-${stamp}.zip`, bytes };
    return {
      id: this.#held.id,
      files: files.map(({ name, text }) => ({ name, bytes: Buffer.byteLength(text) })),
      bytes: bytes.length,
    };
  }

  /** Saves or hands over exactly what was shown. Problems: report-gone, disk-full. */
  async createReport(id: string, way: ReportWay): Promise<Report> {
    const { report, clock } = this.#parts.ports;
    const held = this.#held;
    if (held === null || held.id !== id || clock.now() - held.at > heldMs) return fail('report-gone');
    const { name, bytes } = held;
    if (way === 'hand-over') return { name, path: null, base64: Buffer.from(bytes).toString('base64') };
    return { name, path: await report.save(name, bytes), base64: null };
  }
}
