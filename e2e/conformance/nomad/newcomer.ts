import { expect } from 'vitest';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NomadSubject, Statement } from '../subject.ts';
import { as, ask, drain, nodeOf, opening, ourClosing } from './ask.ts';

/** How a computer comes into the pool. */
export const newcomer: readonly Statement<NomadSubject>[] = [
  {
    says: 'a computer that registers closed is ready, has no drain and one line of history, and opens with its own secret',
    check: async (pool) => {
      const client = await pool.newcomer();
      await client.start();
      const node = await pool.until('the newcomer to be ready', async () => {
        const one = await nodeOf(client).catch(() => undefined);
        return one?.Status === 'ready' && one;
      });
      expect(node).toMatchObject({
        ID: client.id(),
        Name: client.name,
        NodePool: 'contrib',
        SchedulingEligibility: 'ineligible',
        Drain: false,
        LastDrain: null,
      });
      expect(node.Events.map(({ Message }) => Message)).toEqual(['Node registered']);
      await drain(client, opening);
      const open = await nodeOf(client);
      expect([open.SchedulingEligibility, open.LastDrain, open.Events.length]).toEqual(['eligible', null, 1]);
      await client.kill();
    },
  },
  {
    says: 'registering closed counts the first time alone: an agent that starts again is as it was',
    check: async (pool) => {
      const client = await pool.newcomer();
      await client.start();
      const ready = (): Promise<unknown> =>
        pool.until(
          'it to be ready',
          async () => (await nodeOf(client).catch(() => undefined))?.Status === 'ready',
        );
      await ready();
      await drain(client, opening);
      await client.kill();
      await client.start();
      await ready();
      expect((await nodeOf(client)).SchedulingEligibility).toBe('eligible');
      await drain(client, ourClosing());
      await client.kill();
      await client.start();
      await ready();
      expect((await nodeOf(client)).SchedulingEligibility).toBe('ineligible');
      await client.kill();
    },
  },
  {
    says: 'an agent has its id and its secret in files at once, and its metadata on the node',
    check: async (pool) => {
      const client = await pool.newcomer();
      await client.start();
      const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
      expect(client.id()).toMatch(uuid);
      expect(client.secret()).toMatch(uuid);
      const node = await pool.until('it to be ready', async () => nodeOf(client).catch(() => undefined));
      expect(node.Meta).toMatchObject({ 'gpu-type': 'nvidia-geforce-rtx-4090', 'gpu-count': '1' });
      await client.kill();
    },
  },
  {
    says: 'an agent that has not reached a server yet says so, and answers nothing that it would forward',
    check: async (pool) => {
      const client = await pool.newcomer();
      await pool.stopServer();
      await client.start();
      const health = await pool.until('the agent to listen', async () => {
        const one = await ask(client.http, as('', '/v1/agent/health?type=client')).catch(() => undefined);
        return one?.status === 500 && one;
      });
      expect(JSON.parse(health.text)).toEqual({ client: { ok: false, message: 'no known servers' } });
      const path = `/v1/node/${client.id()}`;
      const asked = ask(client.http, { ...as(client.secret(), path), timeoutMs: 3_000 });
      asked.catch(() => undefined);
      await expect(pool.finish(asked)).rejects.toMatchObject({ why: 'timeout' });
      await pool.startServer();
      await pool.until(
        'the newcomer to be ready',
        async () => (await nodeOf(client).catch(() => undefined))?.Status === 'ready',
        90_000,
      );
      await client.kill();
    },
  },
  {
    says: 'the program tells its version and says of a configuration what is wrong with it',
    check: async (pool) => {
      const { programs, folder } = pool;
      const version = await programs.run('nomad', ['version'], { timeoutMs: 10_000 });
      expect([version.exitCode, version.stdout]).toEqual([0, expect.stringMatching(/^Nomad v\d+\.\d+\.\d+/)]);
      const path = join(folder, 'checked.json');
      const validate = async (config: unknown): Promise<readonly [number | null, string]> => {
        await writeFile(path, typeof config === 'string' ? config : JSON.stringify(config));
        const { exitCode, stdout, stderr } = await programs.run('nomad', ['config', 'validate', path], {
          timeoutMs: 20_000,
        });
        return [exitCode, `${stdout}${stderr}`];
      };
      const good = { data_dir: join(folder, 'data'), client: { enabled: true, node_pool: 'contrib' } };
      expect(await validate(good)).toEqual([0, expect.stringContaining('Configuration is valid!')]);
      expect(await validate({ ...good, client: { ...good.client, bogus: 1 } })).toEqual([
        1,
        expect.stringContaining('client unexpected keys bogus'),
      ]);
      expect((await validate('{'))[0]).toBe(1);
      // Each block that it looks into, by the name it gives it; of others' blocks and of plugins' it says nothing here.
      const strange = { bogus: 1 };
      for (const [config, of] of [
        [{ ...good, bogus: 1 }, ''],
        [{ ...good, client: { ...good.client, reserved: strange } }, 'reserved.client '],
        [{ ...good, client: { ...good.client, server_join: strange } }, 'server_join.client '],
        ...['acl', 'tls', 'ports', 'advertise', 'telemetry'].map(
          (block) => [{ ...good, [block]: strange }, `${block} `] as const,
        ),
      ] as const)
        expect(await validate(config)).toEqual([1, expect.stringContaining(`${of}unexpected keys bogus`)]);
      for (const block of [
        { ui: strange },
        { consul: strange },
        { vault: strange },
        { plugin: [{ docker: { config: strange } }] },
      ])
        expect((await validate({ ...good, ...block }))[0]).toBe(0);
    },
  },
];
