import type { Disk } from './disk.ts';
import { type Allocation, clientTerminal } from './model.ts';
import type { AgentConfig } from './agent-config.ts';
import { offerOf } from './node-offer.ts';
import type { CardModel } from '../cards.ts';
import { Timers } from '../timers.ts';
import type { Servers } from './servers.ts';
import { type Computer, TaskRunner } from './task-runner.ts';

/** How a computer reaches the servers: openly, refused at once, or into a void. */
export interface Link {
  state(): 'open' | 'refused' | 'silent';
  onChange(call: () => void): () => void;
}

/** What an agent works with. */
export interface AgentParts {
  readonly computer: Computer;
  readonly cards: readonly CardModel[];
  readonly servers: Servers;
  readonly link: Link;
  readonly disk: Disk;
  /** Writes a line into its log. */
  readonly say?: (line: string) => void;
  /** What it was running when it was last killed; lives as long as its state folder. */
  readonly memory: AgentMemory;
}

/** The runners of an agent by allocation, kept beyond its death as its state file is. */
export type AgentMemory = Map<string, Run>;

/** An allocation being run. */
interface Run {
  readonly allocation: Allocation;
  readonly tasks: readonly TaskRunner[];
}

/** From the program's start to its HTTP port, its registration, and its reports to the servers, ms. */
const listenMs = 250;
const registerMs = 110;
const retryMs = 5_000;
/** After servers refused it. */
const refusedMs = 24_000;
const reportMs = 200;
const pullMs = 30;

/** A client agent: registers, runs what the servers place, reports. */
export class Agent {
  readonly config: AgentConfig;
  readonly identity: { readonly id: string; readonly secret: string };
  readonly parts: AgentParts;
  readonly pid: number;
  readonly #timers: Timers;
  readonly #introduction: string | null;
  #listening = false;
  #alive = true;
  #registered = false;
  #met = false;
  #waiting: (() => void)[] = [];
  #reporting = false;
  #pulling = false;
  readonly #unreported = new Set<string>();

