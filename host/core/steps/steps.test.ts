import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../contract/problems.ts';
import type { Sample } from '../observe.ts';
import type { AgentSettings } from '../ports/nomad.ts';
import type { Step } from '../step.ts';
import { FakePorts } from '../testing/fake-ports.ts';
import { joined } from '../testing/world-model.ts';
import { runStep } from './steps.ts';

const enter = {
  kind: 'enter-tailnet' as const,
  request: {
    controlUrl: 'https://head.pool.example',
    tag: 'tag:nomad-client',
    hostname: 'rig',
    shieldsUp: true,
    operator: 'owner',
  },
};

/** Runs a step to its end, its waits included; answers its problem's code, or null. */
async function run(ports: FakePorts, step: Step): Promise<string | null> {
  const done = runStep(step, ports.context()).then(
    () => null,
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : `threw ${String(error)}`),
  );
  await ports.clock.advance(120_000);
  return done;
}

const container = (id: string, state: 'running' | 'exited' | 'created') => ({
  id,
  allocation: 'a',
  state,
  image: 'x',
});

describe("entering the pool's network", () => {
  it('notes each change before the next, keeps its word, and forgets the key', async () => {
    const ports = new FakePorts();
    ports.kept.set('auth-key', 'key');
    expect(await run(ports, enter)).toBeNull();
    expect(ports.calls).toEqual([
      'footprint.add tailnet',
      'privilege.enter key',
      'report ',
      'footprint.add tailnet-before',
      'footprint.add tailnet-profile',
      'report ',
      'privilege.finish connected',
      'footprint.add tailnet-entered',
    ]);
    expect(ports.kept.has('auth-key')).toBe(false);
  });
  it('goes back when the tag is missing or no server answers, and leaves no line behind', async () => {
    for (const [change, code] of [
      [{ tags: [] }, 'tailnet-tag-missing'],
      [{ server: null }, 'tailnet-unreachable'],
      [{ backend: 'needs-approval', server: null }, 'tailnet-needs-approval'],
    ] as const) {
      const ports = new FakePorts();
      ports.kept.set('auth-key', 'key');
      ports.tailnet = change;
      expect(await run(ports, enter)).toBe(code);
      expect(ports.called('privilege.finish')).toEqual(['privilege.finish undo']);
      expect(ports.entries).toEqual([]);
      expect(ports.kept.has('auth-key')).toBe(false);
    }
  });
  it('keeps the key for another try where it was never used', async () => {
    const ports = new FakePorts();
    ports.kept.set('auth-key', 'key');
    ports.entering = [];
    ports.enterFails = 'administrator-refused';
    expect(await run(ports, enter)).toBe('administrator-refused');
    expect(ports.kept.get('auth-key')).toBe('key');
    expect(ports.entries).toEqual([]);
  });
  it('does not begin without the key that the invite brought', async () => {
    const ports = new FakePorts();
    expect(await run(ports, enter)).toBe('secrets-lost');
    expect(ports.calls).toEqual([]);
  });
  describe('after a host that died on the way in', () => {
    const died = (): FakePorts => {
      const ports = new FakePorts();
      ports.kept.set('auth-key', 'key');
      ports.walked(
        { kind: 'tailnet', controlUrl: 'x', tag: 't' },
        { kind: 'tailnet-before', oldProfile: 'old', formerOperator: '' },
        { kind: 'tailnet-profile', newProfile: 'stale' },
      );
      return ports;
    };
    it('takes up a network that stands, without another sign-in', async () => {
      const ports = died();
      expect(await run(ports, enter)).toBeNull();
      expect(ports.calls).toEqual(['footprint.add tailnet-entered']);
      expect(ports.kept.has('auth-key')).toBe(false);
    });
    it('begins anew where the privileged program went back', async () => {
      const ports = died();
      ports.away();
      await run(ports, enter);
      expect(ports.calls.slice(0, 4)).toEqual([
        'footprint.undone tailnet-profile',
        'footprint.undone tailnet-before',
        'footprint.undone tailnet',
        'footprint.add tailnet',
      ]);
      expect(ports.called('privilege.leave')).toEqual([]);
    });
    it('goes back itself where the dead host was root', async () => {
      const ports = died();
      ports.away();
      ports.way = 'inline';
      await run(ports, enter);
      expect(ports.calls[0]).toBe('privilege.leave old ');
    });
  });
  it('shows the page to sign in at while there is one', async () => {
    const ports = new FakePorts();
    ports.kept.set('auth-key', 'key');
    ports.entering = [
      { kind: 'sign-in', withinMs: 1_800_000, url: 'https://head.pool.example/a' },
      ...ports.entering,
    ];
    await run(ports, enter);
    expect(ports.called('report')).toEqual(['report https://head.pool.example/a', 'report ', 'report ']);
  });
  it('shows no page that is not the network’s own, and goes back', async () => {
    const ports = new FakePorts();
    ports.kept.set('auth-key', 'key');
    ports.entering = [
      { kind: 'sign-in', withinMs: 1_800_000, url: 'https://head.pool.example.evil.example/a' },
      ...ports.entering,
    ];
    expect(await run(ports, enter)).toBe('sign-in-page-refused');
    expect(ports.called('report')).toEqual([]);
    expect(ports.called('privilege.finish')).toEqual(['privilege.finish undo']);
    expect(ports.entries).toEqual([]);
  });
  it('puts a new profile in the place of the dead one, and keeps what was before the pool', async () => {
    const ports = new FakePorts();
    ports.kept.set('auth-key', 'key');
    ports.walked(
      { kind: 'tailnet', controlUrl: 'https://head.pool.example', tag: 'tag:nomad-client' },
      { kind: 'tailnet-before', oldProfile: 'own', formerOperator: 'mira' },
      { kind: 'tailnet-profile', newProfile: 'dead' },
      { kind: 'tailnet-entered', nodeId: 'n0' },
    );
    expect(await run(ports, { ...enter, request: { ...enter.request, replaces: 'dead' } })).toBeNull();
    expect(ports.entries.map((e) => e.line)).toEqual([
      { kind: 'tailnet-before', oldProfile: 'own', formerOperator: 'mira' },
      { kind: 'tailnet', controlUrl: enter.request.controlUrl, tag: 'tag:nomad-client' },
      { kind: 'tailnet-profile', newProfile: 'new' },
      { kind: 'tailnet-entered', nodeId: 'n1' },
    ]);
  });
  it('keeps the lines of the dead profile where entering again comes to nothing', async () => {
    const ports = new FakePorts();
    ports.kept.set('auth-key', 'key');
    ports.walked(
      { kind: 'tailnet', controlUrl: 'https://head.pool.example', tag: 'tag:nomad-client' },
      { kind: 'tailnet-profile', newProfile: 'dead' },
      { kind: 'tailnet-entered', nodeId: 'n0' },
    );
    const before = ports.entries;
    ports.enterFails = 'tailnet-key-refused';
    const again = { ...enter, request: { ...enter.request, replaces: 'dead' } };
    expect(await run(ports, again)).toBe('tailnet-key-refused');
    expect(ports.entries).toEqual(before);
  });
  it('notes what is installed on the way, and says what it is', async () => {
    const ports = new FakePorts();
    ports.kept.set('auth-key', 'key');
    const undo = { packages: ['tailscale'], files: [], services: [], groups: [] };
    ports.entering = [
      { kind: 'installing', item: 'tailscale', done: 0, of: 2, waits: false },
      { kind: 'install', item: 'tailscale', undo },
      ...ports.entering,
    ];
    expect(await run(ports, enter)).toBeNull();
    expect(ports.entries.map((e) => e.line)).toContainEqual({ kind: 'install', item: 'tailscale', undo });
  });
});

