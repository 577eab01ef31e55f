import { checkIds } from '../../../contract/check-ids.ts';
import type { CheckResult } from '../../../contract/checks.ts';
import { problem, ProblemError } from '../../../contract/problems.ts';
import { administratorCheck } from './administrator.ts';
import { agentCheck } from './agent.ts';
import { certificateCheck } from './certificate.ts';
import { failed, type Check, type CheckContext, type DiagnosisPorts, type Subject } from './check.ts';
import { clockCheck } from './clock.ts';
import { devicesCheck } from './devices.ts';
import { diskCheck } from './disk.ts';
import { driversCheck } from './drivers.ts';
import { engineCheck } from './engine.ts';
import { fitCheck } from './fit.ts';
import { gpuCheck } from './gpu.ts';
import { introductionCheck } from './introduction.ts';
import { ledgerCheck } from './ledger.ts';
import { looksOf } from './looks.ts';
import { middleCheck } from './middle.ts';
import { namesCheck } from './names.ts';
import { networkCheck } from './network.ts';
import { nodeCheck } from './node.ts';
import { nomadCheck } from './nomad.ts';
import { nvidiaRuntimeCheck } from './nvidia-runtime.ts';
import { pathCheck } from './path.ts';
import { relayCheck } from './relay.ts';
import { serverPortCheck } from './server-port.ts';
import { serversCheck } from './servers.ts';
import { tagCheck } from './tag.ts';
import { tailscaleCheck } from './tailscale.ts';
import { udpCheck } from './udp.ts';
import { workCheck } from './work.ts';

const all: readonly Check[] = [
  gpuCheck,
  engineCheck,
  nvidiaRuntimeCheck,
  diskCheck,
  administratorCheck,
  tailscaleCheck,
  networkCheck,
  tagCheck,
  clockCheck,
  middleCheck,
  namesCheck,
  pathCheck,
  serverPortCheck,
  udpCheck,
  relayCheck,
  nomadCheck,
  agentCheck,
  certificateCheck,
  introductionCheck,
  nodeCheck,
  serversCheck,
  driversCheck,
  devicesCheck,
  workCheck,
  fitCheck,
  ledgerCheck,
].toSorted((a, b) => checkIds.indexOf(a.id) - checkIds.indexOf(b.id));

/** Every check in its order, each result as soon as it is there; an unexpected failure is a result as well. */
export async function* runChecks(
  ports: DiagnosisPorts,
  subject: Subject,
  signal: AbortSignal,
): AsyncGenerator<CheckResult> {
  const context: CheckContext = { ...subject, looks: looksOf(ports, subject) };
  // The slowest look begins at once; who asks for it later waits for the rest.
  if (subject.invite !== null) void context.looks.path().catch(() => undefined);
  for (const check of all) {
    if (signal.aborted) return;
    yield await resultOf(check, context);
  }
}

async function resultOf(check: Check, context: CheckContext): Promise<CheckResult> {
  const { id } = check;
  try {
    if (!(await check.applies(context))) return { id, state: 'not-applicable', found: null, problem: null };
    const found = await check.run(context);
    return { id, state: found.problem === null ? 'passed' : 'problem', ...found };
  } catch (error) {
    const of = error instanceof ProblemError ? error.problem : problem('internal', `${id}: ${String(error)}`);
    return { id, state: 'problem', ...failed(of) };
  }
}
