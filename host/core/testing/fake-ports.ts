import type { Install } from '../../../contract/installs.ts';
import type { LedgerRow } from '../../../contract/earnings.ts';
import { problem, ProblemError, type ProblemCode } from '../../../contract/problems.ts';
import { noFacts, seen, type Fact } from '../facts.ts';
import type { FootprintEntry, FootprintLine } from '../footprint.ts';
import type { Intent } from '../intent.ts';
import type { ContainerEvent, ContainerSample, EngineSample } from '../ports/engine.ts';
import type { InstallEvent } from '../ports/installing.ts';
import type { AgentSettings } from '../ports/nomad.ts';
import type { EnterEvent, TailnetSample } from '../ports/tailnet.ts';
import type { StepContext, StepPorts } from '../steps/context.ts';
import { engineSample } from './engine-sample.ts';
import { fakePrograms, noPrograms } from './fake-programs.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeImages } from './fake-images.ts';
import { joined } from './world-model.ts';

async function* noEvents(): AsyncIterable<ContainerEvent> {
  yield await Promise.resolve({ kind: 'listening' });
}

/** Ports that write down what they are asked, for tests of steps. */
export class FakePorts {
  readonly clock = new FakeClock();
  /** Every call in order, "port.call argument". */
  readonly calls: string[] = [];
  entries: FootprintEntry[] = [];
  readonly kept = new Map<string, string>();
  /** What `enter` tells, then whether it fails. */
  entering: readonly EnterEvent[] = [
    { kind: 'before', oldProfile: 'old', formerOperator: '' },
    { kind: 'profile', newProfile: 'new' },
    { kind: 'running', nodeId: 'n1' },
  ];
  /** What `install` tells. */
  installing: readonly InstallEvent[] = [];
  enterFails: ProblemCode | null = null;
  tailnet: Partial<TailnetSample> = {};
  way: 'inline' | 'pkexec' = 'pkexec';
  containers: readonly ContainerSample[] = [];
  engine: ProblemCode | null = null;
  /** The agent's configuration as it is, and as it is wanted. */
  settings: AgentSettings = { version: '2.0.5', now: [], next: [] };
  readonly images = new FakeImages();
  rows: readonly LedgerRow[] = [];
  /** Files that the owner asked for. */
  readonly exported = new Map<string, string>();
  /** The pool does not answer. */
  silent = false;
  freePort = (preferred: number): number => preferred;
  /** What lies on the shelf, and what is published. */
  readonly programs = noPrograms();
  /** Paths that the owner cannot remove before root did. */
  denied = new Set<string>();
  #nextId = 1;
  #awayOnce = false;

  /** The first look sees another network than ours, later ones ours. */
  away(): void {
    this.#awayOnce = true;
  }

  /** The calls that begin so. */
  called(prefix: string): readonly string[] {
    return this.calls.filter((c) => c.startsWith(prefix));
  }

