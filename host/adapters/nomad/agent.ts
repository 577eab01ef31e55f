import { readdir, rm, stat, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail } from '../../../contract/problems.ts';
import type { Files } from '../../core/ports/files.ts';
import type { NomadProgram } from '../../core/ports/nomad.ts';
import type { ProcessId, World } from '../../core/ports/world.ts';
import { hashOf, portIn } from './config.ts';
import type { StartedWith } from './credentials.ts';
import { descendantsOf, findLeftovers } from './helpers.ts';
import type { Places } from './places.ts';
import type { AgentRecord, RecordFile } from './record.ts';

/** How long a started agent may take to answer before we leave it to the facts. */
const answersWithinMs = 15_000;

/** How large what the agent prints may grow; its log file rotates by itself. */
const outputBytes = 1_048_576;

/** What starting an agent needs beside its configuration. */
export interface Start {
  readonly program: NomadProgram;
  readonly env: Readonly<Record<string, string>>;
  readonly startedWith: StartedWith;
}

/** The agent as a process of the owner's: started, found again, ended, and cleaned up after. */
export class AgentProcess {
  readonly #world: World;
  readonly #places: Places;
  readonly #files: Files;
  readonly #record: RecordFile;
  #searched = false;
  #starting = false;

  constructor(world: World, places: Places, files: Files, record: RecordFile) {
    this.#world = world;
    this.#places = places;
    this.#files = files;
    this.#record = record;
  }

  /** The record, brought up to what is true: the running agent, or that it ended (and how). */
  async look(): Promise<AgentRecord | null> {
    const before = await this.#record.load();
    if (await this.#isAlive(before)) {
      await this.#boundOutput();
      return before;
    }
    if (!this.#searched && !this.#starting) {
      this.#searched = true;
      const found = await this.#search();
      if (found !== null) return found;
    }
    if (before === null || before.process === null) return before;
    await this.#noteEnd(before.process);
    return this.#record.load();
  }

  /** The running agent, or null. */
  async running(): Promise<ProcessId | null> {
    const record = await this.#record.load();
    return (await this.#isAlive(record)) ? (record?.process ?? null) : null;
  }

  /** Starts the agent and waits until it answers or dies. Problems: nomad-port-taken, nomad-died, disk-full. */
  async start({ startedWith, ...start }: Start, signal: AbortSignal): Promise<void> {
    const text = (await this.#files.read(this.#places.config)) ?? '';
    const httpPort = portIn(text);
    if (httpPort === null) throw new Error('the agent has no configuration yet');
    if ((await this.#world.freePort(httpPort)) !== httpPort)
      fail('nomad-port-taken', `127.0.0.1:${httpPort}`);
    await this.#files.privateFolder(dirname(this.#places.output));
    await this.#files.replace(this.#places.output, '');
    // An interrupted start is found again by its command.
    this.#searched = false;
    this.#starting = true;
    const process = await this.#startRecorded(start, {
      configHash: hashOf(text),
      startedWith,
      httpPort,
    }).finally(() => (this.#starting = false));
    await this.#untilAnswers(process, httpPort, signal);
  }

  /** One that looks meanwhile must not take the process for an unrecorded one. */
  async #startRecorded(
    { program, env }: Pick<Start, 'program' | 'env'>,
    how: Pick<AgentRecord, 'configHash' | 'startedWith' | 'httpPort'>,
  ): Promise<ProcessId> {
    const process = await this.#world.programs.startDetached(
      program.path,
      ['agent', '-config', this.#places.config],
      { outputFile: this.#places.output, cwd: this.#places.folder, env },
    );
    await this.#record.update((before) => ({
      ...this.#fresh(process, how.httpPort),
      ...how,
      registered: before?.registered ?? false,
    }));
    return process;
  }

  /** SIGKILLs the agent; its tasks and helpers run on. Problem: work-not-stopping. */
  async kill(): Promise<void> {
    const record = await this.look();
    if (record === null || record.process === null) return;
    const agent = record.process;
    await this.note(agent);
    // Before the signal, so that a host that dies in between does not take it for a death.
    await this.#record.update((now) => now && { ...now, ended: true });
    await this.#world.programs.signal(agent, 'SIGKILL');
    for (let tries = 0; tries < 250; tries++) {
      if (!(await this.#isAlive(record))) {
        await this.#record.update((now) => now && { ...now, process: null, died: null });
        return;
      }
      await this.#world.clock.sleep(20);
    }
    fail('work-not-stopping', `process ${agent.pid} does not end`);
  }

  /** Notes what runs below the agent, so that it is known when the agent is gone. */
  async note(agent: ProcessId): Promise<void> {
    const processes = await this.#world.programs.processes();
    const below = descendantsOf(new Set([agent.pid]), processes)
      .filter(({ zombie }) => !zombie)
      .map(({ pid, startTime }) => ({ pid, startTime }));
    const alive = new Set(processes.map(({ pid, startTime }) => `${pid} ${startTime}`));
    await this.#record.update((now) => {
      if (now === null) return null;
      const kept = now.helpers.filter(({ pid, startTime }) => alive.has(`${pid} ${startTime}`));
      const added = below.filter(
        (one) => !kept.some(({ pid, startTime }) => pid === one.pid && startTime === one.startTime),
      );
      return { ...now, helpers: [...kept, ...added] };
    });
  }

