import type { Joining, JoinStage, JoinStageName, SentPhrase } from '../../../contract/joining.ts';
import { joinStages } from '../../../contract/joining.ts';
import type { Install } from '../../../contract/installs.ts';
import type { Problem } from '../../../contract/problems.ts';
import { fresh, type Facts } from '../facts.ts';
import { findLine } from '../footprint.ts';
import type { Intent, PoolIntent } from '../intent.ts';
import { whyKept } from '../cards/choice.ts';
import { network } from '../network/network.ts';
import { nodeName } from '../joining/node-name.ts';
import { engineTrouble } from '../opening/engine.ts';
import { neededInstalls } from '../opening/installs.ts';
import { fittingProgram } from '../programs/wish.ts';
import type { Plan, Rules } from '../planning.ts';

/** What the way to sharing is drawn from. */
export interface JoinView {
  readonly intent: Intent;
  readonly pool: PoolIntent;
  readonly facts: Facts;
  readonly now: number;
  readonly rules: Rules;
  /** What the plan says now, and the problem that it meets. */
  readonly next: Plan;
  readonly problem: Problem | null;
}

/** The way to sharing in four steps, by what is already true: after a restart it stands where the facts are. Pure. */
export function viewJoining(whole: JoinView): Joining {
  const of = { ...whole, problem: presentProblem(whole) };
  const done = doneStages(of);
  const at = joinStages.findIndex((step) => !done.has(step));
  const steps = joinStages.map((step, index): JoinStage => {
    const isNow = index === at;
    return {
      step,
      state: isNow ? (needsYou(of) ? 'needs-you' : 'doing') : done.has(step) ? 'done' : 'waiting',
      will: wills[step](of),
      did: dids[step](of),
      problem: isNow ? of.problem : null,
      progress: isNow ? (of.facts.running?.progress ?? null) : null,
    };
  });
  return { steps };
}

/** What is in the way now: while a step is tried again, what its last try met is over. */
function presentProblem({ facts: { running }, next, problem }: JoinView): Problem | null {
  return running !== null && 'do' in next && next.do.kind === running.kind ? null : problem;
}

/** Whether a person is waited for: at a sign-in page, or by a problem that does not pass by itself. */
function needsYou({ facts, next, problem }: JoinView): boolean {
  if (facts.running?.signInUrl != null) return true;
  if (problem === null) return false;
  if ('rest' in next) return true;
  return problem.remedy !== 'retry' && problem.remedy !== 'wait';
}

function doneStages(of: JoinView): ReadonlySet<JoinStageName> {
  const { pool, facts, now } = of;
  const gpus = fresh(facts, 'gpus', now);
  const agent = fresh(facts, 'agent', now);
  const node = fresh(facts, 'node', now);
  const holds: Readonly<Record<JoinStageName, boolean>> = {
    machine:
      gpus !== null &&
      gpus.gpus.some((g) => g.fault === null) &&
      facts.engine.known &&
      engineTrouble(facts) === null,
    network: network(facts, pool, now).is === 'connected',
    programs: agent !== null && fittingProgram(pool, facts, agent) !== null,
    start: node !== null && node.status === 'ready' && node.eligible,
  };
  return new Set(joinStages.filter((step) => holds[step]));
}

type Say = (of: JoinView) => SentPhrase[];

const say = (key: string, params: SentPhrase['params'] = {}): SentPhrase => ({
  key: `joining.${key}`,
  params,
});

const wills: Readonly<Record<JoinStageName, Say>> = {
  machine: (of) => [say('machine.will'), ...installLines(of, isOfEngine), ...promptLine(of, isOfEngine)],
  network: (of) => [
    ...installLines(of, isOfNetwork),
    say('network.will', { name: nameIn(of), network: controlHost(of.pool) }),
    say(of.pool.hasAuthKey ? 'network.willKey' : 'network.willBrowser'),
    ...promptLine(of, isOfNetwork),
  ],
  programs: ({ pool, facts, now }) => {
    const agent = fresh(facts, 'agent', now);
    const downloads = agent !== null && fittingProgram(pool, facts, agent) === null;
    return [say('programs.will'), ...(downloads ? [say('programs.willDownload')] : [])];
  },
  start: (of) => [say('start.will', { name: nameIn(of), pool: of.pool.invite.pool.name })],
};

