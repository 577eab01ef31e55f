import { beforeAll, describe, expect, it } from 'vitest';
import en from '../assets/text/en.json' with { type: 'json' };
import zh from '../assets/text/zh-CN.json' with { type: 'json' };
import type { Work } from './app-state.ts';
import { reasons, type NodeState, type PauseReason } from './node-state.ts';
import {
  accountLine,
  accountOfNode,
  ownPause,
  pauseEffect,
  reasonPhrase,
  whenPhrase,
  type AccountContext,
} from './phrases.ts';
import { pauseChoices } from './pause-choices.ts';
import { problem } from './problems.ts';
import { speaker, type Say } from './translate.ts';

const say = { en: speaker(en, 'en'), zh: speaker(zh, 'zh-CN') };
const now = Date.UTC(2026, 10, 25, 14, 0);
const minute = 60_000;

const pool = {
  id: 'p',
  name: 'Aurora',
  operator: 'Aurora e.V.',
  contact: 'a@b.example',
  currency: 'EUR',
  ownersMayReadLogs: false,
};

function job(state: Work['state'] = 'running'): Work {
  return {
    id: 'w',
    job: 'train',
    type: 'batch',
    state,
    gpus: [],
    since: now,
    endedAt: null,
    restarts: 0,
    ended: null,
    image: null,
    progress: null,
  };
}

function reason(of: Partial<PauseReason>): PauseReason {
  return { reason: 'you', how: 'now', since: now, until: null, name: null, ...of };
}

function line(
  node: NodeState,
  context: Partial<AccountContext> = {},
  speak: Say = say.en,
  language = 'en',
): string {
  return speak(accountLine(accountOfNode(node, { pool, work: [], ...context }, { now, language })));
}

beforeAll(() => {
  process.env['TZ'] = 'UTC';
});

