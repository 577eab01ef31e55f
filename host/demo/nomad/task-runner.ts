import type { Clock } from '../../core/ports/clock.ts';
import type { ProcessId } from '../../core/ports/world.ts';
import type { Chance } from '../chance.ts';
import type { Containers } from '../containers.ts';
import type { Processes } from '../processes.ts';
import { Timers } from '../timers.ts';
import { type Output, speak } from './task-output.ts';
import { containerOf, numberIn } from './task-container.ts';
import { type Allocation, iso, type JobTask, nanos, type TaskEvent, type TaskState } from './model.ts';

/** The computer on which tasks run. */
export interface Computer {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly processes: Processes;
  readonly containers: Containers;
  /** Images that are here already. */
  readonly images: { has(name: string): boolean; add(name: string): void };
}

/** How often and when Nomad restarts an ended task by default. */
const restartPolicy = {
  batch: { attempts: 3, intervalMs: 86_400_000 },
  service: { attempts: 2, intervalMs: 1_800_000 },
  system: { attempts: 2, intervalMs: 1_800_000 },
} as const;
const restartMs = { low: 15_000, high: 18_750 } as const;

const tellPullMs = 120_000;
/** How large every image is that takes that long. */
const pullMib = 4_096;

const fresh: TaskState = {
  State: 'pending',
  Failed: false,
  Restarts: 0,
  LastRestart: null,
  StartedAt: null,
  FinishedAt: null,
  Events: [],
};

/** Runs one task of one allocation, as an agent does: fetch, run, restart, stop. */
export class TaskRunner {
  readonly task: JobTask;
  readonly #computer: Computer;
  readonly #allocation: Allocation;
  readonly #maxKillMs: number;
  #agentPid: () => number;
  readonly #folder: string;
  #changed: () => void;
  readonly #print: (output: Output, line: string) => void;
  state: TaskState = fresh;
  #container: string | null = null;
  #helpers: readonly ProcessId[] = [];
  #stopping = false;
  #pulling = false;
  readonly #timers: Timers;

  constructor(
    computer: Computer,
    allocation: Allocation,
    task: JobTask,
    options: {
      readonly maxKillMs: number;
      readonly agentPid: () => number;
      readonly folder: string;
      readonly changed: () => void;
      readonly print: (output: Output, line: string) => void;
    },
  ) {
    this.#computer = computer;
    this.#timers = new Timers(computer.clock);
    this.#allocation = allocation;
    this.task = task;
    this.#maxKillMs = options.maxKillMs;
    this.#agentPid = options.agentPid;
    this.#folder = options.folder;
    this.#changed = options.changed;
    this.#print = options.print;
  }

  /** Begins: the task is received, its folder built, its image fetched, its container run. */
  start(): void {
    this.#event('Received', 'Task received by client');
    this.#event('Task Setup', 'Building Task Directory', { message: 'Building Task Directory' });
    this.#launch(120);
  }

  /** Belongs to a new agent from now on. */
  adopt(agentPid: () => number, changed: () => void): this {
    this.#agentPid = agentPid;
    this.#changed = changed;
    return this;
  }

