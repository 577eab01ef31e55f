import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { inviteSchema } from '../../pool/contract/invite.ts';
import { FakeClock } from '../core/testing/fake-clock.ts';
import { createDemo } from './demo.ts';
import { demoInvite } from './invite.ts';
import { drainByOperator } from './scenarios/drain-by-operator.ts';
import { firstEvening } from './scenarios/first-evening.ts';
import { scenarioNamed, scenarios } from './scenarios/index.ts';
import { noGpu } from './scenarios/no-gpu.ts';
import { serverLost } from './scenarios/server-lost.ts';
import { tailnetLost } from './scenarios/tailnet-lost.ts';
import { Visitor } from './testing/visitor.ts';

let visitor: Visitor;
afterEach(() => visitor.close());

describe('the first evening', () => {
  it('goes from nothing to a running job within a minute', async () => {
    visitor = new Visitor(firstEvening);
    const { clock, demo, folder } = visitor;
    const began = clock.now();
    await visitor.enter();
    expect(await clock.finish(demo.world.dial('100.64.0.1', 4647, 4_000))).toMatchObject({ ok: true });
    await visitor.startAgent();
    expect(await visitor.node()).toMatchObject({
      Status: 'ready',
      SchedulingEligibility: 'ineligible',
      LastDrain: null,
    });
    await visitor.open();
    await clock.until(() => visitor.work.some(([, , client]) => client === 'running'), 40_000);
    expect(clock.now() - began).toBeLessThan(60_000);
    expect(visitor.work).toEqual([['demo-desk', 'run', 'running']]);
    const id = visitor.allocations[0]?.ID ?? '';
    expect(existsSync(join(folder, 'agent', 'alloc', id, 'main', 'local'))).toBe(true);
    expect(statSync(join(folder, 'agent', 'state', 'secret-id')).mode & 0o077).toBe(0);
  });

  it('fills the card’s memory, warms it, and names the job’s process with its container', async () => {
    visitor = new Visitor(firstEvening);
    await visitor.untilBusy();
    const before = await visitor.smi('--query-gpu=temperature.gpu', '--format=csv,noheader');
    await visitor.clock.advance(60_000);
    expect(await visitor.usedMib()).toBeGreaterThan(5_000);
    expect(Number(await visitor.smi('--query-gpu=temperature.gpu', '--format=csv,noheader'))).toBeGreaterThan(
      Number(before),
    );
    const pid = await visitor.smi('--query-compute-apps=pid', '--format=csv,noheader');
    const process = await visitor.demo.world.programs.process(Number(pid));
    const [container] = visitor.demo.desk.containers.list();
    expect(process?.containers).toEqual([container?.id]);
    expect(container?.wanted.labels).toEqual({ 'com.hashicorp.nomad.alloc_id': visitor.allocations[0]?.ID });
  });

  it('sends one job after the other for as long as it goes on, never the same kind twice running', async () => {
    visitor = new Visitor(firstEvening);
    await visitor.untilBusy();
    await visitor.clock.advance(6 * 3_600_000);
    const kinds = [...new Set(visitor.allocations.map((one) => one.JobID))].map((id) =>
      id.replace(/-\d+$/, ''),
    );
    expect(kinds.length).toBeGreaterThan(25);
    expect(kinds.every((kind, i) => kind !== kinds[i - 1])).toBe(true);
    expect(new Set(kinds).size).toBeGreaterThan(5);
    expect(new Set(visitor.work.map(([, , client]) => client))).toEqual(new Set(['complete', 'running']));
  });

  it('stops the work at once for a closing that asks for it, and places it elsewhere', async () => {
    visitor = new Visitor(firstEvening);
    await visitor.untilBusy();
    await visitor.closeNode('now');
    await visitor.clock.advance(20_000);
    expect(visitor.work).toEqual([
      ['demo-desk', 'stop', 'complete'],
      ['garage-rig', 'run', 'running'],
    ]);
    expect(await visitor.usedMib()).toBe(412);
  });

  it('lets the work end for a closing that does not', async () => {
    visitor = new Visitor(firstEvening);
    await visitor.untilBusy();
    await visitor.closeNode('finish');
    await visitor.clock.advance(20_000);
    expect(visitor.work).toEqual([['demo-desk', 'run', 'running']]);
    await visitor.clock.until(() => visitor.work[0]?.[2] === 'complete', 900_000, 1_000);
    await visitor.clock.advance(120_000);
    expect(visitor.work).toHaveLength(1);
  });

  it('frees the card’s memory 0.2 to 0.6 seconds after its task has ended', async () => {
    visitor = new Visitor(firstEvening);
    await visitor.untilBusy();
    const [container] = visitor.demo.desk.containers.list();
    visitor.demo.desk.containers.signal(container?.id ?? '', 'SIGKILL');
    await visitor.clock.until(() => visitor.demo.desk.containers.list()[0]?.state !== 'running', 1_000, 10);
    await visitor.clock.advance(150);
    expect(await visitor.usedMib()).toBeGreaterThan(5_000);
    expect((await visitor.demo.world.programs.process(container?.pid ?? 0))?.containers).toEqual([
      container?.id,
    ]);
    await visitor.clock.advance(500);
    expect(await visitor.usedMib()).toBe(412);
    expect(await visitor.demo.world.programs.process(container?.pid ?? 0)).toBe(null);
  });

  it('goes on in the same folder after its host was started anew: same computer, same network, no agent', async () => {
    visitor = new Visitor(firstEvening);
    await visitor.untilBusy();
    const id = visitor.own('client-id');
    visitor.demo.stop();
    visitor = new Visitor(firstEvening, visitor);
    await visitor.clock.advance(1_000);
    expect(await visitor.tailscaled('GET', 'status')).toMatchObject({
      BackendState: 'Running',
      Self: { Tags: ['tag:nomad-client'] },
    });
    expect(
      (await visitor.demo.world.programs.processes()).filter(({ command }) => command[0]?.includes('nomad')),
    ).toEqual([]);
    await visitor.startAgent();
    expect(visitor.own('client-id')).toBe(id);
    expect(await visitor.node()).toMatchObject({ ID: id, SchedulingEligibility: 'ineligible' });
    await visitor.open();
    await visitor.clock.until(() => visitor.work.some(([, , client]) => client === 'running'), 60_000);
  });

  it('has nothing happen any more once it was stopped', async () => {
    visitor = new Visitor(firstEvening);
    await visitor.untilBusy();
    visitor.demo.stop();
    const before = JSON.stringify(visitor.allocations);
    await visitor.clock.advance(3_600_000);
    expect(JSON.stringify(visitor.allocations)).toBe(before);
    expect(visitor.clock.waiting).toBe(0);
  });

  it('is the same evening each time it begins at the same moment', async () => {
    const evening = async (): Promise<string> => {
      visitor = new Visitor(firstEvening);
      await visitor.untilBusy();
      await visitor.clock.advance(3_600_000);
      visitor.close();
      return JSON.stringify(visitor.allocations.map((one) => [one.ID, one.JobID, one.ClientStatus]));
    };
    expect(await evening()).toBe(await evening());
  });

  it('lives faster than the clock where that is wanted', async () => {
    visitor = new Visitor(firstEvening);
    const clock = new FakeClock(0);
    const demo = createDemo({ clock, folder: visitor.folder, scenario: firstEvening, speed: 60 });
    await clock.advance(1_000);
    expect([demo.world.clock.now(), demo.world.clock.monotonic()]).toEqual([60_000, 60_000]);
    demo.stop();
  });
});

