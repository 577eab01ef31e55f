import { fail, problem, ProblemError } from '../../../contract/problems.ts';
import { findLine } from '../footprint.ts';
import type { FootprintLine } from '../footprint.ts';
import type { EnterEvent, Entering, TailnetSample } from '../ports/tailnet.ts';
import type { StepContext, StepRunner } from './context.ts';

/** How long the network may take to let us reach a server after sign-in, ms. */
const connectedMs = 60_000;
const lookMs = 500;

/**
 * Signs in to the pool's network with a profile of its own, and stays only when *connected* is reached: the expected tag and TCP to a server.
 * Otherwise the privileged program goes back to the old profile; so it does by itself should this host die.
 */
export const enterTailnet: StepRunner<'enter-tailnet'> = async (step, context) => {
  const { ports, intent } = context;
  await forgetUndone(context);
  const authKey = await ports.secrets.read('auth-key');
  if (authKey === null && intent.pool?.hasAuthKey === true) fail('secrets-lost', 'auth-key');
  await ports.footprint.add({ kind: 'tailnet', controlUrl: step.request.controlUrl, tag: step.request.tag });
  const entering = ports.privilege.enter({ ...step.request, authKey }, context.signal);
  try {
    const entered = await follow(entering, context);
    await reachServer(step.request, entered, context);
    await ports.footprint.add({ kind: 'tailnet-entered', nodeId: entered.nodeId });
    await entering.finish('connected');
  } catch (error) {
    // It may have gone back by itself already; our word is then not needed.
    await entering.finish('undo').catch(() => undefined);
    await forgetUndone(context);
    throw error;
  }
};

interface Entered {
  readonly profile: string;
  readonly nodeId: string;
}

async function follow(entering: Entering, context: StepContext): Promise<Entered> {
  const { ports, report } = context;
  let profile: string | null = null;
  let nodeId: string | null = null;
  for await (const event of entering.events) {
    const line = footprintLine(event);
    if (line !== null) await ports.footprint.add(line);
    if (event.kind === 'profile') profile = event.newProfile;
    if (event.kind === 'sign-in') report(null, event.url);
    if (event.kind !== 'running') continue;
    nodeId = event.nodeId;
    report(null, null);
    // A one-off key is used up now, whatever follows.
    await ports.secrets.forget('auth-key');
  }
  if (profile === null || nodeId === null)
    throw new ProblemError(problem('administrator-failed', 'it ended before the network ran'));
  return { profile, nodeId };
}

function footprintLine(event: EnterEvent): FootprintLine | null {
  if (event.kind === 'before')
    return { kind: 'tailnet-before', oldProfile: event.oldProfile, formerOperator: event.formerOperator };
  return event.kind === 'profile' ? { kind: 'tailnet-profile', newProfile: event.newProfile } : null;
}

/** Waits until a server answers. */
async function reachServer(
  request: { readonly controlUrl: string; readonly tag: string },
  entered: Entered,
  context: StepContext,
): Promise<void> {
  const { ports, intent, signal } = context;
  const servers = intent.pool?.invite.nomad.servers ?? [];
  const wanted = { controlUrl: request.controlUrl, tag: request.tag, servers, ours: entered };
  const until = ports.clock.now() + connectedMs;
  let last: TailnetSample | null = null;
  while (ports.clock.now() < until) {
    const look = await ports.tailnet.look(wanted);
    if (look.known) {
      last = look.value;
      if (
        last.active === 'ours' &&
        last.backend === 'running' &&
        last.tags.includes(request.tag) &&
        last.authUrl === null &&
        last.server !== null
      )
        return;
    }
    await ports.clock.sleep(lookMs, signal);
    signal.throwIfAborted();
  }
  if (last !== null && last.backend === 'running' && !last.tags.includes(request.tag))
    fail('tailnet-tag-missing', request.tag);
  if (last?.backend === 'needs-approval') fail('tailnet-needs-approval');
  fail('tailnet-unreachable', servers.map((s) => `${s.host}:${s.port}`).join(', '));
}

/** Lines of a try that was not entered tell of nothing any more: the privileged program went back by itself. */
async function forgetUndone({ ports }: StepContext): Promise<void> {
  const { value: entries } = await ports.footprint.load();
  if (findLine(entries, 'tailnet-entered') !== null) return;
  for (const entry of entries.toReversed()) {
    if (entry.line.kind.startsWith('tailnet')) await ports.footprint.undone(entry.id);
  }
}