  /** Goes on after the agent was away: with the container that still runs, or as after its end. */
  reattach(): void {
    if (this.state.State === 'dead') return;
    const container = this.#container === null ? null : this.#computer.containers.find(this.#container);
    if (container?.state === 'running') this.#watch(container.id);
    else if (this.#container !== null) this.#exited(container?.exitCode ?? 137);
    else this.#launch(400);
  }

  /** The agent is gone: what runs runs on, nobody watches it, a fetch is broken off. */
  detach(): void {
    this.#timers.stop();
    this.#pulling = false;
  }

  /** Stops it: SIGTERM, and SIGKILL after the kill timeout. A fetch under way ends first. */
  stop(): void {
    if (this.#stopping || this.state.State === 'dead') return;
    this.#stopping = true;
    const limitMs = Math.min(this.task.KillTimeout / 1_000_000, this.#maxKillMs);
    if (this.#pulling) return;
    if (this.#container === null) {
      this.detach();
      this.#dead(false);
      return;
    }
    const text = `Sent interrupt. Waiting ${limitMs / 1000}s before force killing`;
    this.#event('Killing', text, { kill_timeout: `${limitMs / 1000}s` }, { KillTimeout: nanos(limitMs) });
    void this.#computer.containers.stop(this.#container, limitMs);
  }

  #launch(afterMs: number): void {
    const image = this.#image;
    this.#timers.later(afterMs, () => {
      if (this.#stopping) return this.#dead(false);
      if (image === '' || this.#computer.images.has(image)) return this.#run();
      this.#pulling = true;
      this.#event('Driver', 'Downloading image', { image }, { DriverMessage: 'Downloading image' });
      const pullMs = numberIn(this.task, 'demo.pull-seconds', 3) * 1000;
      this.#tellPull(image, pullMs, tellPullMs);
      this.#timers.later(pullMs, () => {
        this.#pulling = false;
        this.#computer.images.add(image);
        if (this.#stopping) this.#dead(false);
        else this.#run();
      });
    });
  }

  /** As long as it takes, an agent says every two minutes how far it is. */
  #tellPull(image: string, pullMs: number, atMs: number): void {
    if (atMs >= pullMs) return;
    this.#timers.later(tellPullMs, () => {
      const [far, whole] = [Math.round((atMs / pullMs) * pullMib), pullMib];
      const left = ((pullMs - atMs) / 1000).toFixed(1);
      const words = `Docker image pull progress: Pulled 1/2 (${far}MiB/${whole}MiB) layers: 0 waiting/1 pulling - est ${left}s remaining`;
      this.#event('Driver', words, { image }, { DriverMessage: words });
      this.#tellPull(image, pullMs, atMs + tellPullMs);
    });
  }

  #run(): void {
    const container = this.#computer.containers.run(containerOf(this.#allocation, this.task, this.#folder));
    this.#container = container.id;
    speak(this.task, container.id, { ...this.#computer, print: this.#print });
    this.#startHelpers();
    this.state = {
      ...this.state,
      State: 'running',
      StartedAt: iso(this.#computer.clock.now()),
      FinishedAt: null,
    };
    this.#event('Started', 'Task started by client');
    this.#watch(container.id);
  }

  /** An agent has two helpers for each Docker task; they outlive it. */
  #startHelpers(): void {
    const { processes } = this.#computer;
    this.#helpers = ['logmon', 'docker_logger'].map((helper) =>
      processes.start({
        parent: this.#agentPid(),
        executable: '/usr/bin/nomad',
        command: ['/usr/bin/nomad', helper],
        folders: [`${this.#folder}/alloc/logs`],
      }),
    );
  }

  #watch(id: string): void {
    this.#timers.own(
      this.#computer.containers.onEnd(id, () => {
        // An agent sees the end of a container a moment after the engine.
        this.#timers.later(30, () => this.#exited(this.#computer.containers.find(id)?.exitCode ?? 137));
      }),
    );
  }

  #exited(exitCode: number): void {
    const { containers, processes } = this.#computer;
    if (this.#container !== null) containers.remove(this.#container);
    this.#container = null;
    for (const helper of this.#helpers) processes.end(helper.pid);
    this.#helpers = [];
    const message =
      exitCode === 0 ? '' : `, Exit Message: "Docker container exited with non-zero exit code: ${exitCode}"`;
    this.#event(
      'Terminated',
      `Exit Code: ${exitCode}${message}`,
      { exit_code: String(exitCode), signal: '0', oom_killed: 'false' },
      { ExitCode: exitCode },
    );
    if (this.#stopping) {
      this.#event('Killed', 'Task successfully killed');
      this.#dead(false);
    } else if (exitCode === 0 && this.#allocation.Job.Type === 'batch') {
      this.#dead(false);
    } else {
      this.#restart();
    }
  }

  #restart(): void {
    const policy = restartPolicy[this.#allocation.Job.Type];
    if (this.state.Restarts >= policy.attempts) {
      this.#event(
        'Not Restarting',
        `Exceeded allowed attempts ${policy.attempts} in interval ${policy.intervalMs / 3_600_000}h0m0s and mode is "fail"`,
      );
      this.#dead(true);
      return;
    }
    const waitMs = Math.round(this.#computer.chance.between(restartMs.low, restartMs.high));
    this.#event('Restarting', `Task restarting in ${waitMs / 1000}s`, {
      restart_reason: 'Restart within policy',
      start_delay: String(nanos(waitMs)),
    });
    const at = this.#computer.clock.now();
    this.state = {
      ...this.state,
      State: 'pending',
      Restarts: this.state.Restarts + 1,
      LastRestart: iso(at),
      FinishedAt: iso(at),
    };
    this.#changed();
    this.#launch(waitMs);
  }

  #dead(failed: boolean): void {
    this.state = {
      ...this.state,
      State: 'dead',
      Failed: failed,
      FinishedAt: iso(this.#computer.clock.now()),
    };
    this.#changed();
  }

  #event(
    Type: string,
    DisplayMessage: string,
    Details: Record<string, string> = {},
    more: Partial<TaskEvent> = {},
  ): void {
    const event: TaskEvent = {
      Type,
      Time: nanos(this.#computer.clock.now()),
      DisplayMessage,
      Message: Details['message'] ?? '',
      Details,
      ExitCode: 0,
      Signal: 0,
      KillTimeout: 0,
      DriverMessage: '',
      ...more,
    };
    this.state = { ...this.state, Events: [...this.state.Events, event].slice(-10) };
    this.#changed();
  }

  get #image(): string {
    return this.task.Config.image ?? '';
  }
}