describe('configuring', () => {
  const step: Step = { kind: 'configure', wanted: { httpPort: 4646 } as never };
  it('notes folder and port before it writes', async () => {
    const ports = new FakePorts();
    ports.freePort = () => 4650;
    await run(ports, step);
    expect(ports.calls).toEqual(['footprint.add folder', 'footprint.add agent', 'nomad.configure 4650']);
    await run(ports, step);
    expect(ports.called('footprint.add')).toHaveLength(2);
    expect(ports.calls.at(-1)).toBe('nomad.configure 4650');
  });

  it('says what changes and why, and nothing where it is the first or the same', async () => {
    const ports = new FakePorts();
    const lines = (value: string) => [{ key: 'advertise.http', value }];
    const told = async (
      now: AgentSettings['now'],
      next: AgentSettings['next'],
    ): Promise<readonly Sample[]> => {
      ports.settings = { version: '2.0.5', now, next };
      const samples: Sample[] = [];
      await runStep(step, { ...ports.context(), see: (sample) => samples.push(sample) });
      return samples;
    };
    expect(await told([], lines('a:1'))).toEqual([]);
    expect(await told(lines('a:1'), lines('a:1'))).toEqual([]);
    expect(await told(lines('a:1'), lines('b:1'))).toEqual([
      {
        configured: {
          why: ['address'],
          lines: [{ key: 'advertise.http', from: 'a:1', to: 'b:1' }],
          at: ports.clock.now(),
        },
      },
    ]);
  });
});

