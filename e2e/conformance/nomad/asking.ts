import { expect } from 'vitest';
import { eventsPath } from '../../../host/adapters/engine/events.ts';
import { Reading } from '../stream.ts';
import type { NomadSubject, Statement } from '../subject.ts';
import { containers, get, running, submit } from './ask.ts';

interface Told {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

interface Inspected {
  readonly State: { readonly Running: boolean };
  readonly HostConfig: Readonly<Record<string, unknown>> & { readonly Binds: readonly string[] };
  readonly Mounts: readonly { readonly Type: string; readonly Source: string }[];
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, unknown>> };
}

const label = 'com.hashicorp.nomad.alloc_id';

/** What the engine tells of what work asked of it. */
export const asking: readonly Statement<NomadSubject>[] = [
  {
    says: 'the engine’s events begin to be told at once, and tell of work’s containers as they are made and started',
    check: async (pool) => {
      const reading = await Reading.open(pool, pool.engine, { path: eventsPath });
      expect(reading.status).toBe(200);
      await submit(pool, { id: 'told-of', on: pool.first });
      const { ID } = await running(pool, 'told-of');
      const told = (): readonly Told[] =>
        (reading.lines as readonly Told[]).filter(({ Actor }) => Actor.Attributes[label] === ID);
      await pool.until('both', async () => told().length >= 2, 5_000);
      const [container] = await containers(pool, ID);
      expect(told().map(({ Action, Actor }) => [Action, Actor.ID])).toEqual([
        ['create', container?.Id],
        ['start', container?.Id],
      ]);
      expect(new Set(told().map(({ Type }) => Type))).toEqual(new Set(['container']));
      reading.close();
    },
  },
  {
    says: 'an ordinary job asks for nothing of the computer but its allocation’s own folders',
    check: async (pool) => {
      await submit(pool, { id: 'modest', on: pool.first });
      const { ID } = await running(pool, 'modest');
      const [container] = await containers(pool, ID);
      const one = await get<Inspected>(pool.engine, '', `/containers/${container?.Id}/json`);
      expect(one.State.Running).toBe(true);
      const { HostConfig: host } = one;
      expect(host).toMatchObject({ Privileged: false, PidMode: '', UTSMode: '', UsernsMode: '' });
      expect(['default', 'bridge']).toContain(host['NetworkMode']);
      expect(host['IpcMode']).toBe('private');
      // On the older control groups a container has the machine's unless it says otherwise.
      expect(['private', 'host']).toContain(host['CgroupnsMode']);
      for (const name of ['CapAdd', 'SecurityOpt', 'Devices', 'DeviceRequests', 'VolumesFrom', 'Links'])
        expect([name, host[name] ?? []]).toEqual([name, []]);
      expect((host['MaskedPaths'] as readonly string[]).length).toBeGreaterThan(0);
      expect(Object.keys(one.NetworkSettings.Networks)).toEqual(['bridge']);
      const seen = host.Binds.map((bind) => bind.split(':').slice(0, 2));
      expect(seen.map(([, at]) => at)).toEqual(expect.arrayContaining(['/alloc', '/local', '/secrets']));
      for (const [source = ''] of seen) expect(source).toContain(`/${ID}/`);
      expect(new Set(one.Mounts.map(({ Type }) => Type))).toEqual(new Set(['bind']));
    },
  },
];
