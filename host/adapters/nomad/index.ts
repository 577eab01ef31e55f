import { rename, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { fail, problem, ProblemError } from '../../../contract/problems.ts';
import { type Fact, seen, unknown } from '../../core/facts.ts';
import type {
  AgentSample,
  AgentWanted,
  AllocationSample,
  DrainMeta,
  Nomad,
  NodeSample,
} from '../../core/ports/nomad.ts';
import type { Files } from '../../core/ports/files.ts';
import type { Log, Secrets } from '../../core/ports/stores.ts';
import type { World } from '../../core/ports/world.ts';
import { AgentProcess } from './agent.ts';
import { Api } from './api.ts';
import { type ConfigPlaces, configText, hashOf } from './config.ts';
import { Credentials } from './credentials.ts';
import { devicePlugin, type Places, placesIn } from './places.ts';
import { ProgramFinder } from './program.ts';
import { RecordFile } from './record.ts';
import { whyNotRegistered } from './registration.ts';
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
  /** The owner's own `nomad`; null: the one on PATH. */
  readonly programPath: () => string | null;
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
  readonly #watches = new Set<NodeWatch>();
  #hasDevicePlugin = false;
  #linkKnown = false;
  #notedFor = '';

  constructor(options: NomadOptions) {
    this.#options = options;
    this.#world = options.world;
    this.#places = placesIn(resolve(options.folder));
    this.#program = new ProgramFinder(options.world, options.programPath);
    this.#record = new RecordFile(this.#places.record, options.files);
    this.#agent = new AgentProcess(options.world, this.#places, options.files, this.#record);
    this.#api = new Api({ ...options, places: this.#places, reach: () => this.#reach() });
    this.#work = new Work(this.#api, this.#places);
    this.#credentials = new Credentials(options.secrets, options.files, this.#places);
  }

  async lookAgent(): Promise<Fact<AgentSample>> {
    return this.#fact(async () => {
      this.#hasDevicePlugin = (await this.#findDevicePlugin()) !== null;
      const record = await this.#agent.look();
      const config = await this.#options.files.read(this.#places.config);
      return {
        ...(await this.#program.look()),
        configHash: config === null ? null : hashOf(config),
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
    return hashOf(configText(wanted, version, this.#configPlaces()));
  }

  async configure(wanted: AgentWanted, signal: AbortSignal): Promise<void> {
    const program = await this.#program.need();
    const { files } = this.#options;
    const { folder, plugins, draft, config } = this.#places;
    await files.privateFolder(folder);
    await files.privateFolder(plugins);
    await this.#linkDevicePlugin();
    if (wanted.tls) await this.#credentials.check(wanted.region);
    await files.replace(draft, configText(wanted, program.version, this.#configPlaces()));
    const { exitCode, stdout, stderr, failure } = await this.#world.programs.run(
      program.path,
      ['config', 'validate', draft],
      { timeoutMs: 20_000, signal },
    );
    signal.throwIfAborted();
    if (exitCode === 0) return rename(draft, config);
    await files.remove(draft);
    const words = `${stderr}\n${stdout}`
      .split('\n')
      .filter((line) => line.trim() !== '' && !isUsualWarning(line));
    fail('nomad-config-refused', failure === null ? words.join('\n') : failure);
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

  /** The device plugin in our folder, else the one installed on this machine. */
  async #findDevicePlugin(): Promise<string | null> {
    const { programs } = this.#world;
    return (await programs.find(join(this.#places.plugins, devicePlugin))) ?? programs.find(devicePlugin);
  }

  /** Nomad loads plugins from one folder alone. */
  async #linkDevicePlugin(): Promise<void> {
    const found = await this.#findDevicePlugin();
    this.#hasDevicePlugin = found !== null;
    const own = join(this.#places.plugins, devicePlugin);
    if (found === null || found === own) return;
    await this.#options.files.remove(own);
    await symlink(found, own);
  }

  /** The engine that is seen here, and a place of ours for sockets, unless its path is too long for the system's limit of 104 bytes. */
  async #environment(): Promise<Readonly<Record<string, string>>> {
    const engine = (await this.#options.engineSocket()) ?? '/var/run/docker.sock';
    const { sockets } = this.#places;
    await this.#options.files.privateFolder(sockets);
    const fits = Buffer.byteLength(join(sockets, 'plugin4294967295')) < 104;
    return { DOCKER_HOST: `unix://${engine}`, ...(fits ? { TMPDIR: sockets } : {}) };
  }

  #configPlaces(): ConfigPlaces {
    const { secrets, networkInterface = 'tailscale0' } = this.#options;
    return {
      places: this.#places,
      networkInterface,
      hasDevicePlugin: this.#hasDevicePlugin,
      tls: {
        ca: secrets.path('tls-ca'),
        certificate: secrets.path('tls-certificate'),
        key: secrets.path('tls-key'),
      },
    };
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

/** Printed wherever HTTP is plain, which it is on loopback. */
const isUsualWarning = (line: string): boolean => line.includes('mTLS is not configured');
