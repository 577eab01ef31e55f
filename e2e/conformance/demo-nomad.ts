import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessId } from '../../host/core/ports/world.ts';
import type { FakeClock } from '../../host/core/testing/fake-clock.ts';
import { createDemo, type Demo } from '../../host/demo/demo.ts';
import { demoInvite } from '../../host/demo/invite.ts';
import { firstEvening } from '../../host/demo/scenarios/first-evening.ts';
import type { ClientSubject, NomadSubject, Time } from './subject.ts';

/** Time that passes when it is asked to. */
export const fakeTime = (clock: FakeClock): Time => ({
  sleep: (ms) => clock.advance(ms),
  now: () => clock.monotonic(),
  finish: (work) => clock.finish(work),
  until: async (what, ask, withinMs = 20_000) => {
    const end = clock.monotonic() + withinMs;
    for (;;) {
      const answer = await clock.finish(ask());
      if (answer !== undefined && answer !== false) return answer;
      if (clock.monotonic() > end) throw new Error(`waited ${withinMs} ms for ${what}`);
      await clock.advance(100);
    }
  },
});

/** The demo's pool with two computers that share, signed in and open; no tenants, no broker. */
export async function demoNomad(
  clock: FakeClock,
  folder: string,
): Promise<{ subject: NomadSubject; demo: Demo }> {
  const scenario = {
    ...firstEvening,
    name: 'conformance',
    broker: false,
    jobs: { ...firstEvening.jobs, kinds: [] },
  };
  const demo = createDemo({ clock, folder, scenario });
  demo.network.daemon.newProfile();
  const { tailnet } = demoInvite(clock.now());
  demo.network.daemon.start(
    { ...demo.network.daemon.prefs, ControlURL: tailnet.controlUrl, WantRunning: true },
    tailnet.authKey ?? null,
  );
  demo.network.daemon.login('root');
  await clock.until(() => demo.network.daemon.reaches, 20_000);
  let count = 0;
  const client = (name: string, closed: boolean): Promise<ClientSubject> =>
    demoClient(demo, { folder: join(folder, name), name, port: 4700 + 10 * count++, closed });
  const first = await client('first', false);
  const second = await client('second', false);
  const { management, reader, lifecycle } = demo.pool.tokens;
  const subject: NomadSubject = {
    ...fakeTime(clock),
    server: demo.server,
    tokens: { management: management.secret, reader: reader.secret, lifecycle: lifecycle.secret },
    first,
    second,
    newcomer: () => client(`newcomer${count}`, true),
    engine: demo.world.engine,
    programs: demo.world.programs,
    folder,
    stopServer: () => Promise.resolve(demo.happen('server-lost')),
    startServer: () => Promise.resolve(demo.happen('server-back')),
  };
  await first.start();
  await second.start();
  await clock.until(
    () => [first, second].every((one) => demo.pool.servers.store.nodes.get(one.id())?.Status === 'ready'),
    20_000,
  );
  return { subject, demo };
}

async function demoClient(
  demo: Demo,
  { folder, name, port, closed }: { folder: string; name: string; port: number; closed: boolean },
): Promise<ClientSubject> {
  await mkdir(folder);
  const config = join(folder, 'agent.json');
  const settings = {
    name,
    data_dir: join(folder, 'data'),
    bind_addr: '127.0.0.1',
    ports: { http: port, rpc: port + 1, serf: port + 2 },
    client: {
      enabled: true,
      server_join: { retry_join: ['100.64.0.1:4647'] },
      node_pool: 'contrib',
      state_dir: join(folder, 'state'),
      alloc_dir: join(folder, 'alloc'),
      max_kill_timeout: '10s',
      default_ineligible: closed,
      meta: { 'gpu-type': 'nvidia-geforce-rtx-4090', 'gpu-count': '1' },
    },
    plugin: [{ docker: { config: {} } }],
  };
  writeFileSync(config, JSON.stringify(settings));
  let process: ProcessId | null = null;
  const read = (file: string): string => readFileSync(join(folder, 'state', file), 'utf8');
  return {
    name,
    http: demo.world.nomad(port),
    id: () => read('client-id'),
    secret: () => read('secret-id'),
    allocationFolders: () => Promise.resolve(readdirSync(join(folder, 'alloc'))),
    start: async () => {
      const options = { outputFile: join(folder, 'output.log'), cwd: folder };
      process = await demo.world.programs.startDetached(
        '/usr/bin/nomad',
        ['agent', '-config', config],
        options,
      );
    },
    kill: async () => {
      if (process !== null) await demo.world.programs.signal(process, 'SIGKILL');
    },
  };
}