  constructor(parts: AgentParts, config: AgentConfig, pid: number) {
    this.parts = parts;
    this.#timers = new Timers(parts.computer.clock);
    this.config = config;
    this.pid = pid;
    this.identity = parts.disk.identity();
    this.#introduction = parts.disk.introduction();
    this.#forgetStrangers();
    this.#timers.later(listenMs, () => {
      this.#listening = true;
      for (const [id, run] of parts.memory) this.#restore(id, run);
      this.#timers.later(registerMs, () => this.#register());
    });
    this.#timers.own(parts.link.onChange(() => this.#linkChanged()));
    this.#timers.own(parts.servers.store.onChange(() => this.#pullSoon()));
  }

  /** Whether its HTTP port answers. */
  get listening(): boolean {
    return this.#listening && this.#alive;
  }

  /** Whether it has ever reached a server. */
  get knowsServers(): boolean {
    return this.#met;
  }

  /** Resolves when it has registered for the first time since its start. */
  registered(): Promise<void> {
    return this.#registered ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** It is gone at once; its tasks and helpers run on. */
  kill(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#timers.stop();
    for (const run of this.parts.memory.values()) for (const task of run.tasks) task.detach();
    this.parts.servers.linkLost(this.identity.id);
  }

  /** Folders of allocations that its state does not know are removed at its start. */
  #forgetStrangers(): void {
    for (const id of this.parts.disk.allocations())
      if (!this.parts.memory.has(id)) this.parts.disk.remove(id);
  }

  #register(): void {
    const { servers, link } = this.parts;
    if (link.state() !== 'open') {
      this.#timers.later(retryMs, () => this.#register());
      return;
    }
    this.#met = true;
    const offer = offerOf(this.identity.id, this.config, this.parts.cards);
    const { defaultIneligible } = this.config;
    if (!servers.register(offer, this.identity.secret, defaultIneligible, this.#introduction)) {
      this.parts.say?.('[ERROR] client: error registering: error="rpc error: Permission denied"');
      this.#timers.later(refusedMs, () => this.#register());
      return;
    }
    this.#registered = true;
    for (const go of this.#waiting) go();
    this.#waiting = [];
    this.#pullSoon();
    this.#reportSoon();
  }

  #linkChanged(): void {
    if (!this.#registered) return;
    if (this.parts.link.state() !== 'open') {
      this.parts.servers.linkLost(this.identity.id);
      return;
    }
    this.#timers.later(retryMs / 2, () => {
      if (this.parts.link.state() !== 'open') return;
      this.parts.servers.linkBack(this.identity.id);
      this.#pullSoon();
      this.#reportSoon();
    });
  }

  /** Fetches what the servers want of this node. */
  #pullSoon(): void {
    if (this.#pulling || !this.#registered) return;
    this.#pulling = true;
    this.#timers.later(pullMs, () => {
      this.#pulling = false;
      if (this.parts.link.state() !== 'open') return;
      for (const allocation of this.parts.servers.store.allocations.values()) {
        if (allocation.NodeID === this.identity.id) this.#follow(allocation);
      }
    });
  }

  #follow(allocation: Allocation): void {
    const run = this.parts.memory.get(allocation.ID);
    if (run !== undefined && allocation.DesiredStatus !== 'run') for (const task of run.tasks) task.stop();
    if (run !== undefined || allocation.DesiredStatus !== 'run' || clientTerminal(allocation)) return;
    const group = allocation.Job.TaskGroups.find(({ Name }) => Name === allocation.TaskGroup);
    const tasks = (group?.Tasks ?? []).map((task) => this.#runner(allocation, task));
    this.parts.memory.set(allocation.ID, { allocation, tasks });
    this.parts.disk.prepare(
      allocation.ID,
      tasks.map(({ task }) => task.Name),
    );
    for (const task of tasks) task.start();
    this.#collect();
  }

  #runner(allocation: Allocation, task: ConstructorParameters<typeof TaskRunner>[2]): TaskRunner {
    return new TaskRunner(this.parts.computer, allocation, task, {
      maxKillMs: this.config.maxKillTimeoutMs,
      agentPid: () => this.pid,
      folder: `${this.config.allocDir}/${allocation.ID}`,
      changed: () => this.#changed(allocation.ID),
      print: (output, line) => this.parts.disk.print(allocation.ID, task.Name, output, line),
    });
  }

  /** After a restart: running tasks go on, ended ones are dealt with. */
  #restore(id: string, run: Run): void {
    const tasks = run.tasks.map((old) =>
      old.adopt(
        () => this.pid,
        () => this.#changed(id),
      ),
    );
    this.parts.memory.set(id, { ...run, tasks });
    for (const task of tasks) task.reattach();
    this.#unreported.add(id);
  }

  #changed(id: string): void {
    this.#unreported.add(id);
    this.#reportSoon();
  }

  #reportSoon(): void {
    if (this.#reporting || !this.#registered || !this.#alive) return;
    this.#reporting = true;
    this.#timers.later(reportMs, () => {
      this.#reporting = false;
      if (this.parts.link.state() !== 'open') return;
      const told = [...this.#unreported].flatMap((id) => {
        const run = this.parts.memory.get(id);
        return run === undefined ? [] : [{ ID: id, ...statusOf(run.tasks) }];
      });
      this.#unreported.clear();
      this.parts.servers.update(told);
    });
  }

  /** Ended allocations beyond fifty go, with their folders. */
  #collect(): void {
    const ended = [...this.parts.memory].filter(([, run]) =>
      run.tasks.every(({ state }) => state.State === 'dead'),
    );
    for (const [id] of ended.slice(0, Math.max(0, ended.length - 50))) {
      this.parts.memory.delete(id);
      this.parts.disk.remove(id);
    }
  }
}

/** An allocation's status from those of its tasks. */
function statusOf(
  tasks: readonly TaskRunner[],
): Pick<Allocation, 'ClientStatus' | 'ClientDescription' | 'TaskStates'> {
  const states = tasks.map(({ state }) => state);
  const TaskStates = Object.fromEntries(tasks.map(({ task, state }) => [task.Name, state]));
  const all = (wanted: string): boolean => states.every(({ State }) => State === wanted);
  if (states.some(({ Failed }) => Failed))
    return { ClientStatus: 'failed', ClientDescription: 'Failed tasks', TaskStates };
  if (all('dead'))
    return { ClientStatus: 'complete', ClientDescription: 'All tasks have completed', TaskStates };
  if (states.some(({ State }) => State === 'running'))
    return { ClientStatus: 'running', ClientDescription: 'Tasks are running', TaskStates };
  return { ClientStatus: 'pending', ClientDescription: 'No tasks have started', TaskStates };
}
