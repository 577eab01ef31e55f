import { join, resolve } from 'node:path';
import { z } from 'zod';
import { fail, problem, ProblemError } from '../../../contract/problems.ts';
import { type Fact, seen, unknown } from '../../core/facts.ts';
import type {
  AgentSample,
  AgentSettings,
  AgentWanted,
  AllocationSample,
  DrainMeta,
  Nomad,
  NodeSample,
} from '../../core/ports/nomad.ts';
import type { Files } from '../../core/ports/files.ts';
import type { Shelf } from '../../core/ports/releases.ts';
import type { Log, Secrets } from '../../core/ports/stores.ts';
import type { World } from '../../core/ports/world.ts';
import { AgentProcess } from './agent.ts';
import { Api } from './api.ts';
import { ConfigurationFile } from './configuration.ts';
import { Credentials } from './credentials.ts';
import { DevicePlugin } from './device-plugin.ts';
import { whyNotRegistered } from './introduction.ts';
import { KeptState } from './kept-state.ts';
import { type Places, placesIn } from './places.ts';
import { ProgramFinder } from './program.ts';
import { RecordFile } from './record.ts';
import { ServerVersions } from './server-versions.ts';
import { NodeWatch } from './watch.ts';
import { readNode } from './wire.ts';
import { Work } from './work.ts';

/** What the agent is made with. */
export interface NomadOptions {
  readonly world: World;
  /** Everything of the agent lies under this folder: configuration, state, logs, the work's files. */
  readonly folder: string;
  readonly files: Files;
  readonly secrets: Secrets;
  readonly log: Log;
  /** The owner's own `nomad`; null: the publisher's in our folder, or the one on PATH. */
  readonly programPath: () => string | null;
  /** Our folder of the publisher's programs; absent: nothing of theirs is used. */
  readonly shelf?: Pick<Shelf, 'nomad' | 'devicePlugin'>;
  /** The engine's socket in use, so that the agent uses the same; null: its usual place. */
  readonly engineSocket: () => Promise<string | null>;
  /** Whose address the work's ports get; by default the tailnet's. */
  readonly networkInterface?: string;
}

/** The pool's agent on this machine. */
export function createNomad(options: NomadOptions): Nomad {
  return new LocalNomad(options);
}

class LocalNomad implements Nomad {
  readonly #options: NomadOptions;
  readonly #world: World;
  readonly #places: Places;
  readonly #program: ProgramFinder;
  readonly #record: RecordFile;
  readonly #agent: AgentProcess;
  readonly #api: Api;
  readonly #work: Work;
  readonly #credentials: Credentials;
  readonly #configuration: ConfigurationFile;
  readonly #servers: ServerVersions;
  readonly #kept: KeptState;
  readonly #watches = new Set<NodeWatch>();
  #linkKnown = false;
  #notedFor = '';

