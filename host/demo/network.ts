import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../core/ports/clock.ts';
import type { Fetch, World } from '../core/ports/world.ts';
import type { Chance } from './chance.ts';
import { demoControlUrl, demoDomain, demoTag } from './invite.ts';
import type { Link } from './nomad/agent.ts';
import type { Servers } from './nomad/servers.ts';
import type { Scenario } from './scenario.ts';
import { Service } from './service.ts';
import { Control, type ControlRecord } from './tailnet/control.ts';
import { Daemon } from './tailnet/daemon.ts';
import { type Caller, localApi } from './tailnet/local-api.ts';
import { type LineState, openLine } from './tailnet/line.ts';
import type { DaemonRecord } from './tailnet/profiles.ts';
import { newPrefs } from './tailnet/prefs.ts';

/** The owner's own network, before and after the pool's. */
const ownControlUrl = 'https://controlplane.tailscale.com';

interface NetworkRecord {
  readonly pool: ControlRecord;
  readonly own: ControlRecord;
  readonly daemon: DaemonRecord;
}

/** What the network is made of; `wire` is the clock of those who ask. */
export interface NetworkParts {
  readonly clock: Clock;
  readonly wire: Clock;
  readonly chance: Chance;
  readonly folder: string;
  readonly scenario: Scenario;
  readonly servers: Servers;
  readonly hostname: string;
  /** The operator of the owner's own profile; '' for none. */
  readonly operator: string;
}

/** The simulated network: two control servers, this computer's daemon, and who can be reached through it. */
export class Network {
  readonly pool: Control;
  readonly own: Control;
  readonly daemon: Daemon;
  readonly link: Link;
  /** What the computer's line lets through. */
  line: LineState = openLine;
  readonly #wire: Clock;
  readonly #servers: Servers;
  readonly #file: string;
  readonly #services = new Set<Service>();
  readonly #spoken = new Map<string, number>();
  readonly #onLink = new Set<() => void>();
  #running = true;
  #linkState: ReturnType<Link['state']> = 'silent';

