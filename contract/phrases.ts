import type { AppState, Gpu, Work } from './app-state.ts';
import { daysFromToday, formatClock, formatDate, formatDuration } from './format.ts';
import type { JoinStep, NodeState, PauseHow, PauseReason } from './node-state.ts';
import type { Problem } from './problems.ts';

/** A text of the catalogue and what goes into it; `count` chooses the plural. */
export interface Phrase {
  readonly key: string;
  readonly params: { readonly [name: string]: string | number | Phrase };
}

/** When and in which language something is said. */
export interface Saying {
  /** Epoch milliseconds. */
  readonly now: number;
  /** BCP 47, as `en` or `zh-CN`. */
  readonly language: string;
}

/** What people read of one state: a title, its one plain reason, what happens next, and what also holds. No full stops. */
export interface Account {
  readonly title: Phrase;
  readonly reason: Phrase | null;
  readonly next: Phrase | null;
  readonly also: readonly Phrase[];
}

/** What an account needs of the whole state. */
export type AccountContext = Pick<AppState, 'pool' | 'work'>;

type Of<K extends NodeState['kind']> = Extract<NodeState, { kind: K }>;

/** The steps of joining in the order people see them. */
export const joinStepOrder = [
  'machine',
  'tailscale',
  'sign-in',
  'nomad',
  'start',
  'ready',
] as const satisfies readonly JoinStep[];

/** A phrase of the catalogue. */
export function phrase(key: string, params: Phrase['params'] = {}): Phrase {
  return { key, params };
}

/** What people read of the state as a whole. */
export function accountOf(state: Pick<AppState, 'node' | 'pool' | 'work'>, saying: Saying): Account {
  return accountOfNode(state.node, state, saying);
}

/** What people read of one state, the leading one or a note. */
export function accountOfNode(node: NodeState, context: AccountContext, saying: Saying): Account {
  switch (node.kind) {
    case 'looking':
    case 'new':
      return account(
        `state.${node.kind}`,
        phrase(`state.${node.kind}.reason`),
        phrase(`state.${node.kind}.next`),
      );
    case 'joining':
      return joining(node, context);
    case 'sharing':
      return sharing(node, context);
    case 'pausing':
      return pausing(node, saying);
    case 'paused':
      return paused(node, saying);
    case 'attention':
      return account('state.attention', problemPhrase(node.problem), phrase('state.attention.next'));
    case 'offline':
      return offline(node, context, saying);
    default:
      return leaving(node, context);
  }
}

/** The account in one line: "Paused: Cyberpunk 2077 is running. Resumes shortly after it closes." */
export function accountLine({ title, reason, next }: Account): Phrase {
  const line = reason === null ? title : phrase('line.reason', { title, reason });
  return next === null ? line : phrase('line.next', { line, next });
}

/** Why sharing is paused, in words. */
export function reasonPhrase({
  reason,
  name,
  problem,
}: Pick<PauseReason, 'reason' | 'name' | 'problem'>): Phrase {
  if (reason === 'machine' && problem !== undefined)
    return problem.code === 'jobs-failing' && name !== null
      ? phrase('reason.machine.jobs', { name })
      : phrase('reason.machine.named', { name: problemPhrase(problem) });
  // Who uses a computer that does not tell it is not known: that is what is said.
  if (reason === 'idle' && problem !== undefined) return problemPhrase(problem);
  return name !== null && namable.has(reason)
    ? phrase(`reason.${reason}.named`, { name })
    : phrase(`reason.${reason}.plain`);
}

/** A problem's one sentence. */
export function problemPhrase({ code }: Pick<Problem, 'code'>): Phrase {
  return phrase(`problem.${code}`);
}

/** What the one button beside a problem says. */
export function remedyPhrase({ remedy }: Pick<Problem, 'remedy'>): Phrase {
  return phrase(`remedy.${remedy}`);
}

/** What a pause would do to the work now running; jobs that still download count. */
export function pauseEffect(work: readonly Work[], how: PauseHow): Phrase {
  const count = going(work).length;
  if (count > 0) return phrase(`pause.effect.${how}`, { count });
  return phrase(how === 'now' ? 'pause.effect.none' : 'pause.effect.finishNone');
}

/** A point in time as part of a sentence: "at 16:00", "tomorrow at 08:00". */
export function whenPhrase(at: number, { now, language }: Saying): Phrase {
  const clock = formatClock(at, language);
  const days = daysFromToday(at, now);
  if (days === 0) return phrase('when.today', { clock });
  if (days === 1) return phrase('when.tomorrow', { clock });
  return phrase('when.later', { clock, date: formatDate(at, language) });
}

/** Jobs that have not ended. */
export function going(work: readonly Work[]): readonly Work[] {
  return work.filter((w) => w.state !== 'ended');
}

/** Why a state is a pause; none where it is not. */
export const reasonsOf = (node: NodeState): readonly PauseReason[] =>
  node.kind === 'pausing' || node.kind === 'paused' ? node.reasons : [];

/** What the owner alone ends, among what holds now: their own pause first, else what waits for their word; or null. */
export function ownPause({ node, notes }: Pick<AppState, 'node' | 'notes'>): PauseReason | null {
  const reasons = [node, ...notes].flatMap(reasonsOf);
  return (
    reasons.find((r) => r.reason === 'you') ?? reasons.find((r) => r.problem?.remedy === 'resume') ?? null
  );
}

