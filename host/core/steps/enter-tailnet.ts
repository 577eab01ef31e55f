import { fail, problem, ProblemError } from '../../../contract/problems.ts';
import type { FootprintLine } from '../footprint.ts';
import type { EnterEvent, Entering, TailnetSample } from '../ports/tailnet.ts';
import { isSignInPage } from '../joining/sign-in-page.ts';
import type { StepContext, StepRunner } from './context.ts';
import { reportInstalling } from './install.ts';
import {
  forgetTailnetLines,
  forgetReplacedLines,
  forgetUnfinished,
  tailnetToLeave,
  unfinishedProfile,
} from './tailnet-lines.ts';

/** How long the network may take to let us reach a server after sign-in, ms. */
const connectedMs = 60_000;
const lookMs = 500;

/** How long the privileged program may take to go back after its host died, ms. */
const goingBackMs = 8_000;

type Request = Parameters<StepRunner<'enter-tailnet'>>[0]['request'];

/**
 * Signs in to the pool's network with a profile of its own, and stays only when *connected* is reached: the expected tag and TCP to a server.
 * Otherwise the privileged program goes back to the old profile; so it does by itself should this host die.
 * With `replaces` the network was entered before and no longer lets us in: the new profile takes the place of the dead one.
 */
export const enterTailnet: StepRunner<'enter-tailnet'> = async ({ request }, context) => {
  const { ports, intent } = context;
  if (await tookUpEarlierTry(request, context)) return;
  const authKey = await ports.secrets.read('auth-key');
  if (authKey === null && intent.pool?.hasAuthKey === true) fail('secrets-lost', 'auth-key');
  await ports.footprint.add({ kind: 'tailnet', controlUrl: request.controlUrl, tag: request.tag });
  const entering = ports.privilege.enter({ ...request, authKey }, context.signal);
  let entered: Entered;
  try {
    entered = await follow(entering, request, context);
    await reachServer(request, entered, context);
    await entering.finish('connected');
  } catch (error) {
    // It may have gone back by itself already; our word is then not needed.
    await entering.finish('undo').catch(() => undefined);
    await forgetTry(request, context);
    throw error;
  }
  // After our word: a line without it would tell of a network that the privileged program then goes back from.
  // Where the line does not fit on the disk, the next try finds the network standing.
  await ports.footprint.add({ kind: 'tailnet-entered', nodeId: entered.nodeId });
  if (request.replaces !== undefined) await forgetReplacedLines(ports.footprint);
};

/** What this try noted is gone; what an entering before it noted still tells of the dead profile. */
function forgetTry({ replaces }: Request, { ports }: StepContext): Promise<void> {
  return replaces === undefined ? forgetTailnetLines(ports.footprint) : forgetUnfinished(ports.footprint);
}

/**
 * What a host left that died on the way in. Where its word was still given, the network stands and is taken up;
 * else the privileged program went back by itself, or (where the host itself was root) nobody did and it is done now.
 */
async function tookUpEarlierTry(request: Request, context: StepContext): Promise<boolean> {
  const { ports, signal } = context;
  const { value: entries } = await ports.footprint.load();
  const again = request.replaces !== undefined;
  const tailnet = tailnetToLeave(entries);
  const tried = again ? unfinishedProfile(entries) : (tailnet?.newProfile ?? null);
  if (tailnet === null || (again && tried === null)) return false;
  const nodeId = tried === null ? null : await standingAs(tried, request, context);
  if (nodeId !== null) {
    await ports.secrets.forget('auth-key');
    await ports.footprint.add({ kind: 'tailnet-entered', nodeId });
    if (again) await forgetReplacedLines(ports.footprint);
    return true;
  }
  if (!again && (await ports.privilege.way()) === 'inline')
    await ports.privilege.leave({ tailnet, remove: [] }, signal);
  await forgetTry(request, context);
  return false;
}