describe('what people read of a state', () => {
  it('says a pause of the owner with its end', () => {
    const until = now + 120 * minute;
    const node: NodeState = { kind: 'paused', reasons: [reason({ until })], until, ends: 'time' };
    expect(line(node)).toBe('Paused by you. Resumes at 16:00.');
    expect(line(node, {}, say.zh, 'zh-CN')).toBe('您已暂停共享。将于16:00恢复。');
  });

  it('says a pause until tomorrow and one without end', () => {
    const until = now + 18 * 60 * minute;
    expect(line({ kind: 'paused', reasons: [reason({ until })], until, ends: 'time' })).toBe(
      'Paused by you. Resumes tomorrow at 08:00.',
    );
    expect(line({ kind: 'paused', reasons: [reason({})], until: null, ends: 'owner' })).toBe(
      'Paused by you. Stays paused until you resume.',
    );
  });

  it('names the game that runs and what ends the pause', () => {
    const node: NodeState = {
      kind: 'paused',
      reasons: [reason({ reason: 'game', name: 'Cyberpunk 2077' })],
      until: null,
      ends: 'cause',
    };
    expect(line(node)).toBe('Paused: Cyberpunk 2077 is running. Resumes shortly after it closes.');
  });

  it('leads with the owner’s own pause and says the rest beside it', () => {
    const node: NodeState = {
      kind: 'paused',
      reasons: [reason({ reason: 'game', name: 'Doom' }), reason({})],
      until: null,
      ends: 'owner',
    };
    const account = accountOfNode(node, { pool, work: [] }, { now, language: 'en' });
    expect([account.title, ...account.also].map(say.en)).toEqual(['Paused by you', 'Doom is running']);
  });

  it('does not promise one end where several causes hold', () => {
    const node: NodeState = {
      kind: 'paused',
      reasons: [reason({ reason: 'game' }), reason({ reason: 'battery' })],
      until: null,
      ends: 'cause',
    };
    expect(line(node)).toBe('Paused: A game is running. Resumes when all of these are over.');
  });

  it('promises nothing that only the operator can do', () => {
    const node: NodeState = {
      kind: 'paused',
      reasons: [reason({ reason: 'operator', name: 'new switches' })],
      until: null,
      ends: 'operator',
    };
    expect(line(node)).toBe(
      "Paused: The pool's operator paused this computer: new switches. Sharing goes on when the pool's operator allows it again.",
    );
  });

  it('counts down while the GPU is being freed', () => {
    const node: NodeState = {
      kind: 'pausing',
      reasons: [reason({})],
      since: now,
      left: 2,
      freesAt: now + 12_000,
    };
    expect(line(node)).toBe('Freeing your GPU: You paused it. Yours in 12s at the latest.');
    expect(line({ ...node, freesAt: now - 1 })).toBe(
      'Freeing your GPU: You paused it. 2 jobs are being stopped.',
    );
    expect(line({ ...node, left: 0 })).toBe(
      'Freeing your GPU: You paused it. Making sure that nothing is left on the GPU.',
    );
  });

  it('lets jobs end where the owner asked for that, unless another reason wants the GPU now', () => {
    const node: NodeState = {
      kind: 'pausing',
      reasons: [reason({ how: 'finish' })],
      since: now,
      left: 1,
      freesAt: null,
    };
    expect(line(node)).toBe(
      'Taking no new jobs: You paused it. 1 job may run to its end, then sharing is paused.',
    );
    expect(line({ ...node, reasons: [...node.reasons, reason({ reason: 'game' })] })).toContain(
      'Freeing your GPU',
    );
  });

  it('counts the jobs that run, and calls no ended one running', () => {
    const node: NodeState = { kind: 'sharing', since: now, busy: true };
    expect(line(node, { work: [job(), job('ended')] })).toBe(
      'Sharing: 1 job is running. You can have your GPU back at any time.',
    );
    expect(line({ ...node, busy: false })).toBe(
      "Sharing: Ready for the pool's jobs. The next job starts by itself.",
    );
    expect(line(node, { work: [job(), job('starting')] }, say.zh, 'zh-CN')).toBe(
      '共享中：正在运行 2 个任务。您随时可以收回 GPU。',
    );
  });

  it('does not call a job running whose files are still on their way', () => {
    const node: NodeState = { kind: 'sharing', since: now, busy: true };
    expect(line(node, { work: [job('downloading')] })).toContain('1 job is on its way here');
    expect(line(node, { work: [job('downloading'), job()] })).toContain('1 job is running');
  });

  it('says what cannot be reached, when it is tried again, and that jobs go on', () => {
    const node: NodeState = { kind: 'offline', since: now, nextTry: now + 90_000, cause: 'server' };
    expect(line(node)).toBe(
      "Not connected to the pool: The pool's servers don't answer. Tries again by itself in 1m.",
    );
    const account = accountOfNode(node, { pool, work: [job()] }, { now, language: 'en' });
    expect(account.also.map(say.en)).toEqual(['1 job goes on running here meanwhile']);
    expect(
      accountOfNode({ ...node, cause: 'agent' }, { pool, work: [job()] }, { now, language: 'en' }).also,
    ).toEqual([]);
  });

  it('says the problem itself where something needs attention', () => {
    expect(line({ kind: 'attention', problem: problem('tailscale-stopped') })).toBe(
      'Needs your attention: Tailscale is not running. Sharing goes on once this is solved.',
    );
  });

  it('says the step of joining and the next one', () => {
    const node: NodeState = { kind: 'joining', step: 'tailscale', progress: null, signInUrl: null };
    expect(line(node)).toBe(
      "Joining Aurora: Looking whether Tailscale is there and running. Next: Enter the pool's network.",
    );
    expect(line({ ...node, step: 'ready' })).toContain('Then this computer is ready for jobs');
    expect(line({ ...node, step: 'sign-in', signInUrl: 'https://x.example' }, { pool: null })).toBe(
      "Joining the pool: Entering the pool's network. Sign in in your browser to go on.",
    );
  });

  it('says what leaving still waits for', () => {
    expect(line({ kind: 'leaving', left: 1 })).toBe(
      'Leaving Aurora: 1 job is being stopped and starts again elsewhere. This computer is then as it was before.',
    );
    expect(line({ kind: 'leaving', left: 0 })).toContain('Undoing what joining changed');
    expect(line({ kind: 'leaving', left: 2, how: 'finish' })).toContain('2 jobs end first');
    expect(line({ kind: 'leaving', left: 0, doing: 'engine' })).toContain('Removing what jobs brought');
  });

  it.each([['en', say.en] as const, ['zh-CN', say.zh] as const])(
    'leaves nothing unsaid in %s',
    (language, speak) => {
      const every: readonly NodeState[] = [
        { kind: 'looking' },
        { kind: 'new' },
        ...reasons.flatMap((r): NodeState[] => [
          { kind: 'paused', reasons: [reason({ reason: r, name: 'X' })], until: null, ends: 'cause' },
          { kind: 'pausing', reasons: [reason({ reason: r })], since: now, left: 0, freesAt: null },
        ]),
        ...(['tailnet', 'server', 'agent'] as const).map((cause): NodeState => ({
          kind: 'offline',
          since: now,
          nextTry: null,
          cause,
        })),
      ];
      for (const node of every)
        expect(line(node, {}, speak, language)).not.toMatch(/\{\{|[a-z]\.[a-z]|undefined/);
    },
  );
});

describe('pausing', () => {
  it('says what it does to the work now running', () => {
    expect(say.en(pauseEffect([job(), job('downloading'), job('ended')], 'now'))).toBe(
      '2 jobs stop here and start again elsewhere. What they have not saved is computed again',
    );
    expect(say.en(pauseEffect([job()], 'finish'))).toBe('1 job runs to its end, no new one starts');
    expect(say.en(pauseEffect([], 'now'))).toBe('No job is running here. No new one starts until you resume');
  });

  it('offers times from now on, tomorrow morning, no end, and letting jobs finish', () => {
    const choices = pauseChoices(now);
    expect(choices.map((c) => [c.id, c.how, c.until === null ? null : (c.until - now) / minute])).toEqual([
      ['half-hour', 'now', 30],
      ['hour', 'now', 60],
      ['four-hours', 'now', 240],
      ['tomorrow', 'now', 18 * 60],
      ['resume', 'now', null],
      ['finish', 'finish', null],
    ]);
  });

  it('finds the owner’s own pause also among the notes', () => {
    const node: NodeState = { kind: 'joining', step: 'machine', progress: null, signInUrl: null };
    const paused: NodeState = {
      kind: 'paused',
      reasons: [reason({ reason: 'game' }), reason({})],
      until: null,
      ends: 'owner',
    };
    expect(ownPause({ node, notes: [paused] })?.reason).toBe('you');
    expect(ownPause({ node, notes: [] })).toBeNull();
  });

  it('names what pauses only where the sentence has a place for it', () => {
    expect(say.en(reasonPhrase({ reason: 'battery', name: 'BAT0' }))).toBe('This computer runs on battery');
  });

  it('says what is wrong behind a reason', () => {
    const mismatch = problem('gpu-driver-mismatch', 'NVML');
    expect(say.en(reasonPhrase({ reason: 'machine', name: null, problem: mismatch }))).toMatch(
      /make every job fail: The graphics driver was updated/,
    );
    const failing = problem('jobs-failing', 'a, b, c');
    expect(say.en(reasonPhrase({ reason: 'machine', name: 'a, b, c', problem: failing }))).toMatch(
      /one after the other.*: a, b, c$/,
    );
    const untold = problem('idle-unknown');
    expect(say.zh(reasonPhrase({ reason: 'idle', name: null, problem: untold }))).toBe(
      '无法得知是否有人在使用本机，因此不共享',
    );
  });

  it('has the owner end what waits for their word alone', () => {
    const failing = reason({ reason: 'machine', problem: problem('jobs-failing') });
    const node: NodeState = { kind: 'paused', reasons: [failing], until: null, ends: 'owner' };
    expect(ownPause({ node, notes: [] })).toBe(failing);
    const both: NodeState = { ...node, reasons: [failing, reason({})] };
    expect(ownPause({ node: both, notes: [] })?.reason).toBe('you');
  });
});

describe('a point in time', () => {
  it('is said with its day unless it is today', () => {
    const saying = { now, language: 'en' };
    const said = [now, now + 12 * 60 * minute, now + 72 * 60 * minute].map((at) =>
      say.en(whenPhrase(at, saying)),
    );
    expect(said).toEqual(['at 14:00', 'tomorrow at 02:00', 'on Sat 28 Nov at 14:00']);
  });
});