  constructor(options: NomadOptions) {
    this.#options = options;
    this.#world = options.world;
    this.#places = placesIn(resolve(options.folder));
    const { shelf } = options;
    this.#program = new ProgramFinder(options.world, {
      setting: options.programPath,
      ours: async () => (await shelf?.nomad()) ?? null,
    });
    this.#record = new RecordFile(this.#places.record, options.files);
    this.#agent = new AgentProcess(options.world, this.#places, options.files, this.#record);
    this.#api = new Api({ ...options, places: this.#places, reach: () => this.#reach() });
    this.#work = new Work(this.#api, this.#places);
    this.#servers = new ServerVersions(this.#api, this.#world.clock);
    this.#kept = new KeptState(this.#places);
    this.#credentials = new Credentials(options.secrets, options.files, this.#places);
    this.#configuration = new ConfigurationFile({
      ...options,
      places: this.#places,
      program: this.#program,
      credentials: this.#credentials,
      devicePlugin: new DevicePlugin({
        ...options,
        places: this.#places,
        ours: async () => (await shelf?.devicePlugin()) ?? null,
      }),
      networkInterface: options.networkInterface ?? 'tailscale0',
    });
  }

  async lookAgent(): Promise<Fact<AgentSample>> {
    return this.#fact(async () => {
      const configHash = await this.#configuration.look();
      const record = await this.#agent.look();
      return {
        ...(await this.#program.look()),
        devicePlugin: this.#configuration.hasDevicePlugin,
        configHash,
        process: record?.process ?? null,
        runningHash: record?.process === null ? null : (record?.configHash ?? null),
        startedAt: record?.process === null ? null : (record?.startedAt ?? null),
        nodeId: (await this.#api.identity())?.nodeId ?? null,
        credentials: await this.#credentials.look(record?.startedWith ?? null, this.#linkKnown),
        died: record?.died ?? null,
      };
    });
  }

  hash(wanted: AgentWanted, version: string): string {
    return this.#configuration.hash(wanted, version);
  }

  settings(wanted: AgentWanted | null): Promise<AgentSettings> {
    return this.#configuration.settings(wanted);
  }

  configure(wanted: AgentWanted, signal: AbortSignal): Promise<void> {
    return this.#configuration.write(wanted, signal);
  }

  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const record = await this.#agent.look();
    if (record !== null && record.process !== null) return;
    const program = await this.#program.need();
    await this.#credentials.placeIntroduction();
    this.#linkKnown = false;
    const [env, startedWith] = [await this.#environment(), await this.#credentials.now()];
    await this.#agent.start({ program, env, startedWith }, signal);
    for (const watch of this.#watches) watch.wake();
  }

  async oldestServer(): Promise<string | null> {
    const record = await this.#agent.look();
    const agent = record?.process ?? null;
    return this.#servers.oldest(agent === null ? null : `${agent.pid} ${agent.startTime}`);
  }

  keepState(): Promise<void> {
    return this.#kept.keep();
  }

  restoreState(): Promise<void> {
    return this.#kept.restore();
  }

  forgetState(): Promise<void> {
    return this.#kept.forget();
  }

  kill(): Promise<void> {
    return this.#agent.kill();
  }

  leftovers(): ReturnType<Nomad['leftovers']> {
    return this.#agent.leftovers();
  }

  sweep(): Promise<void> {
    return this.#agent.sweep();
  }

  lookNode(): Promise<Fact<NodeSample>> {
    return this.#fact(async () => {
      try {
        // Says whether a server leads, without any right; needless while the node itself can be read.
        if (!this.#linkKnown) await this.#api.get('/v1/status/leader');
        const node = readNode(await this.#api.get(`/v1/node/${await this.#nodeId()}`));
        this.#linkKnown = true;
        await this.#noteRegistered();
        return node;
      } catch (error) {
        this.#linkKnown = false;
        throw await this.#explained(error);
      }
    });
  }

  lookWork(): Promise<Fact<readonly AllocationSample[]>> {
    return this.#fact(async () => {
      const work = await this.#work.look(this.#world.clock.now());
      await this.#noteHelpers(work);
      return work;
    });
  }

  watch(onChange: () => void, signal: AbortSignal): void {
    const watch = new NodeWatch(this.#api, this.#world.clock, onChange, signal);
    this.#watches.add(watch);
    void watch.run().finally(() => this.#watches.delete(watch));
  }

  async close({ how, reason, under }: DrainMeta, signal: AbortSignal): Promise<void> {
    const body = {
      // No deadline: batch work that a deadline ends would count as complete and never run again.
      DrainSpec: { Deadline: 0, IgnoreSystemJobs: false },
      Meta: { by: 'rigshare', how, reason, ...(under === null ? {} : { under }) },
    };
    await this.#api.put(`/v1/node/${await this.#nodeId()}/drain`, body, signal);
  }

  async open(eligible: boolean, signal: AbortSignal): Promise<void> {
    const body = { DrainSpec: null, MarkEligible: eligible };
    await this.#api.put(`/v1/node/${await this.#nodeId()}/drain`, body, signal);
  }

  allocationFolder(): string {
    return this.#places.allocations;
  }

  allocationIds(): Promise<readonly string[]> {
    return this.#work.ids();
  }

  /** The engine that is seen here, and a place of ours for sockets, unless its path is too long for the system's limit of 104 bytes. */
  async #environment(): Promise<Readonly<Record<string, string>>> {
    const engine = (await this.#options.engineSocket()) ?? '/var/run/docker.sock';
    const { sockets, engine: note } = this.#places;
    const { files } = this.#options;
    await files.privateFolder(sockets);
    // A later host looks at the same engine: what watches the jobs must see them.
    if ((await files.read(note)) !== engine) await files.replace(note, engine);
    const fits = Buffer.byteLength(join(sockets, 'plugin4294967295')) < 104;
    return { DOCKER_HOST: `unix://${engine}`, ...(fits ? { TMPDIR: sockets } : {}) };
  }

  async #reach(): Promise<{ httpPort: number; registered: boolean } | null> {
    const record = await this.#agent.look();
    return record === null || record.process === null ? null : record;
  }

  async #nodeId(): Promise<string> {
    return (await this.#api.identity())?.nodeId ?? fail('nomad-agent-silent', 'it has not started yet');
  }

  /** A pool that does not take this computer in: why, as far as that can be told. */
  async #explained(error: unknown): Promise<unknown> {
    if (!(error instanceof ProblemError) || error.problem.code !== 'nomad-not-registering') return error;
    const [{ introduction }, output] = [
      await this.#credentials.look(null, false),
      (await this.#options.files.read(this.#places.output)) ?? '',
    ];
    const code = whyNotRegistered(output, introduction, this.#world.clock.now());
    return new ProblemError(problem(code, error.problem.detail));
  }

  async #noteRegistered(): Promise<void> {
    await this.#credentials.forgetIntroduction();
    if ((await this.#record.load())?.registered === true) return;
    await this.#record.update((now) => now && { ...now, registered: true });
  }

  /** Each allocation brings helpers of its own: they are noted when the work changed. */
  async #noteHelpers(work: readonly AllocationSample[]): Promise<void> {
    const state = work
      .map(({ id, client, tasks }) => `${id} ${client} ${tasks.map((task) => task.state).join()}`)
      .join('\n');
    if (state === this.#notedFor) return;
    const agent = await this.#agent.running();
    if (agent === null) return;
    await this.#agent.note(agent);
    this.#notedFor = state;
  }

  async #fact<T>(look: () => Promise<T>): Promise<Fact<T>> {
    const at = this.#world.clock.now();
    try {
      return seen(await look(), at);
    } catch (error) {
      if (error instanceof ProblemError) return unknown(error.problem, at);
      if (error instanceof z.ZodError) return unknown(problem('nomad-garbled', z.prettifyError(error)), at);
      this.#options.log.error('looking at the agent failed', { error: String(error) });
      return unknown(problem('internal', error instanceof Error ? error.message : String(error)), at);
    }
  }
}
