import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultSettings, type AppState } from '../../../contract/app-state.ts';
import type { NodeState } from '../../../contract/node-state.ts';
import { createFiles } from '../../adapters/files/files.ts';
import { talkInProcess } from '../../adapters/privilege/in-process.ts';
import type { Log } from '../../core/ports/stores.ts';
import { FakeClock } from '../../core/testing/fake-clock.ts';
import { createDemo, type Demo } from '../../demo/demo.ts';
import { demoInvite } from '../../demo/invite.ts';
import type { Scenario } from '../../demo/scenario.ts';
import { openSession } from '../open-session.ts';
import type { Session } from '../session.ts';
import { faultyFiles, faultyWorld, noFaults, type Faults } from './faulty-world.ts';

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {}, redact() {} };

/** One scenario lived through by the unmodified host on a simulated clock: an evening in a second. */
export class Evening {
  readonly clock: FakeClock;
  readonly demo: Demo;
  readonly folder: string;
  /** Every kind that was shown, with the notes, once each change. */
  readonly shown: string[] = [];
  /** Lines of level error: none is expected. */
  readonly faults: string[] = [];
  /** What fails now. */
  readonly broken: Faults = noFaults();
  session!: Session;

  private constructor(clock: FakeClock, demo: Demo, folder: string) {
    this.clock = clock;
    this.demo = demo;
    this.folder = folder;
  }

  /** `broken`: what fails from the start. */
  static async begin(scenario: Scenario, broken: Partial<Faults> = {}): Promise<Evening> {
    const clock = new FakeClock();
    const folder = await mkdtemp(join(tmpdir(), 'rigshare-evening-'));
    const evening = new Evening(
      clock,
      createDemo({ clock, folder, scenario, asRoot: talkInProcess }),
      folder,
    );
    Object.assign(evening.broken, broken);
    await evening.start();
    return evening;
  }

  /** Starts a host on what the last one left. */
  async start(): Promise<void> {
    const log: Log = {
      ...quiet,
      error: (message, fields) => void this.faults.push(`${message} ${JSON.stringify(fields)}`),
    };
    this.session = await openSession(
      {
        world: faultyWorld(this.demo.world, this.broken),
        data: this.folder,
        settingsFile: join(this.folder, 'settings.json'),
        files: faultyFiles(createFiles(this.clock), this.broken),
        log,
        // Never this machine's: a test must not install anything into it.
        privileged: {
          file: '',
          node: '',
          electron: false,
          env: {},
          socket: () => '/run/demo.sock',
          machine: this.demo.root,
        },
        engineSocket: () => Promise.resolve(null),
        sleepingCards: () => null,
        activity: this.demo.surroundings.activity,
        inventory: this.demo.surroundings.inventory,
        diskFolders: [this.folder],
        publisherKey: () => this.demo.releases.publicHalf,
        settings: () => defaultSettings,
      },
      {
        demo: true,
        version: '0.0.0',
        random: () => 0.5,
        reference: () => 'ref',
        onSettings: () => undefined,
        release: () => undefined,
      },
    );
    this.session.onChange(() => this.#note());
    this.session.open();
  }

  async join(): Promise<void> {
    await this.session.application.join({ text: JSON.stringify(demoInvite(this.clock.now())), from: 'file' });
  }

  get state(): AppState {
    return this.session.state(0);
  }

  /** Lets time pass until something holds; throws with what was shown when it does not. */
  async until(what: (state: AppState) => boolean, withinMs: number): Promise<AppState> {
    for (let passed = 0; passed <= withinMs;) {
      if (what(this.state)) return this.state;
      // Finely at first, then as a person would glance at it.
      const ms = passed < 20_000 ? 100 : 1_000;
      await this.clock.advance(ms);
      passed += ms;
    }
    throw new Error(`not within ${withinMs} ms; shown: ${this.shown.slice(-8).join(' → ')}`);
  }

  /** Until this kind is shown. */
  kind(kind: NodeState['kind'], withinMs: number): Promise<AppState> {
    return this.until((s) => s.node.kind === kind, withinMs);
  }

  /** The host dies without a word; the world goes on. */
  async end(): Promise<void> {
    const closed = this.session.close();
    await this.clock.advance(20_000);
    await closed;
  }

  async close(): Promise<void> {
    await this.end();
    this.demo.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  #note(): void {
    const { node, notes } = this.state;
    const line = [node, ...notes].map((s) => s.kind).join('+');
    if (this.shown.at(-1) !== line) this.shown.push(line);
  }
}