const dids: Readonly<Record<JoinStageName, Say>> = {
  machine: ({ intent, facts, now }) => [
    ...installedLines(facts, isOfEngine),
    ...(fresh(facts, 'gpus', now)?.gpus ?? []).map((g) =>
      say(cardLine[whyKept(intent, fresh(facts, 'gpus', now)?.gpus ?? [], g) ?? 'shared'], { name: g.name }),
    ),
    ...(facts.engine.known
      ? [say(`machine.didEngine.${facts.engine.value.kind}`, { version: facts.engine.value.version })]
      : []),
  ],
  network: ({ pool, facts, now }) => {
    const net = network(facts, pool, now);
    if (net.is !== 'connected') return [];
    const before = facts.footprint.known ? findLine(facts.footprint.value, 'tailnet-before') : null;
    const address = net.sample.addresses.find((a) => a.includes('.')) ?? net.sample.addresses[0] ?? '';
    return [
      ...installedLines(facts, isOfNetwork),
      say('network.did', { address }),
      ...(before !== null && before.oldProfile !== null ? [say('network.didKept')] : []),
    ];
  },
  programs: ({ facts, now }) => {
    const program = fresh(facts, 'agent', now)?.program ?? null;
    return program === null ? [] : [say('programs.did', { version: program.version, path: program.path })];
  },
  start: (of) => (fresh(of.facts, 'node', of.now) === null ? [] : [say('start.did', { name: nameIn(of) })]),
};

const cardLine = {
  shared: 'machine.didCard',
  owner: 'machine.didKept',
  display: 'machine.didKept',
  fault: 'machine.didFault',
} as const;

const nameIn = ({ intent, pool, rules }: JoinView): string => nodeName(intent, pool, rules.hostname);

const isOfNetwork = (item: Install): boolean => item === 'tailscale' || item === 'tailscale-start';
const isOfEngine = (item: Install): boolean => !isOfNetwork(item);

/** What is still to be installed of one kind, and whether another program holds that up. */
function installLines({ facts, now }: JoinView, ofKind: (item: Install) => boolean): SentPhrase[] {
  const { running } = facts;
  const waits = running?.installing?.waits === true && ofKind(running.installing.item);
  return [
    ...neededInstalls(facts, now)
      .installs.filter(ofKind)
      .map((item) => say(`install.${item}`)),
    ...(waits ? [say('waitsForOther')] : []),
  ];
}

/** Said at the first step that leads to the prompt. */
function promptLine({ facts, now, rules }: JoinView, ofKind: (item: Install) => boolean): SentPhrase[] {
  if (rules.prompts !== true || (facts.footprint.known && findLine(facts.footprint.value, 'tailnet-entered')))
    return [];
  const { installs } = neededInstalls(facts, now);
  const atEngine = installs.some(isOfEngine);
  return atEngine === (ofKind === isOfEngine) ? [say('prompt')] : [];
}

/** What was installed of one kind, by the footprint. */
function installedLines(facts: Facts, ofKind: (item: Install) => boolean): SentPhrase[] {
  if (!facts.footprint.known) return [];
  const items = facts.footprint.value.flatMap(({ line }) => (line.kind === 'install' ? [line.item] : []));
  return [...new Set(items)].filter(ofKind).map((item) => say(`installed.${item}`));
}

/** The host of the pool's sign-in server, as people would recognise it. */
function controlHost({ invite }: PoolIntent): string {
  return /^https?:\/\/([^/]+)/i.exec(invite.tailnet.controlUrl)?.[1] ?? invite.tailnet.controlUrl;
}
