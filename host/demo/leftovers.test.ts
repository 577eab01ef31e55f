import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firstEvening } from './scenarios/first-evening.ts';
import { Visitor } from './testing/visitor.ts';

let visitor: Visitor;
beforeEach(() => {
  visitor = new Visitor(firstEvening);
});
afterEach(() => visitor.close());

const events = (): readonly string[] =>
  visitor.allocations[0]?.TaskStates?.['main']?.Events.map(({ DisplayMessage }) => DisplayMessage) ?? [];

describe('work that is still being fetched', () => {
  const untilFetching = async (): Promise<void> => {
    await visitor.enter();
    await visitor.startAgent();
    await visitor.open();
    await visitor.clock.until(() => events().includes('Downloading image'), 30_000);
  };

  it('is pending until its image is here, also when it was told to stop, and then never runs', async () => {
    await untilFetching();
    await visitor.closeNode('now');
    await visitor.clock.advance(1_000);
    expect(visitor.work[0]).toEqual(['demo-desk', 'stop', 'pending']);
    await visitor.clock.until(() => visitor.work[0]?.[2] === 'complete', 15_000);
    expect(visitor.demo.desk.containers.list()).toEqual([]);
    expect(events()).not.toContain('Task started by client');
  });

  it('is broken off when its agent is killed', async () => {
    await untilFetching();
    await visitor.killAgent();
    await visitor.clock.advance(20_000);
    expect(visitor.demo.desk.containers.list()).toEqual([]);
  });
});

describe('what a killed agent leaves', () => {
  it('is its task, and helpers that nobody’s children are, with open files in the work’s folder', async () => {
    await visitor.untilBusy();
    const { programs } = visitor.demo.world;
    const ours = async (): Promise<(readonly [string, number, boolean])[]> => {
      const all = (await programs.processes()).filter(({ command }) => command[0]?.includes('nomad'));
      const folder = join(visitor.folder, 'agent', 'alloc');
      return Promise.all(
        all.map(
          async (one) => [one.command[1] ?? '', one.parent, await programs.touches(one.pid, folder)] as const,
        ),
      );
    };
    const agent = (await programs.processes()).find(({ command }) => command[1] === 'agent')?.pid ?? 0;
    expect(await ours()).toEqual([
      ['agent', 1, false],
      ['', agent, false],
      ['logmon', agent, true],
      ['docker_logger', agent, true],
    ]);
    await visitor.killAgent();
    await visitor.clock.advance(5_000);
    expect(await ours()).toEqual([
      ['', 1, false],
      ['logmon', 1, true],
      ['docker_logger', 1, true],
    ]);
    expect(visitor.demo.desk.containers.list().map(({ state }) => state)).toEqual(['running']);
    expect(await visitor.usedMib()).toBeGreaterThan(5_000);
    for (const one of await programs.processes())
      if (one.command[0]?.includes('nomad')) await programs.signal(one, 'SIGKILL');
    expect(await ours()).toEqual([]);
  });

  it('keeps a port from no other agent, and a bad configuration from starting one', async () => {
    await visitor.enter();
    await visitor.startAgent();
    expect(await visitor.demo.world.freePort(46_460)).toBe(46_461);
    await visitor.killAgent();
    expect(await visitor.demo.world.freePort(46_460)).toBe(46_460);
    const options = { outputFile: join(visitor.folder, 'bad.log'), cwd: visitor.folder };
    const id = await visitor.demo.world.programs.startDetached(
      '/usr/bin/nomad',
      ['agent', '-config', join(visitor.folder, 'none.json')],
      options,
    );
    await visitor.clock.advance(1_000);
    expect(await visitor.demo.world.programs.process(id.pid)).toBe(null);
  });
});