  /** The agent's orphaned helpers, and what runs below them. */
  async leftovers(): Promise<readonly ProcessId[]> {
    const record = await this.look();
    const noted = record?.boot === this.#world.machine.bootId ? record.helpers : [];
    return findLeftovers(this.#world.programs, this.#places, {
      agent: record?.process ?? null,
      noted,
      self: await this.#self(),
    });
  }

  /** Ends them. Problem: work-not-stopping. */
  async sweep(): Promise<void> {
    for (let round = 0; round < 40; round++) {
      const left = await this.leftovers();
      if (left.length === 0) return this.#clearSockets();
      for (const one of left) await this.#world.programs.signal(one, 'SIGKILL');
      await this.#world.clock.sleep(50);
    }
    const left = await this.leftovers();
    if (left.length > 0)
      fail('work-not-stopping', `processes ${left.map(({ pid }) => pid).join(', ')} do not end`);
  }

  /** A later agent reaches the helpers of an earlier one by these: they go when nobody is left. */
  async #clearSockets(): Promise<void> {
    if ((await this.running()) !== null) return;
    const names = await readdir(this.#places.sockets).catch(() => []);
    for (const name of names) await rm(join(this.#places.sockets, name), { recursive: true, force: true });
  }

  /** This host's id, or 0 where the table tells of other processes than the system's (the demo's). */
  async #self(): Promise<number> {
    const found = await this.#world.programs.process(process.pid);
    return found?.executable === process.execPath ? process.pid : 0;
  }

  async #isAlive(record: AgentRecord | null): Promise<boolean> {
    if (record === null || record.process === null) return false;
    if (record.boot !== this.#world.machine.bootId) return false;
    const now = await this.#world.programs.process(record.process.pid);
    if (now === null || now.zombie || now.startTime !== record.process.startTime) return false;
    return record.executable === null || now.executable === null || now.executable === record.executable;
  }

  /** An agent that we started but did not come to record: its command names our configuration. */
  async #search(): Promise<AgentRecord | null> {
    const text = await this.#files.read(this.#places.config);
    const httpPort = text === null ? null : portIn(text);
    if (httpPort === null) return null;
    const ours = (await this.#world.programs.processes()).find(
      ({ command, zombie }) => !zombie && isAgentOf(command, this.#places.config),
    );
    if (ours === undefined) return null;
    await this.#record.update((before) => ({
      ...this.#fresh({ pid: ours.pid, startTime: ours.startTime }, httpPort),
      executable: ours.executable,
      registered: before?.registered ?? false,
    }));
    return this.#record.load();
  }

  #fresh(process: ProcessId, httpPort: number): AgentRecord {
    return {
      boot: this.#world.machine.bootId,
      process,
      executable: null,
      configHash: null,
      startedWith: null,
      httpPort,
      startedAt: this.#world.clock.now(),
      ended: false,
      died: null,
      registered: false,
      helpers: [],
    };
  }

  /** Writes down that this agent is gone; a death unless we ended it or the machine was started anew. */
  async #noteEnd(gone: ProcessId): Promise<void> {
    const at = this.#world.clock.now();
    const lastLines = await this.#lastLines();
    await this.#record.update((now) => {
      if (now?.process?.pid !== gone.pid || now.process.startTime !== gone.startTime) return now;
      const death = !now.ended && now.boot === this.#world.machine.bootId;
      return { ...now, process: null, died: death ? { at, lastLines } : null };
    });
  }

  async #untilAnswers(process: ProcessId, port: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#world;
    const until = clock.monotonic() + answersWithinMs;
    while (clock.monotonic() < until && !signal.aborted) {
      if ((await this.running()) === null) return this.#explainDeath(process);
      const answers = await this.#world
        .nomad(port)({ path: '/v1/agent/health?type=client', timeoutMs: 1_000 })
        .then(
          (answer) => answer.text().then(() => true),
          () => false,
        );
      // Not sooner: where `nomad` is a script, it becomes the program on the way.
      if (answers) return this.#noteExecutable(process);
      await clock.sleep(50, signal);
    }
  }

  async #noteExecutable({ pid }: ProcessId): Promise<void> {
    const executable = (await this.#world.programs.process(pid))?.executable ?? null;
    await this.#record.update((now) => (now?.process?.pid === pid ? { ...now, executable } : now));
  }

  async #explainDeath(process: ProcessId): Promise<void> {
    await this.#noteEnd(process);
    const lines = await this.#lastLines();
    const taken = lines.some((line) => line.includes('address already in use'));
    fail(taken ? 'nomad-port-taken' : 'nomad-died', lines.join('\n'));
  }

  async #lastLines(): Promise<readonly string[] & string[]> {
    const text = (await this.#files.read(this.#places.output)) ?? '';
    return text
      .slice(-16_384)
      .split('\n')
      .map((line) => line.trimEnd().slice(0, 300))
      .filter((line) => line !== '')
      .slice(-6);
  }

  async #boundOutput(): Promise<void> {
    const size = await stat(this.#places.output).then(
      (one) => one.size,
      () => 0,
    );
    // The agent appends: what it prints next begins the file anew.
    if (size > outputBytes) await truncate(this.#places.output).catch(() => undefined);
  }
}

/** Whether a command runs an agent with this configuration, also through an interpreter or a wrapper. */
function isAgentOf(command: readonly string[], config: string): boolean {
  const at = command.indexOf('-config');
  return command[at - 1] === 'agent' && command[at + 1] === config;
}
