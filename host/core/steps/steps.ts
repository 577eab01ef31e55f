import { fail } from '../../../contract/problems.ts';
import { findLine } from '../footprint.ts';
import type { Step, StepKind } from '../step.ts';
import { configure } from './configure.ts';
import type { StepContext, StepRunner } from './context.ts';
import { enterTailnet } from './enter-tailnet.ts';
import { install } from './install.ts';
import { leave } from './leave.ts';
import { installNomad, revertNomad, settleNomad, swapNomad } from './programs.ts';
import { startAgent } from './start-agent.ts';
import { takeBack } from './take-back.ts';

const closeLimitMs = 2_000;

/** Opens this computer for work; the first time, joining is over. */
const open: StepRunner<'open'> = async ({ eligible }, { ports, signal }) => {
  await ports.nomad.open(eligible, signal);
  await ports.secrets.forget('introduction-token');
  const { value: entries } = await ports.footprint.load();
  if (eligible && findLine(entries, 'opened') === null) await ports.footprint.add({ kind: 'opened' });
};

/** Tells the pool. For `now` it has two seconds: what cannot be told is taken back without anybody. */
const close: StepRunner<'close'> = async ({ meta }, { ports }) => {
  const limit = new AbortController();
  const cancel =
    meta.how === 'now' ? ports.clock.after(closeLimitMs, () => limit.abort()) : (): void => undefined;
  try {
    await ports.nomad.close(meta, limit.signal);
  } catch (error) {
    if (limit.signal.aborted) fail('nomad-server-lost', `no answer within ${closeLimitMs / 1_000} s`);
    throw error;
  } finally {
    cancel();
  }
};

const runners: { readonly [K in StepKind]: StepRunner<K> } = {
  install,
  'enter-tailnet': enterTailnet,
  'switch-tailnet': ({ profile }, { ports }) => ports.tailnet.switchTo(profile),
  configure,
  'install-nomad': installNomad,
  'swap-nomad': swapNomad,
  'settle-nomad': settleNomad,
  'revert-nomad': revertNomad,
  'start-agent': startAgent,
  // Its tasks run on and are found again: only the program goes down.
  'restart-agent': (_step, { ports }) => ports.nomad.kill(),
  close,
  open,
  'take-back': takeBack,
  leave,
};

/** Runs a step; an expected failure is a thrown `ProblemError`. */
export function runStep(step: Step, context: StepContext): Promise<void> {
  // The table is keyed by the very kind that the step carries, which the compiler cannot correlate.
  const runner = runners[step.kind] as (step: Step, context: StepContext) => Promise<void>;
  return runner(step, context);
}
