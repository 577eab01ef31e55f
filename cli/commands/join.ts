import type { FoundHost } from '../../client/find-host.ts';
import type { Host } from '../../client/connect.ts';
import type { AppState } from '../../contract/app-state.ts';
import type { CheckResult } from '../../contract/checks.ts';
import type { InvitePreview } from '../../contract/invite-preview.ts';
import { problem, ProblemError, type Problem } from '../../contract/problems.ts';
import { exitCodes, Interrupted, present, type Cli } from '../cli.ts';
import { allOf, attentionOf, follow, type Verdict } from '../follow.ts';
import { withStartedHost } from '../hosts.ts';
import { readInviteText } from '../invite-text.ts';
import { checkLines, previewLines } from '../views/invite.ts';
import { presentState } from './pause.ts';
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
}

type Invite = Parameters<Host['pool']['join']>[0];

/** `join`: shows what an invite would do, asks, and joins. Returns the exit code. */
export async function join(cli: Cli, { file, check, accept, waitMs }: JoinOptions): Promise<number> {
  const invite: Invite = { text: await readInviteText(file, cli.terminal, cli.speech()), from: 'file' };
  return withStartedHost(cli, async (found, isNew) => {
    const preview = await found.host.pool.preview(invite);
    if (check) return lookOnly(found, isNew, () => checkAll(cli, found.host, invite, preview));
    if (!accept) {
      present(cli, { preview }, () => previewLines(preview, penOf(cli)));
      const agreed = !cli.json && cli.terminal.isAttended && (await ask(cli, preview, found.state));
      if (!agreed) return lookOnly(found, isNew, async () => refused(cli));
    }
    presentState(cli, await enter(cli, found.host, invite, waitMs));
    return exitCodes.done;
  });
}

/** Ends a host again that was started only to look. */
async function lookOnly(
  { host, state }: FoundHost,
  isNew: boolean,
  look: () => Promise<number>,
): Promise<number> {
  try {
    return await look();
  } finally {
    // A home that was in a pool already shares on: then it was started for good.
    if (isNew && (state.pool === null || state.demo))
      await host.host.stop({ sharing: 'stop' }).catch(() => undefined);
  }
}

async function checkAll(cli: Cli, host: Host, invite: Invite, preview: InvitePreview): Promise<number> {
  const checks: CheckResult[] = [];
  for await (const result of await host.checks.run({ invite }, { signal: cli.interrupted }))
    checks.push(result);
  present(cli, { preview, checks }, () => [
    ...previewLines(preview, penOf(cli)),
    ...checkLines(checks, penOf(cli)),
  ]);
  const wrong = checks.find((one) => one.problem !== null)?.problem;
  if (wrong) throw new ProblemError(wrong);
  return exitCodes.done;
}

async function ask(cli: Cli, { pool }: InvitePreview, { demo }: AppState): Promise<boolean> {
  const { text } = cli.speech();
  if (demo) cli.terminal.err(text('join.endsDemo'));
  const question = text('cli.ask', { question: text('join.accept', { pool: pool.name }) });
  try {
    return await cli.terminal.confirm(`\n${question} `, text('cli.yes').split(' '), cli.interrupted);
  } catch {
    throw new Interrupted(text('cli.notJoined'));
  }
}

function refused(cli: Cli): number {
  const { text } = cli.speech();
  if (!cli.json) cli.terminal.err(text(cli.terminal.isAttended ? 'cli.notJoined' : 'cli.needsAccept'));
  return exitCodes.problem;
}

async function enter(cli: Cli, host: Host, invite: Invite, waitMs: number | null): Promise<AppState> {
  const { revision } = await host.pool.join(invite);
  return follow(cli, host, {
    judge: (state) => (waitMs === null ? 'done' : joined(state)),
    from: revision,
    limitMs: waitMs ?? 15_000,
    late: (state) => attentionOf(state) ?? lateProblem(state),
    goesOn: cli.speech().text('cli.joinGoesOn'),
  });
}

function joined(state: AppState): Verdict {
  const kinds = new Set(allOf(state).map(({ kind }) => kind));
  const under = ['joining', 'looking', 'new', 'leaving'] as const;
  if (
    state.pool !== null &&
    !state.demo &&
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
