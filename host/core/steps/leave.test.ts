import { describe, expect, it } from 'vitest';
import type { LeaveOptions } from '../../../contract/leaving.ts';
import { usualLeave } from '../../../contract/usual.ts';
import { ProblemError, problem } from '../../../contract/problems.ts';
import { seen, unknown } from '../facts.ts';
import { FakePorts } from '../testing/fake-ports.ts';
import { joined } from '../testing/world-model.ts';
import type { StepContext } from './context.ts';
import { runStep } from './steps.ts';

const image = (id: string, ...names: string[]) => ({ id, names, bytes: 1_000 });

/** A computer on which jobs brought an image, a volume and a network. */
function worked(): FakePorts {
  const ports = new FakePorts();
  ports.walked(
    { kind: 'folder', path: '/agent', asRoot: true },
    { kind: 'agent', httpPort: 4646, folder: '/agent' },
    { kind: 'engine-before', images: [{ id: 'sha256:old', names: ['base:1'] }], volumes: [], networks: [] },
    { kind: 'image', id: 'sha256:job', name: 'train:1' },
    { kind: 'volume', name: 'scratch' },
    { kind: 'network', id: 'n1', name: 'mesh' },
    { kind: 'opened' },
  );
  ports.images.images = [image('sha256:old', 'old'), image('sha256:job', 'train:1', 'base:1')];
  ports.images.volumes = ['scratch'];
  ports.images.networks = [{ id: 'n1', name: 'mesh' }];
  return ports;
}

const leavingWith = (
  ports: FakePorts,
  options: Partial<LeaveOptions> = {},
  context: Partial<StepContext> = {},
) =>
  runStep(
    { kind: 'leave' },
    { ...ports.context({ ...joined, pool: null, leaving: { ...usualLeave, ...options } }), ...context },
  );

async function codeOf(work: Promise<void>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (e: unknown) => e,
  );
  return error instanceof ProblemError ? error.problem.code : String(error);
}

describe('leaving', () => {
  it('removes what came with jobs, and gives a name back to the image that had it', async () => {
    const ports = worked();
    ports.images.images = [image('sha256:old', 'other'), image('sha256:job', 'train:1')];
    await leavingWith(ports);
    expect(ports.called('images')).toEqual([
      'images.removeVolume scratch',
      'images.removeNetwork n1',
      'images.removeImage sha256:job train:1',
    ]);
    expect(ports.entries).toEqual([]);
  });
  it('says what it is undoing, in its order', async () => {
    const ports = worked();
    const told: (number | undefined)[] = [];
    await leavingWith(ports, {}, { report: (progress) => void told.push(progress?.done) });
    expect(told).toEqual([0, 1, 2, 3, 4]);
  });
  it('leaves an image alone that has a name of the owner’s by now, and says so', async () => {
    const ports = worked();
    const notices: unknown[] = [];
    await leavingWith(ports, {}, { see: (sample) => void notices.push(sample) });
    expect(ports.images.images.map(({ id }) => id)).toContain('sha256:job');
    expect(notices).toEqual([{ notice: problem('left-in-use', 'train:1') }]);
    expect(ports.entries).toEqual([]);
  });
  it('keeps images, volumes and networks where the owner says so', async () => {
    const ports = worked();
    await leavingWith(ports, { images: 'keep' });
    expect(ports.called('images')).toEqual([]);
    expect(ports.entries).toEqual([]);
  });
  it('removes containers that are left, before the folders that tell whose they are', async () => {
    const ports = worked();
    ports.containers = [{ id: 'c', allocation: 'a', state: 'exited', image: 'x' }];
    await leavingWith(ports);
    expect(ports.calls.indexOf('engine.remove c')).toBeGreaterThan(0);
    expect(ports.calls.indexOf('engine.remove c')).toBeLessThan(ports.calls.indexOf('folders.remove /agent'));
  });
  it('waits for an engine that was there a moment ago, and goes on without one that is gone, saying what stays', async () => {
    const engine = { kind: 'docker', containers: [] } as never;
    const slow = worked();
    slow.engine = 'engine-error';
    const facts = { ...slow.context().facts, engine: seen<never>(engine, 1) };
    expect(await codeOf(leavingWith(slow, {}, { facts }))).toBe('engine-error');
    expect(slow.entries).toHaveLength(7);
    const gone = worked();
    gone.engine = 'engine-missing';
    const notices: unknown[] = [];
    const without = { ...gone.context().facts, engine: unknown(problem('engine-missing'), 1) };
    await leavingWith(gone, {}, { facts: without, see: (sample) => void notices.push(sample) });
    expect(notices).toEqual([{ notice: problem('left-behind', 'train:1, scratch, mesh') }]);
    expect(gone.entries).toEqual([]);
  });
  it('writes the record into the owner’s file and then empties it; again after a crash, without writing it over with nothing', async () => {
    const ports = worked();
    ports.rows = [
      {
        id: '1',
        workId: 'w1',
        job: 'render',
        gpu: 'g',
        gpuName: 'g',
        startedAt: 1,
        endedAt: 2,
        gpuMs: 1,
        microsPerHour: null,
        micros: null,
      },
    ];
    await leavingWith(ports, { ledger: 'export', exportTo: '/home/o/e.csv' });
    const written = ports.exported.get('/home/o/e.csv');
    expect(written).toContain('w1');
    expect(ports.calls.indexOf('ledger.clear')).toBeGreaterThan(
      ports.calls.indexOf('exports.write /home/o/e.csv'),
    );
    ports.rows = [];
    await leavingWith(ports, { ledger: 'export', exportTo: '/home/o/e.csv' });
    expect(ports.exported.get('/home/o/e.csv')).toBe(written);
  });
  it('touches the record only when asked to', async () => {
    const ports = worked();
    await leavingWith(ports);
    expect(ports.called('ledger')).toEqual([]);
    await leavingWith(ports, { ledger: 'remove' });
    expect(ports.called('ledger')).toEqual(['ledger.clear']);
  });
});
