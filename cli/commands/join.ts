import type { Host } from '../../client/connect.ts';
import type { AppState } from '../../contract/app-state.ts';
import type { CheckResult } from '../../contract/checks.ts';
import type { InvitePreview } from '../../contract/invite-preview.ts';
import { problem, ProblemError, type Problem } from '../../contract/problems.ts';
import type { Consent, JoinChoices } from '../../contract/consent.ts';
import { exitCodes, Interrupted, present, type Cli } from '../cli.ts';
import { allOf, attentionOf, follow, type Verdict } from '../follow.ts';
import { endIdle, withStartedHost } from '../hosts.ts';
import { readInviteText } from '../invite-text.ts';
import { choicesFor, consentSections, type JoinWishes } from '../views/consent.ts';
import { checkLines } from '../views/checks.ts';
import { previewLines } from '../views/invite.ts';
import { stepLines } from '../views/joining.ts';
import { dash } from '../views/parts.ts';
import { showState } from './pause.ts';
import { penOf } from './status.ts';

/** How to join. */
export interface JoinOptions {
  /** A file's path, or `-` for standard input. */
  readonly file: string;
  /** Only look: at the invite, at this computer, at what would be connected. */
  readonly check: boolean;
  /** Agreed to beforehand. */
  readonly accept: boolean;
  readonly waitMs: number | null;
  readonly wishes: JoinWishes;
  /** Where the command is typed from, and that the connection may be lost. */
  readonly session: { readonly from: string | null; readonly mayBeLost: boolean };
}

type Invite = Parameters<Host['pool']['join']>[0];

/** `join`: shows what an invite would do, asks, and joins. Returns the exit code. */
export async function join(
  cli: Cli,
  { file, check, accept, waitMs, wishes, session }: JoinOptions,
): Promise<number> {
  const invite: Invite = { text: await readInviteText(file, cli.terminal, cli.speech()), from: 'file' };
  return withStartedHost(cli, async ({ host, state }, isNew) => {
    const asked = { joins: false };
    try {
      const preview = await host.pool.preview(invite);
      const consent = await host.pool.consent({ invite, session });
      const choices = choicesFor(consent, wishes);
      if ('unknownCard' in choices) return noSuchCard(cli, consent, choices.unknownCard);
      const proposal = { preview, consent, choices };
      if (check) return await checkAll(cli, host, invite, proposal);
      if (!accept && !(await agrees(cli, proposal, state))) return exitCodes.problem;
      const { revision } = await host.pool.join({ ...invite, ...choices, session });
      asked.joins = true;
      showState(cli, await untilJoined(cli, host, revision, waitMs));
      return exitCodes.done;
    } finally {
      if (isNew && !asked.joins) await endIdle(host);
    }
  });
}

/** All that is shown before joining. */
interface Proposal {
  readonly preview: InvitePreview;
  readonly consent: Consent;
  readonly choices: JoinChoices;
}

function noSuchCard(cli: Cli, { cards }: Consent, card: string): number {
  const names = cards.map(({ name, uuid }) => `${name} (${uuid})`).join(', ');
  cli.terminal.err(cli.speech().text('cli.noSuchCard', { card, cards: names || dash }));
  return exitCodes.usage;
}

function proposalLines(cli: Cli, { preview, consent, choices }: Proposal): readonly string[] {
  const pen = penOf(cli);
  return [...previewLines(preview, pen), ...consentSections(consent, preview, choices, pen)];
}

async function checkAll(cli: Cli, host: Host, invite: Invite, proposal: Proposal): Promise<number> {
  const checks: CheckResult[] = [];
  for await (const result of await host.checks.run({ invite }, { signal: cli.interrupted }))
    checks.push(result);
  present(cli, { ...proposal, checks }, () => [
    ...proposalLines(cli, proposal),
    ...checkLines(checks, penOf(cli)),
  ]);
  const wrong = checks.find((one) => one.problem !== null)?.problem;
  if (wrong) throw new ProblemError(wrong);
  return exitCodes.done;
}

/** Shows what it would do and asks; nobody there is a no. */
async function agrees(cli: Cli, proposal: Proposal, { demo, demoInvite }: AppState): Promise<boolean> {
  const { text } = cli.speech();
  const { preview } = proposal;
  present(cli, proposal, () => proposalLines(cli, proposal));
  if (cli.json) return false;
  if (!cli.terminal.isAttended) {
    cli.terminal.err(text('cli.needsAccept'));
    return false;
  }
  if (demo && demoInvite === null) cli.terminal.err(text('join.endsDemo'));
  const question = text('cli.ask', { question: text('join.accept', { pool: preview.pool.name }) });
  const yes = await cli.terminal
    .confirm(`\n${question} `, text('cli.yes').split(' '), cli.interrupted)
    .catch(() => Promise.reject(new Interrupted(text('cli.notJoined'))));
  if (!yes) cli.terminal.err(text('cli.notJoined'));
  return yes;
}

function untilJoined(cli: Cli, host: Host, from: number, waitMs: number | null): Promise<AppState> {
  return follow(cli, host, {
    judge: (state) => (waitMs === null ? 'done' : joined(state)),
    from,
    limitMs: waitMs ?? 15_000,
    late: (state) => attentionOf(state) ?? lateProblem(state),
    goesOn: cli.speech().text('cli.joinGoesOn'),
    steps: stepLines(),
  });
}

function joined(state: AppState): Verdict {
  const kinds = new Set(allOf(state).map(({ kind }) => kind));
  const under = ['joining', 'looking', 'new', 'leaving'] as const;
  if (
    state.pool !== null &&
    (!state.demo || state.demoInvite !== null) &&
    under.every((kind) => !kinds.has(kind)) &&
    !kinds.has('attention') &&
    !kinds.has('offline')
  )
    return 'done';
  const wrong = attentionOf(state);
  // Somebody at a browser is waited for, as long as the limit allows.
  const signsIn = allOf(state).some((one) => one.kind === 'joining' && one.signInUrl !== null);
  return wrong === null || signsIn ? 'wait' : wrong;
}

function lateProblem(state: AppState): Problem {
  const joining = allOf(state).find((one) => one.kind === 'joining');
  if (joining?.signInUrl) return problem('tailnet-sign-in', joining.signInUrl);
  const inPool = joining && ['nomad', 'start', 'ready'].includes(joining.step);
  return problem(inPool ? 'nomad-not-registering' : 'tailscale-slow');
}
