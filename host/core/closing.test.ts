import { describe, expect, it } from 'vitest';
import { closedUnderOperator, ourDrainRuns, whoseClosing } from './closing.ts';
import type { NodeEvent, NodeSample } from './ports/nomad.ts';

const id = '11111111-0000-4000-8000-000000000001';
const events = (...kinds: NodeEvent['kind'][]): NodeEvent[] => kinds.map((kind, i) => ({ at: i + 1, kind }));
const ours = (meta: Record<string, string> = {}): NodeSample['lastDrain'] => ({
  status: 'complete',
  accessor: `client:${id}`,
  meta: { by: 'rigshare', how: 'now', ...meta },
  at: 2,
});
const theirs: NodeSample['lastDrain'] = { status: 'complete', accessor: 'token:op', meta: {}, at: 2 };
const running = { deadlineMs: 0, ignoreSystemJobs: false };
const node = (change: Partial<NodeSample>): NodeSample => ({
  id,
  status: 'ready',
  eligible: false,
  drain: null,
  lastDrain: null,
  events: events('registered'),
  meta: {},
  ...change,
});

describe('whose closing a node is under', () => {
  it.each([
    ['an eligible node is open', node({ eligible: true }), 'open'],
    ['a first registration is closed by our own configuration', node({}), 'ours'],
    ['our running drain is ours', node({ drain: running, lastDrain: ours() }), 'ours'],
    ["an operator's running drain is theirs", node({ drain: running, lastDrain: theirs }), 'operator'],
    [
      'our drain laid on top of theirs stays theirs',
      node({ drain: running, lastDrain: ours({ under: 'operator' }) }),
      'operator',
    ],
    [
      'our completed drain is ours',
      node({ lastDrain: ours(), events: events('registered', 'drain-set', 'drain-complete') }),
      'ours',
    ],
    [
      'an ineligibility after our pause and resume is theirs, though the last drain says ours',
      node({
        lastDrain: ours(),
        events: events('drain-set', 'drain-complete', 'eligible', 'ineligible'),
      }),
      'operator',
    ],
    [
      'a drain of another node is not ours, whatever its words',
      node({ lastDrain: { ...ours()!, accessor: 'client:other' }, events: events('drain-set') }),
      'operator',
    ],
    [
      'a drain of ours by hand, without our mark, is not ours',
      node({ lastDrain: { ...ours()!, meta: {} }, events: events('drain-set') }),
      'operator',
    ],
    [
      'an ineligibility before anything of ours is theirs',
      node({ events: events('registered', 'ineligible') }),
      'operator',
    ],
    [
      'kept events that no longer reach back do not tell',
      node({ lastDrain: ours(), events: events('other', 'other') }),
      'unclear',
    ],
    ['nor do they for a node never drained', node({ events: events('other') }), 'unclear'],
  ] as const)('%s', (_, sample, whose) => {
    expect(whoseClosing(sample, undefined)).toBe(whose);
  });

  it("is the owner's to say where it is unclear, for what was closed until then", () => {
    const unclear = node({ lastDrain: ours(), events: events('other') });
    expect(whoseClosing(unclear, 1)).toBe('unclear');
    expect(whoseClosing(unclear, 3)).toBe('ours');
  });
  it('is never changed by the owner where it is clearly an operator', () => {
    expect(whoseClosing(node({ lastDrain: theirs, events: events('drain-set') }), 99)).toBe('operator');
  });
});

describe('a drain of ours', () => {
  it('is told from one laid over an operator’s closing, and from one that ended', () => {
    expect(ourDrainRuns(node({ drain: running, lastDrain: ours({ under: 'operator' }) }))).toBe(true);
    expect(closedUnderOperator(node({ lastDrain: ours({ under: 'operator' }) }))).toBe(true);
    expect(closedUnderOperator(node({ lastDrain: ours() }))).toBe(false);
    expect(ourDrainRuns(node({ lastDrain: ours() }))).toBe(false);
    expect(ourDrainRuns(node({ drain: running, lastDrain: theirs }))).toBe(false);
  });
});
