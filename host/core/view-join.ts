import type { Joining, JoinStage, JoinStageName, SentPhrase } from '../../contract/joining.ts';
import { joinStages } from '../../contract/joining.ts';
import type { Problem } from '../../contract/problems.ts';
import { fresh, type Facts } from './facts.ts';
import { findLine } from './footprint.ts';
import type { Intent, PoolIntent } from './intent.ts';
import { network } from './network.ts';
import { nodeName } from './node-name.ts';
import { fittingProgram } from './program-wish.ts';
import type { Plan, Rules } from './planning.ts';

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
export function viewJoining(of: JoinView): Joining {
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
    machine: gpus !== null && gpus.gpus.some((g) => g.fault === null) && facts.engine.known,
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
  machine: () => [say('machine.will')],
  network: ({ intent, pool, rules }) => [
    say('network.will', { name: nodeName(intent, pool, rules.hostname), network: controlHost(pool) }),
    say(pool.hasAuthKey ? 'network.willKey' : 'network.willBrowser'),
  ],
  programs: () => [say('programs.will')],
  start: ({ intent, pool, rules }) => [
    say('start.will', { name: nodeName(intent, pool, rules.hostname), pool: pool.invite.pool.name }),
  ],
};

const dids: Readonly<Record<JoinStageName, Say>> = {
  machine: ({ intent, facts, now }) => [
    ...(fresh(facts, 'gpus', now)?.gpus ?? []).map((g) =>
      say(
        g.fault !== null
          ? 'machine.didFault'
          : intent.keptGpus.includes(g.uuid)
            ? 'machine.didKept'
            : 'machine.didCard',
        { name: g.name },
      ),
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
      say('network.did', { address }),
      ...(before !== null && before.oldProfile !== null ? [say('network.didKept')] : []),
    ];
  },
  programs: ({ facts, now }) => {
    const program = fresh(facts, 'agent', now)?.program ?? null;
    return program === null ? [] : [say('programs.did', { version: program.version, path: program.path })];
  },
  start: ({ facts, now, intent, pool, rules }) => {
    const node = fresh(facts, 'node', now);
    return node === null ? [] : [say('start.did', { name: nodeName(intent, pool, rules.hostname) })];
  },
};

/** The host of the pool's sign-in server, as people would recognise it. */
function controlHost({ invite }: PoolIntent): string {
  return /^https?:\/\/([^/]+)/i.exec(invite.tailnet.controlUrl)?.[1] ?? invite.tailnet.controlUrl;
}
