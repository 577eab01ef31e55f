import type { AppState } from '../../contract/app-state.ts';
import type { NodeState, PauseHow } from '../../contract/node-state.ts';
import { accountLine, accountOfNode, ownPause } from '../../contract/phrases.ts';
import { problem } from '../../contract/problems.ts';
import { present, type Cli } from '../cli.ts';
import { allOf, attentionOf, follow, newProblem, type Verdict } from '../follow.ts';
import { withHost } from '../hosts.ts';

/** How to pause. */
export interface PauseOptions {
  readonly how: PauseHow;
  /** Epoch milliseconds; null: until resumed. */
  readonly until: number | null;
  /** How long to wait until nothing runs any more; null: not at all, but that the pause has begun. */
  readonly waitMs: number | null;
}

/** `pause`: frees the GPU, or takes no new work, and waits until it is so. */
export function pause(cli: Cli, { how, until, waitMs }: PauseOptions): Promise<void> {
  return withHost(cli, async ({ host, state: before }) => {
    const { revision } = await host.sharing.pause({ how, until });
    const state = await follow(cli, host, {
      judge: (state): Verdict => {
        if (waitMs === null) return ownPause(state) ? 'done' : 'wait';
        return allOf(state).some(({ kind }) => kind === 'paused')
          ? 'done'
          : (newProblem(before, state) ?? 'wait');
      },
      from: revision,
      limitMs: waitMs ?? shortlyMs,
      late: (state) => attentionOf(state) ?? problem('work-not-stopping', leftText(cli, state)),
      goesOn: cli.speech().text('cli.pauseGoesOn'),
    });
    // Of what holds now the pause may be a note only, under a joining that goes on.
    const pausing = allOf(state).find(({ kind }) => kind === 'paused' || kind === 'pausing');
    showState(cli, state, pausing);
  });
}

/** `resume`: ends the owner's own pause and waits a little for what comes of it. */
export function resume(cli: Cli, { openAnyway }: { readonly openAnyway: boolean }): Promise<void> {
  return withHost(cli, async ({ host, state: before }) => {
    const { revision } = await host.sharing.resume({ openAnyway });
    const isOver = (state: AppState): boolean => ownPause(state) === null;
    const isSettled = (state: AppState): boolean =>
      !allOf(state).some(({ kind }) => kind === 'joining' || kind === 'looking' || kind === 'pausing');
    const state = await follow(cli, host, {
      judge: (state) => (isOver(state) && isSettled(state) ? 'done' : (newProblem(before, state) ?? 'wait')),
      from: revision,
      limitMs: 30_000,
      late: (state) =>
        isOver(state) ? 'done' : (attentionOf(state) ?? problem('internal', 'the pause did not end')),
      goesOn: cli.speech().text('cli.resumeGoesOn'),
    });
    showState(cli, state);
  });
}

/** The state after a command: whole for programs, for people one sentence about it or a part of it. */
export function showState(cli: Cli, state: AppState, of: NodeState = state.node): void {
  present(cli, state, () => {
    const speech = cli.speech();
    return [speech.say(accountLine(accountOfNode(of, state, speech)))];
  });
}

/** The state knows of a command this soon, or something is wrong. */
const shortlyMs = 15_000;

function leftText(cli: Cli, state: AppState): string {
  const left = allOf(state).find((one) => one.kind === 'pausing')?.left ?? 0;
  return cli.speech().text('cli.left', { count: left });
}
