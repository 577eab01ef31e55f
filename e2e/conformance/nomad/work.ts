import { expect } from 'vitest';
import type { NomadSubject, Statement } from '../subject.ts';
import {
  allocation,
  allocations,
  as,
  ask,
  becomes,
  containers,
  get,
  killTasks,
  running,
  submit,
} from './ask.ts';

const taskOf = (one: { readonly TaskStates?: Readonly<Record<string, unknown>> }): unknown =>
  one.TaskStates?.['work'];

/** How work shows itself on the computer that runs it. */
export const work: readonly Statement<NomadSubject>[] = [
  {
    says: 'running work has a folder of its id, and one container that carries the id as a label and in its name',
    check: async (pool) => {
      await submit(pool, { id: 'seen', on: pool.first });
      const { ID } = await running(pool, 'seen');
      expect(await pool.first.allocationFolders()).toContain(ID);
      const list = await containers(pool, ID);
      expect(list).toMatchObject([{ State: 'running', Names: [`/work-${ID}`] }]);
      expect(list[0]?.Id).toMatch(/^[0-9a-f]{64}$/);
    },
  },
  {
    says: 'an allocation read with its node’s secret tells the job, its type, the task’s state, start and restarts',
    check: async (pool) => {
      await submit(pool, { id: 'told', on: pool.first });
      const { ID } = await running(pool, 'told');
      const one = await get<Record<string, unknown>>(
        pool.first.http,
        pool.first.secret(),
        `/v1/allocation/${ID}`,
      );
      expect(one).toMatchObject({
        ID,
        JobID: 'told',
        TaskGroup: 'main',
        NodeID: pool.first.id(),
        Job: { ID: 'told', Type: 'batch' },
        DesiredStatus: 'run',
        ClientStatus: 'running',
        AllocatedResources: { Tasks: { work: { Devices: null } } },
        TaskStates: { work: { State: 'running', Failed: false, Restarts: 0, FinishedAt: null } },
      });
      expect(one['DesiredTransition'] ?? null).toBe(null);
      expect(one['CreateTime']).toBeGreaterThan(1e18);
      const { StartedAt, Events } = taskOf(one) as {
        StartedAt: string;
        Events: readonly { Type: string; Time: number }[];
      };
      expect(Date.parse(StartedAt)).toBeGreaterThan(1e12);
      expect(Events.map(({ Type }) => Type)).toEqual(
        expect.arrayContaining(['Received', 'Task Setup', 'Started']),
      );
      expect(Events[0]?.Time).toBeGreaterThan(1e18);
    },
  },
  {
    says: 'work that ends well is complete, its container is removed, its folder stays',
    check: async (pool) => {
      await submit(pool, { id: 'well', seconds: 2, on: pool.first });
      const { ID } = await running(pool, 'well');
      const one = await becomes(pool, ID, 'complete');
      expect(one).toMatchObject({
        DesiredStatus: 'run',
        TaskStates: { work: { State: 'dead', Failed: false } },
      });
      expect(Date.parse(one.TaskStates?.['work']?.FinishedAt ?? '')).toBeGreaterThan(1e12);
      await pool.until('the container to be removed', async () => (await containers(pool, ID)).length === 0);
      expect(await pool.first.allocationFolders()).toContain(ID);
      await pool.until(
        'the job to be dead',
        async () =>
          (await get<{ Status: string }>(pool.server, pool.tokens.reader, '/v1/job/well')).Status === 'dead',
      );
    },
  },
  {
    says: 'work that fails is started again on the same computer after fifteen to nineteen seconds',
    check: async (pool) => {
      await submit(pool, { id: 'fails', seconds: 1, exitCode: 3, on: pool.first });
      const { ID } = await running(pool, 'fails');
      const start = pool.now();
      const again = await pool.until(
        'it to be started again',
        async () => {
          const one = await allocation(pool, ID);
          const task = one.TaskStates?.['work'];
          return task?.Restarts === 1 && task.State === 'running' && task;
        },
        40_000,
      );
      expect(pool.now() - start).toBeGreaterThan(14_000);
      expect(again.Events.map(({ Type }) => Type)).toEqual(
        expect.arrayContaining(['Terminated', 'Restarting']),
      );
      expect(again.Events.find(({ Type }) => Type === 'Terminated')?.Details['exit_code']).toBe('3');
    },
  },
  {
    says: 'a task that ignores SIGTERM is killed after its kill timeout',
    check: async (pool) => {
      await submit(pool, { id: 'deaf', onTerm: 'ignores', on: pool.first });
      const { ID } = await running(pool, 'deaf');
      const start = pool.now();
      await get(pool.server, pool.tokens.management, '/v1/job/deaf', 'DELETE');
      await becomes(pool, ID, 'complete');
      const tookMs = pool.now() - start;
      expect(tookMs).toBeGreaterThan(4_900);
      expect(tookMs).toBeLessThan(9_000);
    },
  },
  {
    says: 'a task that hears SIGTERM is gone within two seconds of being stopped',
    check: async (pool) => {
      await submit(pool, { id: 'hears', on: pool.first });
      const { ID } = await running(pool, 'hears');
      const start = pool.now();
      await get(pool.server, pool.tokens.management, '/v1/job/hears', 'DELETE');
      await becomes(pool, ID, 'complete');
      expect(pool.now() - start).toBeLessThan(2_000);
      expect(await containers(pool, ID)).toEqual([]);
    },
  },
  {
    says: 'a container that is killed from outside is started again by a living agent',
    check: async (pool) => {
      await submit(pool, { id: 'shot', on: pool.first });
      const { ID } = await running(pool, 'shot');
      const [before] = await containers(pool, ID);
      await killTasks(pool, ID);
      const after = await pool.until(
        'another container to run',
        async () =>
          (await containers(pool, ID)).find((one) => one.Id !== before?.Id && one.State === 'running'),
        40_000,
      );
      expect(after.Id).not.toBe(before?.Id);
      expect((await allocation(pool, ID)).TaskStates?.['work']?.Restarts).toBe(1);
    },
  },
  {
    says: 'the engine answers a stop when the container has ended, and 304 or 404 to what has ended or is gone',
    check: async (pool) => {
      await submit(pool, { id: 'engine', onTerm: 'ignores', on: pool.first });
      const { ID } = await running(pool, 'engine');
      const [one] = await containers(pool, ID);
      await pool.first.kill();
      const start = pool.now();
      const path = `/containers/${one?.Id}`;
      expect((await pool.finish(ask(pool.engine, { method: 'POST', path: `${path}/stop?t=2` }))).status).toBe(
        204,
      );
      expect(pool.now() - start).toBeGreaterThan(1_800);
      expect((await containers(pool, ID)).map(({ State }) => State)).toEqual(['exited']);
      expect((await ask(pool.engine, { method: 'POST', path: `${path}/stop?t=2` })).status).toBe(304);
      expect((await ask(pool.engine, { method: 'POST', path: `${path}/kill?signal=SIGKILL` })).status).toBe(
        409,
      );
      expect((await ask(pool.engine, { method: 'DELETE', path })).status).toBe(204);
      expect((await ask(pool.engine, { method: 'DELETE', path })).status).toBe(404);
      expect((await ask(pool.engine, { method: 'POST', path: `${path}/stop` })).status).toBe(404);
    },
  },
  {
    says: 'the engine tells its version, and whether it is rootless',
    check: async (pool) => {
      const version = await get<{ Version: string; Components: readonly { Name: string }[] }>(
        pool.engine,
        '',
        '/version',
      );
      expect(version.Version).toMatch(/^\d+\.\d+/);
      expect(version.Components.map(({ Name }) => Name)).toContain('Engine');
      const info = await get<{ SecurityOptions: readonly string[] }>(pool.engine, '', '/v1.41/info');
      expect(info.SecurityOptions.join()).toContain('seccomp');
    },
  },
  {
    says: 'a job’s list of allocations tells how each stands',
    check: async (pool) => {
      await submit(pool, { id: 'listing', seconds: 2, on: pool.first });
      await running(pool, 'listing');
      expect(await allocations(pool, 'listing')).toMatchObject([
        { JobID: 'listing', JobType: 'batch', NodeName: pool.first.name, DesiredStatus: 'run' },
      ]);
      expect((await ask(pool.server, as(pool.tokens.reader, '/v1/allocations'))).status).toBe(200);
    },
  },
];
