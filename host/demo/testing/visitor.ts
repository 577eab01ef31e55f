import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fetch, HttpRequest, ProcessId } from '../../core/ports/world.ts';
import { FakeClock } from '../../core/testing/fake-clock.ts';
import { createDemo, type Demo } from '../demo.ts';
import { demoInvite } from '../invite.ts';
import type { Allocation, Node } from '../nomad/model.ts';
import type { Scenario } from '../scenario.ts';

const port = 46_460;

/** Somebody who uses the demo with bare hands, as the wire has it. */
export class Visitor {
  readonly clock: FakeClock;
  readonly folder: string;
  readonly demo: Demo;
  #agent: ProcessId | null = null;

  /** Begins in a fresh folder, or goes on in one that was used before. */
  constructor(scenario: Scenario, before?: Visitor) {
    this.clock = before?.clock ?? new FakeClock();
    this.folder = before?.folder ?? mkdtempSync(join(tmpdir(), 'rigshare-demo-'));
    this.demo = createDemo({ clock: this.clock, folder: this.folder, scenario });
  }

  /** Ends the demo and removes its files. */
  close(): void {
    this.demo.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A request to tailscaled, answered with 2xx. */
  tailscaled<T>(method: NonNullable<HttpRequest['method']>, path: string, json?: unknown): Promise<T> {
    const headers = { Host: 'local-tailscaled.sock' };
    return ask<T>(this.demo.world.tailscaled, { method, path: `/localapi/v0/${path}`, headers }, json);
  }

  /** A request to the agent with the node's own secret, answered with 2xx. */
  nomad<T>(path: string, method: NonNullable<HttpRequest['method']> = 'GET', json?: unknown): Promise<T> {
    const headers = { 'X-Nomad-Token': this.own('secret-id') };
    return ask<T>(this.demo.world.nomad(port), { method, path, headers }, json);
  }

  /** What the agent has in its state folder. */
  own(name: 'client-id' | 'secret-id'): string {
    return readFileSync(join(this.folder, 'agent', 'state', name), 'utf8');
  }

  /** The node as the agent tells it. */
  node(): Promise<Node> {
    return this.nomad<Node>(`/v1/node/${this.own('client-id')}`);
  }

  /** All allocations, as [computer, desired, client]. */
  get work(): readonly (readonly [string, string, string])[] {
    return this.allocations.map((one) => [one.NodeName, one.DesiredStatus, one.ClientStatus]);
  }

  /** All allocations, the oldest first. */
  get allocations(): readonly Allocation[] {
    return [...this.demo.pool.servers.store.allocations.values()];
  }

  /** What a query of `nvidia-smi` prints, without its last line's end. */
  async smi(...args: readonly string[]): Promise<string> {
    const { stdout } = await this.demo.world.programs.run('nvidia-smi', args, { timeoutMs: 5_000 });
    return stdout.trimEnd();
  }

  /** The first card's memory in use, MiB. */
  async usedMib(): Promise<number> {
    return Number(
      (await this.smi('--query-gpu=memory.used', '--format=csv,noheader,nounits')).split('\n')[0],
    );
  }

  /** Enters the pool's network. */
  async enter(): Promise<void> {
    const { tailnet } = demoInvite(this.clock.now());
    await this.clock.advance(1_000);
    await this.tailscaled('PUT', 'profiles/');
    await this.clock.advance(2_000);
    const UpdatePrefs = {
      ...(await this.tailscaled<object>('GET', 'prefs')),
      ControlURL: tailnet.controlUrl,
      WantRunning: true,
      Hostname: 'demo-desk',
      ShieldsUp: true,
    };
    await this.tailscaled('POST', 'start', { UpdatePrefs, AuthKey: tailnet.authKey });
    await this.tailscaled('POST', 'login-interactive');
    await this.clock.until(() => this.demo.network.daemon.reaches, 10_000);
  }

  /** Starts the agent and waits until it has registered. */
  async startAgent(): Promise<void> {
    const config = join(this.folder, 'agent.json');
    writeFileSync(config, JSON.stringify(settings(join(this.folder, 'agent'))));
    const options = { outputFile: join(this.folder, 'output.log'), cwd: this.folder };
    this.#agent = await this.demo.world.programs.startDetached(
      '/usr/bin/nomad',
      ['agent', '-config', config],
      options,
    );
    await this.clock.advance(1_000);
  }

  /** Ends the agent alone. */
  async killAgent(): Promise<void> {
    if (this.#agent !== null) await this.demo.world.programs.signal(this.#agent, 'SIGKILL');
  }

  /** Opens this computer. */
  open(): Promise<unknown> {
    return this.nomad(`/v1/node/${this.own('client-id')}/drain`, 'PUT', {
      DrainSpec: null,
      MarkEligible: true,
    });
  }

  /** Closes it, now or when its work has ended. */
  closeNode(how: 'finish' | 'now'): Promise<unknown> {
    const body = {
      DrainSpec: { Deadline: 0, IgnoreSystemJobs: false },
      Meta: { by: 'rigshare', how, reason: 'you' },
    };
    return this.nomad(`/v1/node/${this.own('client-id')}/drain`, 'PUT', body);
  }

  /** Everything up to a job that has filled the card's memory. */
  async untilBusy(): Promise<void> {
    await this.enter();
    await this.startAgent();
    await this.open();
    await this.clock.until(() => this.work.some(([, , client]) => client === 'running'), 60_000);
    await this.clock.advance(12_000);
  }
}

async function ask<T>(fetch: Fetch, request: Omit<HttpRequest, 'timeoutMs'>, json?: unknown): Promise<T> {
  const answer = await fetch({
    timeoutMs: 5_000,
    ...request,
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await answer.text();
  if (answer.status >= 300) throw new Error(`${request.path}: ${answer.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

const settings = (folder: string): object => ({
  name: 'demo-desk',
  data_dir: join(folder, 'data'),
  plugin_dir: join(folder, 'plugins'),
  bind_addr: '127.0.0.1',
  ports: { http: port, rpc: port + 1, serf: port + 2 },
  client: {
    enabled: true,
    server_join: { retry_join: ['100.64.0.1:4647'] },
    node_pool: 'contributors',
    state_dir: join(folder, 'state'),
    alloc_dir: join(folder, 'alloc'),
    max_kill_timeout: '10s',
    default_ineligible: true,
    meta: { 'gpu-type': 'nvidia-geforce-rtx-4090', 'gpu-count': '1' },
    options: { 'driver.allowlist': 'docker' },
  },
  plugin: [{ docker: { config: {} } }, { 'nomad-device-nvidia': { config: { enabled: true } } }],
});
