import type { Fetch, HttpRequest, Programs } from '../../host/core/ports/world.ts';

/** One behaviour that we rely on: a sentence, and how it is seen. It throws where it does not hold. */
export interface Statement<Subject> {
  readonly says: string;
  readonly check: (subject: Subject) => Promise<void>;
}

/** Time as the subject has it: simulated, or the real one. */
export interface Time {
  sleep(ms: number): Promise<void>;
  /** Milliseconds that never jump. */
  now(): number;
  /** Asks again until the answer is neither undefined nor false; throws with what was waited for. */
  until<T>(what: string, ask: () => Promise<T | undefined | false>, withinMs?: number): Promise<T>;
  /** Waits for something that needs time to pass. */
  finish<T>(work: Promise<T>): Promise<T>;
}

/** A computer of the pool, with its agent. */
export interface ClientSubject {
  readonly name: string;
  /** The agent's own HTTP port. */
  readonly http: Fetch;
  /** From the agent's state folder. */
  id(): string;
  secret(): string;
  /** Names under the agent's allocation folder. */
  allocationFolders(): Promise<readonly string[]>;
  /** Starts the agent (again); it may take a moment to answer. */
  start(): Promise<void>;
  /** SIGKILLs the agent alone. */
  kill(): Promise<void>;
}

/** A pool: a server with ACL on, two computers that share, the containers of their jobs. */
export interface NomadSubject extends Time {
  /** The server's own HTTP port. */
  readonly server: Fetch;
  readonly tokens: { readonly management: string; readonly reader: string; readonly lifecycle: string };
  readonly first: ClientSubject;
  readonly second: ClientSubject;
  /** A third computer that no server has seen, not started yet; it registers closed. */
  newcomer(): Promise<ClientSubject>;
  /** The container engine that all of them use. */
  readonly engine: Fetch;
  readonly programs: Programs;
  /** Where files may be written. */
  readonly folder: string;
  /** The server ends as in a power cut, and starts again. */
  stopServer(): Promise<void>;
  startServer(): Promise<void>;
}

/** A computer that was never signed in anywhere, and two control servers. */
export interface TailnetSubject extends Time {
  /** The daemon's LocalAPI as root sees it. */
  readonly root: Fetch;
  /** As this user of the computer sees it. */
  as(user: 'owner' | 'other'): Fetch;
  /** The owner's name on this computer. */
  readonly owner: string;
  readonly pool: ControlSubject;
  /** The owner's own network, on another server. */
  readonly own: ControlSubject;
  /** TCP from this computer to the pool's server, through the network. */
  dial(port: number, withinMs: number): Promise<'open' | 'refused' | 'timeout' | 'unreachable'>;
  stopDaemon(): Promise<void>;
  startDaemon(): Promise<void>;
  /** Swallows UDP on this computer's line, or lets it through again. */
  udp(passes: boolean): Promise<void>;
  /** What `tailscale netcheck --format=json` prints on this computer. */
  netcheck(): Promise<string>;
  /** The address of a name by this name server alone; null: it knows none. */
  lookUp(name: string, nameServer: string): Promise<string | null>;
}

/** A control server. */
export interface ControlSubject {
  readonly url: string;
  /** Mints a one-off key for the pool's tag, or for a person of this server. */
  mint(whose?: 'tag' | 'person'): Promise<string>;
  /** A person approves the sign-in whose page this is. */
  approve(authUrl: string): Promise<void>;
  expire(nodeId: string, expired: boolean): Promise<void>;
  remove(nodeId: string): Promise<void>;
}

/** What was answered. */
export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly index: number;
}

/** One request and its whole answer. */
export async function ask(
  fetch: Fetch,
  request: Partial<HttpRequest> & { readonly path: string },
): Promise<Answered> {
  const answer = await fetch({ timeoutMs: 8_000, ...request });
  const text = await answer.text();
  return { status: answer.status, text, index: Number(answer.header('x-nomad-index') ?? '0') };
}
