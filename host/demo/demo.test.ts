import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inviteSchema } from '../../pool/contract/invite.ts';
import { FakeClock } from '../core/testing/fake-clock.ts';
import type { Fetch, HttpRequest } from '../core/ports/world.ts';
import { createDemo, type Demo } from './demo.ts';
import { demoInvite } from './invite.ts';
import type { Node } from './nomad/model.ts';
import { firstEvening } from './scenarios/first-evening.ts';

let folder: string;
let clock: FakeClock;
let demo: Demo;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rigshare-demo-'));
  clock = new FakeClock();
  demo = createDemo({ clock, folder, scenario: firstEvening });
});
afterEach(() => {
  demo.stop();
  rmSync(folder, { recursive: true });
});

const port = 46_460;

async function ask<T>(
  fetch: Fetch,
  request: Partial<HttpRequest> & { path: string; json?: unknown },
): Promise<T> {
  const { json, ...rest } = request;
  const answer = await fetch({
    timeoutMs: 5_000,
    ...rest,
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await answer.text();
  if (answer.status >= 300) throw new Error(`${answer.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

const tailscaled = <T>(method: HttpRequest['method'], path: string, json?: unknown): Promise<T> =>
  ask<T>(demo.world.tailscaled, {
    method: method ?? 'GET',
    path: `/localapi/v0/${path}`,
    headers: { Host: 'local-tailscaled.sock' },
    json,
  });

async function joinNetwork(): Promise<void> {
  const invite = demoInvite(clock.now());
  await clock.advance(1_000);
  await tailscaled('PUT', 'profiles/');
  await clock.advance(2_000);
  const prefs = await tailscaled<object>('GET', 'prefs');
  await tailscaled('POST', 'start', {
    UpdatePrefs: {
      ...prefs,
      ControlURL: invite.tailnet.controlUrl,
      WantRunning: true,
      Hostname: 'demo-desk',
      ShieldsUp: true,
    },
    AuthKey: invite.tailnet.authKey,
  });
  await tailscaled('POST', 'login-interactive');
  await clock.advance(5_000);
}

async function startAgent(): Promise<{ pid: number; startTime: string }> {
  const config = join(folder, 'agent.json');
  const agent = join(folder, 'agent');
  writeFileSync(
    config,
    JSON.stringify({
      name: 'demo-desk',
      data_dir: join(agent, 'data'),
      bind_addr: '127.0.0.1',
      ports: { http: port, rpc: port + 1, serf: port + 2 },
      client: {
        enabled: true,
        server_join: { retry_join: ['100.64.0.1:4647'] },
        node_pool: 'contributors',
        state_dir: join(agent, 'state'),
        alloc_dir: join(agent, 'alloc'),
        max_kill_timeout: '10s',
        default_ineligible: true,
        meta: { 'gpu-type': 'nvidia-geforce-rtx-4090', 'gpu-count': '1' },
        options: { 'driver.allowlist': 'docker' },
      },
      plugin: [{ docker: { config: {} } }, { 'nomad-device-nvidia': { config: { enabled: true } } }],
    }),
  );
  const valid = await demo.world.programs.run('nomad', ['config', 'validate', config], { timeoutMs: 5_000 });
  expect(valid).toMatchObject({ exitCode: 0, stdout: 'Configuration is valid!\n' });
  return demo.world.programs.startDetached('/usr/bin/nomad', ['agent', '-config', config], {
    outputFile: join(folder, 'out.log'),
    cwd: folder,
  });
}

const own = (name: 'client-id' | 'secret-id'): string =>
  readFileSync(join(folder, 'agent', 'state', name), 'utf8');
const nomad = <T>(path: string, method: HttpRequest['method'] = 'GET', json?: unknown): Promise<T> =>
  ask<T>(demo.world.nomad(port), {
    path,
    method: method ?? 'GET',
    headers: { 'X-Nomad-Token': own('secret-id') },
    json,
  });
const smi = async (query: string): Promise<string> =>
  (
    await demo.world.programs.run('nvidia-smi', [query, '--format=csv,noheader,nounits'], {
      timeoutMs: 5_000,
    })
  ).stdout;

describe('the first evening', () => {
  it('goes from nothing to a running job within a minute, and on to the next', async () => {
    await joinNetwork();
    expect(await tailscaled('GET', 'status')).toMatchObject({
      BackendState: 'Running',
      AuthURL: '',
      Self: { Tags: ['tag:nomad-client'], Online: true },
    });
    expect(await clock.finish(demo.world.dial('100.64.0.1', 4647, 4_000))).toMatchObject({ ok: true });
    await startAgent();
    await clock.advance(1_000);
    const id = own('client-id');
    expect(await nomad<Node>(`/v1/node/${id}`)).toMatchObject({
      Status: 'ready',
      SchedulingEligibility: 'ineligible',
      LastDrain: null,
      Events: [{ Message: 'Node registered' }],
    });
    await nomad(`/v1/node/${id}/drain`, 'PUT', { DrainSpec: null, MarkEligible: true });
    await clock.advance(20_000);
    const allocations = [...demo.pool.servers.store.allocations.values()].filter((one) => one.NodeID === id);
    expect(allocations).toMatchObject([{ ClientStatus: 'running' }]);
    const [first] = allocations;
    expect(existsSync(join(folder, 'agent', 'alloc', first?.ID ?? '', 'main', 'local'))).toBe(true);
    const containers = await ask<{ Labels: Record<string, string>; State: string }[]>(demo.world.engine, {
      path: '/v1.45/containers/json?all=true',
    });
    expect(containers).toMatchObject([
      { Labels: { 'com.hashicorp.nomad.alloc_id': first?.ID }, State: 'running' },
    ]);
    await clock.advance(15_000);
    expect(Number(await smi('--query-gpu=memory.used'))).toBeGreaterThan(5_000);
    const [gpu, pid] = (await smi('--query-compute-apps=gpu_uuid,pid')).trim().split(', ');
    expect(gpu).toMatch(/^GPU-/);
    expect((await demo.world.programs.process(Number(pid)))?.containers).toHaveLength(1);
    await clock.until(() => demo.pool.servers.store.jobs.size > 1, 1_500_000, 1_000);
  });

  it('gives the card back at once when the pool is asked by a drain', async () => {
    await joinNetwork();
    await startAgent();
    await clock.advance(1_000);
    const id = own('client-id');
    await nomad(`/v1/node/${id}/drain`, 'PUT', { DrainSpec: null, MarkEligible: true });
    await clock.advance(40_000);
    await nomad(`/v1/node/${id}/drain`, 'PUT', {
      DrainSpec: { Deadline: 0, IgnoreSystemJobs: false },
      Meta: { by: 'rigshare', how: 'now', reason: 'you' },
    });
    await clock.advance(20_000);
    const jobs = [...demo.pool.servers.store.allocations.values()].map((one) => [
      one.NodeName,
      one.DesiredStatus,
      one.ClientStatus,
    ]);
    expect(jobs).toEqual([
      ['demo-desk', 'stop', 'complete'],
      ['garage-rig', 'run', 'running'],
    ]);
    expect(await smi('--query-compute-apps=pid')).toBe('');
    expect(Number(await smi('--query-gpu=memory.used'))).toBe(412);
  });
});

describe('the demo pool’s invite', () => {
  it('is an ordinary invite', () => {
    const invite = demoInvite(clock.now());
    expect(inviteSchema.parse(invite)).toEqual(invite);
  });
});
