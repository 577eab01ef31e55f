import { fail } from '../../../contract/problems.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { isTailscale, sameServer } from './control-server.ts';
import { type Dialogue, silentWithinMs, Undone } from './dialogue.ts';
import { type Before, goBack } from './go-back.ts';
import type { LocalApi, Prefs } from './local-api.ts';
import type { EnterTask } from './protocol.ts';
import { signIn } from './sign-in.ts';

const oldest = [1, 80] as const;
const settledAfterMs = 3_000;

/**
 * Signs in to the pool's network in a new profile, and stays there only when the host says `connected`.
 * On a problem, on `undo`, when the host dies, or when no word comes, the old profile is in use again.
 */
export async function enter(api: LocalApi, clock: Clock, task: EnterTask, dialogue: Dialogue): Promise<void> {
  dialogue.allow(silentWithinMs);
  const found = await survey(api, task);
  let before: Before = { ...found, formerOperator: null };
  try {
    await dialogue.tell({
      kind: 'before',
      oldProfile: found.oldProfile,
      formerOperator: found.formerOperator,
    });
  } catch (error) {
    if (error instanceof Undone) return;
    throw error;
  }
  try {
    if (found.oldProfile !== null && task.operator !== 'root' && task.operator !== found.formerOperator) {
      before = found;
      await api.setOperator(task.operator);
    }
    await api.newProfile();
    if (found.addressed) await settle(clock, dialogue);
    await start(api, task);
    const others = found.profiles.filter((one) => one.ID !== task.replaces);
    await signIn(api, clock, task, dialogue, others);
    await dialogue.lastWord();
  } catch (error) {
    await goBack(api, clock, before, task.controlUrl).catch((second: unknown) => unfinished(error, second));
    if (!(error instanceof Undone)) throw error;
    return;
  }
  await forgetReplaced(api, task);
}

/** The dead profile goes when the new one runs. Headscale may have made it the very one that runs now. */
async function forgetReplaced(api: LocalApi, { replaces }: EnterTask): Promise<void> {
  if (replaces === undefined || (await api.current())?.ID === replaces) return;
  if ((await api.profiles()).some((one) => one.ID === replaces)) await api.forget(replaces);
}

/** Where going back failed as well, both reasons are told. */
function unfinished(first: unknown, second: unknown): never {
  const words = [first, second].map((one) => (one instanceof Error ? one.message : String(one)));
  return fail('leave-incomplete', words.join('; '));
}

type Found = Before & { readonly formerOperator: string; readonly addressed: boolean };

/** How the machine is now; throws where entering would harm it. */
async function survey(api: LocalApi, task: EnterTask): Promise<Found> {
  const { Version: version, TailscaleIPs: addresses } = await api.status();
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) fail('tailscale-too-old', version);
  const profiles = await api.profiles();
  // On a self-hosted server a key of the pool would take the owner's own node there over.
  const taken = profiles.some(
    (one) => one.ID !== task.replaces && sameServer(one.ControlURL, task.controlUrl),
  );
  if (taken && !isTailscale(task.controlUrl)) fail('control-server-in-use', task.controlUrl);
  const current = await api.current();
  const { OperatorUser: formerOperator } = await api.prefs();
  const addressed = (addresses ?? []).length > 0;
  return { oldProfile: current?.ID ?? null, profiles, formerOperator: formerOperator ?? '', addressed };
}

/**
 * Leaving a profile takes its addresses off this machine (an expired one has them still), and the daemon closes its connections once it has
 * noticed (1.98.9: up to a second later, at most one look a second). A registration cut off so has used up the one-off
 * key without an answer; so it begins only after that.
 */
async function settle(clock: Clock, dialogue: Dialogue): Promise<void> {
  for (const until = clock.monotonic() + settledAfterMs; clock.monotonic() < until;) {
    dialogue.check();
    await dialogue.pause(until - clock.monotonic());
  }
}

async function start(api: LocalApi, task: EnterTask): Promise<void> {
  const prefs = confined(await api.prefs(), task);
  await api.check(prefs);
  await api.start(prefs, task.authKey);
  await api.signIn();
}

/** Whole preferences, because `start` replaces all: nothing of the pool's reaches this machine but what it asked for. */
function confined(prefs: Prefs, task: EnterTask): Prefs {
  return {
    ...prefs,
    ControlURL: task.controlUrl,
    WantRunning: true,
    Hostname: task.hostname,
    ShieldsUp: task.shieldsUp,
    OperatorUser: task.operator === 'root' ? '' : task.operator,
    // With a key the tags come from the key alone; Headscale refuses a key that is sent with tags.
    AdvertiseTags: task.authKey === null ? [task.tag] : [],
    RouteAll: false,
    CorpDNS: false,
    RunSSH: false,
    RunWebClient: false,
    AdvertiseRoutes: [],
    ExitNodeID: '',
    ExitNodeIP: '',
  };
}