describe('starting the agent', () => {
  it('gives up a port that another program took, for the next one', async () => {
    const ports = new FakePorts();
    ports.walked({ kind: 'agent', httpPort: 4646, folder: '/agent' });
    ports.freePort = () => 4651;
    expect(await run(ports, { kind: 'start-agent', httpPort: 4646 })).toBe('nomad-port-taken');
    expect(ports.entries.map((e) => e.line)).toEqual([{ kind: 'agent', httpPort: 4651, folder: '/agent' }]);
    expect(ports.called('nomad.start')).toEqual([]);
  });
});

describe('closing', () => {
  const close = (how: 'now' | 'finish'): Step => ({
    kind: 'close',
    meta: { how, reason: 'you', under: null },
  });

  it('is no surprise where the pool does not answer in time', async () => {
    const ports = new FakePorts();
    ports.silent = true;
    expect(await run(ports, close('now'))).toBe('nomad-server-lost');
    ports.silent = false;
    expect(await run(ports, close('now'))).toBeNull();
  });
});

describe('opening', () => {
  it('ends joining once, and forgets the introduction', async () => {
    const ports = new FakePorts();
    ports.kept.set('introduction-token', 't');
    await run(ports, { kind: 'open', eligible: true });
    await run(ports, { kind: 'open', eligible: true });
    expect(ports.called('footprint.add')).toEqual(['footprint.add opened']);
    expect(ports.kept.size).toBe(0);
  });
  it('joins nothing when it only takes our drain away', async () => {
    const ports = new FakePorts();
    await run(ports, { kind: 'open', eligible: false });
    expect(ports.called('footprint.add')).toEqual([]);
  });
});

describe('taking back', () => {
  const step: Step = { kind: 'take-back', how: 'now', killAfterMs: 10_000 };
  it('kills the agent first, else it would restart the tasks', async () => {
    const ports = new FakePorts();
    ports.containers = [
      container('one', 'running'),
      container('two', 'exited'),
      container('three', 'created'),
    ];
    expect(await run(ports, step)).toBeNull();
    expect(ports.calls).toEqual([
      'nomad.kill',
      'see engine',
      'engine.stop one 10000',
      'engine.remove one',
      'engine.remove two',
      'engine.remove three',
      'nomad.sweep',
    ]);
  });
  it('sweeps the helpers even where no engine answers, and says so', async () => {
    const ports = new FakePorts();
    ports.engine = 'engine-refused';
    expect(await run(ports, step)).toBe('engine-refused');
    expect(ports.calls).toEqual(['nomad.kill', 'see engine', 'nomad.sweep']);
  });
});

describe('leaving', () => {
  const walk = (ports: FakePorts): void =>
    ports.walked(
      { kind: 'folder', path: '/secrets', asRoot: false },
      { kind: 'tailnet', controlUrl: 'https://head.pool.example', tag: 't' },
      { kind: 'tailnet-before', oldProfile: 'old', formerOperator: 'me' },
      { kind: 'tailnet-profile', newProfile: 'new' },
      { kind: 'tailnet-entered', nodeId: 'n1' },
      { kind: 'folder', path: '/agent', asRoot: true },
      { kind: 'agent', httpPort: 4646, folder: '/agent' },
      { kind: 'opened' },
    );
  it('asks for root once, for the network and for what containers wrote as root', async () => {
    const ports = new FakePorts();
    walk(ports);
    ports.denied.add('/agent');
    expect(await run(ports, { kind: 'leave' })).toBeNull();
    expect(ports.called('privilege')).toEqual(['privilege.leave old /agent']);
    expect(ports.entries).toEqual([]);
    expect(ports.called('footprint.undone').at(0)).toBe('footprint.undone opened');
    expect(ports.called('footprint.undone').at(-1)).toBe('footprint.undone folder');
  });
  it('asks for no root where nothing needs it', async () => {
    const ports = new FakePorts();
    ports.walked({ kind: 'folder', path: '/secrets', asRoot: false });
    await run(ports, { kind: 'leave' });
    expect(ports.called('privilege')).toEqual([]);
  });
  it('removes our own folders also where their lines were lost', async () => {
    const ports = new FakePorts();
    await run(ports, { kind: 'leave' });
    const { folders, shelf } = ports.ports();
    expect(ports.called('folders.remove')).toEqual([
      `folders.remove ${folders.agent}`,
      `folders.remove ${folders.secrets}`,
      `folders.remove ${shelf.folder}`,
    ]);
  });
  it('keeps its lines until all is undone', async () => {
    const ports = new FakePorts();
    walk(ports);
    const context = ports.context({ ...joined, pool: null });
    const refusing = {
      ...context,
      ports: {
        ...context.ports,
        privilege: { ...context.ports.privilege, leave: () => Promise.reject(new Error('no')) },
      },
    };
    await expect(runStep({ kind: 'leave' }, refusing)).rejects.toThrow('no');
    expect(ports.entries).toHaveLength(8);
  });
});