/** Our node id where the network stands, and still does after the time that going back takes. */
async function standingAs(
  profile: string,
  request: Request,
  { ports, intent, signal }: StepContext,
): Promise<string | null> {
  const servers = intent.pool?.invite.nomad.servers ?? [];
  const wanted = {
    controlUrl: request.controlUrl,
    tag: request.tag,
    servers,
    ours: { profile, nodeId: null },
  };
  for (let look = 0; look < 2; look++) {
    if (look > 0) await ports.clock.sleep(goingBackMs, signal);
    const seen = await ports.tailnet.look(wanted);
    if (!seen.known || !isConnected(seen.value, request.tag)) return null;
    if (look > 0) return seen.value.selfId;
  }
  return null;
}

interface Entered {
  readonly profile: string;
  readonly nodeId: string;
}

async function follow(entering: Entering, request: Request, context: StepContext): Promise<Entered> {
  const { ports } = context;
  let profile: string | null = null;
  let nodeId: string | null = null;
  for await (const event of entering.events) {
    tell(event, request, context);
    const line = footprintLine(event, request);
    if (line !== null) await ports.footprint.add(line);
    if (event.kind === 'profile') profile = event.newProfile;
    if (event.kind !== 'running') continue;
    nodeId = event.nodeId;
    // A one-off key is used up now, whatever follows.
    await ports.secrets.forget('auth-key');
  }
  if (profile === null || nodeId === null)
    throw new ProblemError(problem('administrator-failed', 'it ended before the network ran'));
  return { profile, nodeId };
}

/** Shows what is under way, and what a person has to do; a page that is not the network's own is never shown. */
function tell(event: EnterEvent, { controlUrl }: Request, { ports, report }: StepContext): void {
  switch (event.kind) {
    case 'installing':
      return reportInstalling(event, report);
    case 'sign-in':
      if (!isSignInPage(event.url, controlUrl)) fail('sign-in-page-refused', event.url.slice(0, 200));
      return report(null, event.url, { personUntil: ports.clock.now() + event.withinMs });
    case 'approval':
      return report(null, null, { personUntil: ports.clock.now() + event.withinMs, approval: true });
    case 'before':
    case 'running':
      return report(null, null);
    case 'install':
    case 'profile':
  }
}

function footprintLine(event: EnterEvent, { replaces }: Request): FootprintLine | null {
  if (event.kind === 'install') return event;
  // What was before the pool is noted already; what is in use now is the dead profile.
  if (event.kind === 'before' && replaces === undefined)
    return { kind: 'tailnet-before', oldProfile: event.oldProfile, formerOperator: event.formerOperator };
  return event.kind === 'profile' ? { kind: 'tailnet-profile', newProfile: event.newProfile } : null;
}

/** Waits until a server answers. */
async function reachServer(request: Request, entered: Entered, context: StepContext): Promise<void> {
  const { ports, intent, signal } = context;
  const servers = intent.pool?.invite.nomad.servers ?? [];
  const wanted = { controlUrl: request.controlUrl, tag: request.tag, servers, ours: entered };
  const until = ports.clock.now() + connectedMs;
  let last: TailnetSample | null = null;
  while (ports.clock.now() < until) {
    const look = await ports.tailnet.look(wanted);
    if (look.known) {
      last = look.value;
      if (isConnected(last, request.tag)) return;
    }
    await ports.clock.sleep(lookMs, signal);
    signal.throwIfAborted();
  }
  if (last !== null && last.backend === 'running' && !last.tags.includes(request.tag))
    fail('tailnet-tag-missing', request.tag);
  if (last?.backend === 'needs-approval') fail('tailnet-needs-approval');
  fail('tailnet-unreachable', servers.map((s) => `${s.host}:${s.port}`).join(', '));
}

const isConnected = (sample: TailnetSample, tag: string): boolean =>
  sample.active === 'ours' &&
  sample.backend === 'running' &&
  sample.tags.includes(tag) &&
  sample.authUrl === null &&
  sample.server !== null;