describe('the other days', () => {
  it('are known by their names', () => {
    visitor = new Visitor(firstEvening);
    expect(scenarios.map(({ name }) => name)).toEqual([
      'first-evening',
      'ready',
      'bare',
      'refused',
      'no-gpu',
      'server-lost',
      'tailnet-lost',
      'drain-by-operator',
      'signature-bad',
      'card-lost',
      'at-the-desk',
    ]);
    expect(scenarioNamed('no-gpu')).toBe(noGpu);
    expect(scenarioNamed('no such day')).toBe(null);
  });

  it('without a working driver, the driver’s own words are all that is to be had', async () => {
    visitor = new Visitor(noGpu);
    const { exitCode, stdout } = await visitor.demo.world.programs.run(
      'nvidia-smi',
      ['--query-gpu=uuid', '--format=csv'],
      { timeoutMs: 5_000 },
    );
    expect([exitCode, stdout]).toEqual([
      9,
      expect.stringContaining("couldn't communicate with the NVIDIA driver"),
    ]);
  });

  it('a lost server: the job runs on, and is still this computer’s when the server is back', async () => {
    visitor = new Visitor(serverLost);
    await visitor.untilBusy();
    const id = visitor.allocations[0]?.ID;
    await visitor.clock.advance(60_000);
    await expect(visitor.node()).rejects.toThrow('500 rpc error: failed to get conn');
    expect(visitor.demo.desk.containers.list().map(({ state }) => state)).toEqual(['running']);
    await visitor.clock.advance(190_000);
    expect((await visitor.node()).Status).toBe('ready');
    expect(visitor.allocations.filter((one) => one.ID === id)).toMatchObject([
      { NodeName: 'demo-desk', DesiredStatus: 'run' },
    ]);
  });

  it('a lost network: nothing is answered, the work is lost and runs elsewhere, and is stopped here when the network is back', async () => {
    visitor = new Visitor(tailnetLost);
    await visitor.untilBusy();
    await visitor.clock.advance(60_000);
    await expect(visitor.clock.finish(visitor.node())).rejects.toMatchObject({ why: 'timeout' });
    expect(await visitor.tailscaled('GET', 'status')).toMatchObject({
      BackendState: 'Running',
      Self: { Online: false },
    });
    await visitor.clock.advance(30_000);
    expect(visitor.work).toEqual([
      ['demo-desk', 'stop', 'lost'],
      ['garage-rig', 'run', 'running'],
    ]);
    expect(visitor.demo.desk.containers.list().map(({ state }) => state)).toEqual(['running']);
    await visitor.clock.advance(120_000);
    expect((await visitor.node()).Status).toBe('ready');
    expect(
      visitor.demo.desk.containers
        .list()
        .filter((one) => one.wanted.name.endsWith(visitor.allocations[0]?.ID ?? '')),
    ).toEqual([]);
  });

  it('an operator’s day: drained, opened, closed and opened again by the operator alone, on two cards', async () => {
    visitor = new Visitor(drainByOperator);
    await visitor.enter();
    await visitor.startAgent();
    await visitor.open();
    await visitor.clock.advance(55_000);
    expect(visitor.work.filter(([, , client]) => client === 'running')).toHaveLength(2);
    await visitor.clock.advance(6_000);
    expect(await visitor.node()).toMatchObject({
      Drain: true,
      LastDrain: { AccessorID: expect.stringMatching(/^token:/), Meta: { message: 'maintenance' } },
    });
    await visitor.clock.advance(301_000);
    expect(await visitor.node()).toMatchObject({ SchedulingEligibility: 'eligible' });
    await visitor.clock.advance(240_000);
    const { SchedulingEligibility, Events } = await visitor.node();
    expect([SchedulingEligibility, Events.at(-1)?.Message]).toEqual([
      'ineligible',
      'Node marked as ineligible for scheduling',
    ]);
  });
});

describe('the demo pool’s invite', () => {
  it('is an ordinary invite, good for an hour, with a key of its own each time', () => {
    visitor = new Visitor(firstEvening);
    const now = visitor.clock.now();
    const invite = demoInvite(now);
    expect(inviteSchema.parse(invite)).toEqual(invite);
    expect(invite.expiresAt).toBe(now + 3_600_000);
    expect(demoInvite(now + 1).tailnet.authKey).not.toBe(invite.tailnet.authKey);
  });
});