/** The key of a card's few words: shared, or what it is kept for. */
export function gpuBadge({ kept }: Pick<Gpu, 'kept'>): string {
  if (kept === null) return 'gpu.shared';
  return { owner: 'gpu.kept', display: 'gpu.keptDisplay', fault: 'gpu.keptFault' }[kept];
}

const namable: ReadonlySet<string> = new Set(['game', 'vram', 'in-use', 'machine', 'operator']);

function account(
  base: string,
  reason: Phrase | null,
  next: Phrase | null,
  also: readonly Phrase[] = [],
): Account {
  return { title: phrase(`${base}.title`), reason, next, also };
}

function joining({ step, signInUrl }: Of<'joining'>, { pool }: AccountContext): Account {
  const following = joinStepOrder[joinStepOrder.indexOf(step) + 1];
  const then = following
    ? phrase('state.joining.next', { step: phrase(`join.step.${following}.label`) })
    : phrase('state.joining.nextLast');
  return {
    title: inPool('state.joining', pool),
    reason: phrase(`join.step.${step}.doing`),
    next: signInUrl === null ? then : phrase('state.joining.nextSignIn'),
    also: [],
  };
}

function sharing({ busy }: Of<'sharing'>, { work }: AccountContext): Account {
  const count = going(work).length;
  const running = going(work).filter((w) => w.state !== 'downloading').length;
  if (busy && count > 0 && running === 0) {
    return account(
      'state.sharing',
      phrase('state.sharing.preparing', { count }),
      phrase('state.sharing.busyNext'),
    );
  }
  return busy && count > 0
    ? account(
        'state.sharing',
        phrase('state.sharing.busy', { count: running }),
        phrase('state.sharing.busyNext'),
      )
    : account('state.sharing', phrase('state.sharing.idle'), phrase('state.sharing.idleNext'));
}

function pausing({ reasons, left, freesAt }: Of<'pausing'>, { now, language }: Saying): Account {
  const frees = reasons.some((r) => r.how === 'now');
  const [first, ...rest] = reasons.map(reasonPhrase);
  const title = phrase(frees ? 'state.pausing.titleNow' : 'state.pausing.titleFinish');
  return { title, reason: first ?? null, next: pausingNext(), also: rest };

  function pausingNext(): Phrase {
    if (left === 0) return phrase('state.pausing.checking');
    if (!frees) return phrase('state.pausing.finishing', { count: left });
    if (freesAt === null || freesAt <= now) return phrase('state.pausing.stopping', { count: left });
    return phrase('state.pausing.freesIn', { duration: formatDuration(freesAt - now, language) });
  }
}

function paused(node: Of<'paused'>, saying: Saying): Account {
  const own = node.reasons.find((r) => r.reason === 'you');
  const others = node.reasons.filter((r) => r !== own).map(reasonPhrase);
  const next = pausedNext(node, saying);
  if (own) return { title: phrase('state.paused.titleYou'), reason: null, next, also: others };
  const [first, ...rest] = others;
  return { title: phrase('state.paused.title'), reason: first ?? null, next, also: rest };
}

function pausedNext({ reasons, until, ends }: Of<'paused'>, saying: Saying): Phrase {
  switch (ends) {
    case 'owner':
      return phrase('state.paused.nextOwner');
    case 'operator':
      return phrase('state.paused.nextOperator');
    case 'time':
      return until === null
        ? phrase('state.paused.nextOwner')
        : phrase('state.paused.nextTime', { when: whenPhrase(until, saying) });
    default: {
      const causes = reasons.filter((r) => r.until === null);
      const [only] = causes;
      return causes.length === 1 && only
        ? phrase(`reason.${only.reason}.ends`)
        : phrase('state.paused.nextCauses');
    }
  }
}

function offline(
  { nextTry, cause }: Of<'offline'>,
  { work }: AccountContext,
  { now, language }: Saying,
): Account {
  const next =
    nextTry === null || nextTry <= now
      ? phrase('state.offline.nextNow')
      : phrase('state.offline.nextIn', { duration: formatDuration(nextTry - now, language) });
  const count = going(work).length;
  const also = count > 0 && cause !== 'agent' ? [phrase('state.offline.workGoesOn', { count })] : [];
  return account('state.offline', phrase(`state.offline.${cause}`), next, also);
}

function leaving(node: Of<'leaving'>, { pool }: AccountContext): Account {
  const title = inPool('state.leaving', pool);
  return { title, reason: leavingReason(node), next: phrase('state.leaving.next'), also: [] };
}

function leavingReason({ left, how, doing }: Of<'leaving'>): Phrase {
  if (left > 0) return phrase(how === 'finish' ? 'leaving.finishing' : 'state.leaving.left', { count: left });
  return phrase(doing == null ? 'state.leaving.undoing' : `leaving.doing.${doing}`);
}

function inPool(base: string, pool: AppState['pool']): Phrase {
  return pool === null ? phrase(`${base}.titlePlain`) : phrase(`${base}.title`, { pool: pool.name });
}