  constructor(parts: NetworkParts) {
    const { clock, chance } = parts;
    this.#wire = parts.wire;
    this.#servers = parts.servers;
    this.#file = join(parts.folder, 'network.json');
    mkdirSync(parts.folder, { recursive: true, mode: 0o700 });
    const record = readRecord(this.#file);
    this.pool = new Control(demoControlUrl, demoDomain, demoTag, chance, record?.pool ?? null);
    this.own = new Control(ownControlUrl, 'tail5c0ffee.ts.net', '', chance, record?.own ?? null);
    this.pool.add('server', 'tagged-devices', ['tag:nomad-server'], true);
    const owned = parts.scenario.ownNetwork ? this.#ownProfile(parts.hostname, parts.operator) : null;
    this.daemon = new Daemon({
      clock,
      chance,
      controls: [this.pool, this.own],
      machine: parts.hostname,
      record: record?.daemon ?? owned,
      changed: () => this.#changed(),
    });
    this.link = {
      state: () => this.#state(),
      onChange: (call) => {
        this.#onLink.add(call);
        return () => void this.#onLink.delete(call);
      },
    };
    parts.servers.onUp(() => this.#changed());
  }

  /** The daemon's LocalAPI as this caller sees it. */
  localApi(caller: Caller): Fetch {
    const service = new Service(
      this.#wire,
      localApi(
        this.daemon,
        caller,
        () => this.#active(),
        () => this.line,
      ),
      () => (this.#running ? null : 'absent'),
    );
    this.#services.add(service);
    return service.fetch;
  }

  /** Ends the daemon, or starts it again. */
  setRunning(running: boolean): void {
    if (this.#running === running) return;
    this.#running = running;
    if (running) this.daemon.restart();
    else for (const service of this.#services) service.cut();
    this.#changed();
  }

  /** TCP from this computer to one on the network. Nothing but Nomad's port is open; the rest is dropped in silence. */
  async dial(host: string, port: number, timeoutMs: number): ReturnType<World['dial']> {
    const server = this.pool.nodes().find((node) => node.serves);
    if (port === 80 && this.line.webOnly) {
      await this.#wire.sleep(timeoutMs);
      return { ok: false, why: 'timeout' };
    }
    if (port === 80 || port === 443) return { ok: true, ms: 21 };
    const isServer =
      server !== undefined && [server.address, `${server.name}.${demoDomain}`, server.name].includes(host);
    const through = this.#running && this.daemon.control === this.pool && this.daemon.reaches;
    if (!isServer || !through || port !== 4647) {
      await this.#wire.sleep(timeoutMs);
      return { ok: false, why: 'timeout' };
    }
    if (!this.#servers.up) return { ok: false, why: 'refused' };
    this.#spoken.set(server.address, this.#wire.now());
    return { ok: true, ms: 14 + (this.#wire.now() % 9) };
  }

  /** A hello from this computer to a web server: the control servers answer, past the network. */
  async greet(url: string, timeoutMs: number): ReturnType<World['greet']> {
    const known = [this.pool, this.own].some((control) => url.startsWith(control.url));
    if (!known) return { ok: false, why: 'unknown-name' };
    const { linked } = this.daemon;
    await this.#wire.sleep(linked ? 40 : timeoutMs);
    if (!linked) return { ok: false, why: 'timeout' };
    const at = this.#wire.now();
    const date = Math.floor((at + this.line.aheadMs) / 1000) * 1000;
    const { inspected } = this.line;
    return {
      ok: true,
      date,
      at,
      trusted: !inspected,
      issuer: inspected ? 'Hotel Gateway CA' : "R11, Let's Encrypt",
    };
  }

  /** The address of a name of the network, as the daemon's own name server tells. */
  lookUp(name: string, nameServer: string): string | null {
    const { control, profile } = this.daemon;
    if (nameServer !== '100.100.100.100' || profile === null || control === null || !this.#running)
      return null;
    const plain = name.replace(/\.$/, '').toLowerCase();
    const extra = this.extraNames.get(plain);
    if (extra !== undefined) return extra;
    return control.nodes().find((one) => `${one.name}.${control.domain}` === plain)?.address ?? null;
  }

  /** Names of the network beside its computers'. */
  readonly extraNames = new Map<string, string>();

  #ownProfile(hostname: string, operator: string): DaemonRecord {
    const node = this.own.add(hostname, 'mira@example.com', [], false);
    this.own.add('nas', 'mira@example.com', [], false);
    this.own.add('phone', 'mira@example.com', [], false);
    const prefs = { ...newPrefs, WantRunning: true, LoggedOut: false, OperatorUser: operator };
    return {
      profiles: [{ id: '5a1e', prefs, nodeId: node.id, user: 'mira@example.com', byKey: false, seen: node }],
      current: '5a1e',
    };
  }

  /** The agent reaches the servers as long as the pool's network is in use and whole. */
  #state(): ReturnType<Link['state']> {
    if (!this.#running || this.daemon.control !== this.pool || !this.daemon.reaches) return 'silent';
    return this.#servers.up ? 'open' : 'refused';
  }

  /** With whom this computer has spoken in the last two minutes. */
  #active(): ReadonlySet<string> {
    const since = this.#wire.now() - 120_000;
    return new Set([...this.#spoken].filter(([, at]) => at >= since).map(([address]) => address));
  }

  #changed(): void {
    // The daemon calls while it is being made, before there is anything to keep.
    if ((this.daemon as Daemon | undefined) === undefined) return;
    this.#write({ pool: this.pool.record(), own: this.own.record(), daemon: this.daemon.profiles.record() });
    const state = this.#state();
    if (state === this.#linkState) return;
    this.#linkState = state;
    for (const call of [...this.#onLink]) call();
  }

  #written = '';
  #write(record: NetworkRecord): void {
    const text = JSON.stringify(record);
    if (text === this.#written) return;
    this.#written = text;
    try {
      writeFileSync(`${this.#file}.new`, text, { mode: 0o600 });
      renameSync(`${this.#file}.new`, this.#file);
    } catch {
      // The demo forgets its network then, as after a new start.
    }
  }
}

function readRecord(file: string): NetworkRecord | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as NetworkRecord;
  } catch {
    return null;
  }
}