  /** Adds footprint lines as earlier steps did. */
  walked(...lines: readonly FootprintLine[]): void {
    for (const line of lines) this.entries = [...this.entries, { id: this.#nextId++, at: 1, line }];
  }

  context(intent: Intent = joined, signal: AbortSignal = new AbortController().signal): StepContext {
    return {
      ports: this.ports(),
      intent,
      facts: noFacts,
      signal,
      see: (sample) => void this.#note(`see ${'fact' in sample ? sample.fact : 'other'}`),
      report: (_, url) => void this.#note(`report ${url ?? ''}`),
    };
  }

  ports(): StepPorts {
    const note = (call: string) => this.#note(call);
    return {
      clock: this.clock,
      tailnet: {
        look: () => Promise.resolve(this.#look()),
        watch: () => undefined,
        switchTo: (profile) => note(`tailnet.switchTo ${profile}`),
      },
      privilege: {
        way: () => Promise.resolve(this.way),
        enter: (request) => {
          void note(`privilege.enter ${request.authKey ?? 'browser'}`);
          return { events: this.#events(), finish: (word) => note(`privilege.finish ${word}`) };
        },
        leave: ({ tailnet, remove }) => {
          for (const { under } of remove) this.denied.delete(under);
          return note(
            `privilege.leave ${tailnet?.oldProfile ?? '-'} ${remove.map((r) => r.under).join(',')}`,
          ).then(() => ({ kept: [] }));
        },
        install: (installs) => this.#installs(installs),
      },
      nomad: {
        hash: () => 'h',
        settings: () => Promise.resolve(this.settings),
        configure: (wanted) => note(`nomad.configure ${wanted.httpPort}`),
        start: () => note('nomad.start'),
        oldestServer: () => Promise.resolve(null),
        keepState: () => note('nomad.keepState'),
        restoreState: () => note('nomad.restoreState'),
        forgetState: () => note('nomad.forgetState'),
        kill: () => note('nomad.kill'),
        sweep: () => note('nomad.sweep'),
        leftovers: () => Promise.resolve([]),
        close: async (meta, signal) => {
          await note(`nomad.close ${meta.how}`);
          if (!this.silent) return;
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          throw new DOMException('This operation was aborted', 'AbortError');
        },
        open: (eligible) => note(`nomad.open ${eligible}`),
        allocationFolder: () => '/agent/alloc',
        allocationIds: () => Promise.resolve(['a']),
        lookAgent: () => Promise.reject(new Error('not asked in steps')),
        lookNode: () => Promise.reject(new Error('not asked in steps')),
        lookWork: () => Promise.reject(new Error('not asked in steps')),
        watch: () => undefined,
      },
      ...fakePrograms(this.programs, note),
      engine: {
        look: () => Promise.resolve(this.#engine()),
        stop: (id, ms) => note(`engine.stop ${id} ${ms}`),
        remove: (id) => note(`engine.remove ${id}`),
        events: () => noEvents(),
        inspect: () => Promise.resolve(null),
        end: (id) => note(`engine.end ${id}`),
      },
      footprint: {
        load: () => Promise.resolve({ value: this.entries, problem: null }),
        add: (line) => {
          this.walked(line);
          void note(`footprint.add ${line.kind}`);
          return Promise.resolve(this.#nextId - 1);
        },
        undone: (id) => {
          const gone = this.entries.find((e) => e.id === id);
          this.entries = this.entries.filter((e) => e.id !== id);
          return note(`footprint.undone ${gone?.line.kind}`);
        },
      },
      secrets: {
        write: (name, value) => Promise.resolve(void this.kept.set(name, value)),
        read: (name) => Promise.resolve(this.kept.get(name) ?? null),
        path: (name) => `/secrets/${name}`,
        forget: (name) => Promise.resolve(void this.kept.delete(name)),
        forgetAll: () => Promise.resolve(this.kept.clear()),
      },
      folders: {
        agent: '/agent',
        secrets: '/secrets',
        freeBytes: () => Promise.resolve(null),
        disk: () => Promise.resolve(null),
        bytes: () => Promise.resolve(0),
        remove: async (path) => {
          await note(`folders.remove ${path}`);
          return this.denied.has(path) ? 'denied' : 'gone';
        },
      },
      images: this.images.port(note),
      ledger: {
        open: () => Promise.resolve([]),
        rows: () => Promise.resolve(this.rows),
        clear: () => note('ledger.clear'),
      },
      exports: {
        check: (path) =>
          this.exported.has(path)
            ? Promise.reject(new ProblemError(problem('export-failed', path)))
            : Promise.resolve(),
        write: async (path, chunks) => {
          let text = '';
          for await (const chunk of chunks) text += chunk;
          this.exported.set(path, text);
          await note(`exports.write ${path}`);
        },
      },
      log: { debug() {}, info() {}, warn() {}, error() {}, redact() {} },
      freePort: (preferred) => Promise.resolve(this.freePort(preferred)),
    };
  }

  #note(call: string): Promise<void> {
    this.calls.push(call);
    return Promise.resolve();
  }

  async *#installs(items: readonly Install[]): AsyncGenerator<InstallEvent> {
    await this.#note(`privilege.install ${items.join(',')}`);
    for (const event of this.installing) yield await Promise.resolve(event);
  }

  async *#events(): AsyncGenerator<EnterEvent> {
    for (const event of this.entering) yield await Promise.resolve(event);
    if (this.enterFails !== null) throw new ProblemError(problem(this.enterFails));
  }

  #engine(): Fact<EngineSample> {
    if (this.engine !== null) return { known: false, at: 1, problem: problem(this.engine) };
    return seen(engineSample({ containers: this.containers }), 1);
  }

  #look(): Fact<TailnetSample> {
    const active = this.#awayOnce ? 'other' : 'ours';
    this.#awayOnce = false;
    return seen(
      {
        version: '1.98.9',
        backend: 'running',
        network: 'pool.example',
        uses: null,
        active,
        operator: true,
        selfId: 'n1',
        addresses: ['100.64.0.2'],
        tags: ['tag:nomad-client'],
        authUrl: null,
        keyExpired: false,
        online: true,
        peers: {},
        server: { host: 's', address: '100.64.0.1', port: 4647, ms: 1 },
        path: { kind: 'direct', relay: null },
        ...this.tailnet,
      },
      this.clock.now(),
    );
  }
}
