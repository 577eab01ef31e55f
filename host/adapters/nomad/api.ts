import { fail, ProblemError } from '../../../contract/problems.ts';
import type { Files } from '../../core/ports/files.ts';
import type { Log } from '../../core/ports/stores.ts';
import {
  type Fetch,
  type HttpAnswer,
  type HttpRequest,
  Unreachable,
  type World,
} from '../../core/ports/world.ts';
import type { Places } from './places.ts';

/** The agent as it can be reached now. */
export interface Reach {
  readonly httpPort: number;
  /** Whether the pool has known this computer before. */
  readonly registered: boolean;
}

/** How long an answer may take: a black-holed server keeps the agent silent for more than eleven seconds. */
const answerMs = 8_000;

/** Who this node is, from the agent's own files. */
export interface Identity {
  readonly nodeId: string;
  readonly secret: string;
}

/** What the pool is reached with. */
export interface ApiParts {
  readonly world: World;
  readonly places: Places;
  readonly files: Pick<Files, 'read'>;
  readonly log: Pick<Log, 'redact'>;
  readonly reach: () => Promise<Reach | null>;
}

/** The pool seen through the local agent, with the node's own secret and no other right. */
export class Api {
  readonly #parts: ApiParts;
  #redacted: string | null = null;

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  /** Who this node is; null before the agent's first start. */
  async identity(): Promise<Identity | null> {
    const { files, places, log } = this.#parts;
    const [id, secret] = [await files.read(places.nodeId), await files.read(places.secretId)];
    if (id === null || secret === null || id.trim() === '' || secret.trim() === '') return null;
    if (this.#redacted !== secret) log.redact(secret.trim());
    this.#redacted = secret;
    return { nodeId: id.trim(), secret: secret.trim() };
  }

  /** Reads JSON. Problems: nomad-agent-silent, nomad-server-lost, nomad-not-registering, nomad-refused, nomad-error, nomad-garbled. */
  async get(path: string, signal?: AbortSignal): Promise<unknown> {
    const text = await this.#ask({ path, ...(signal === undefined ? {} : { signal }) });
    try {
      return JSON.parse(text);
    } catch {
      return fail('nomad-garbled', `${path}: the answer is no JSON`);
    }
  }

  /** Writes JSON. Problems as for `get`. */
  async put(path: string, body: object, signal: AbortSignal): Promise<void> {
    await this.#ask({ method: 'PUT', path, body: JSON.stringify(body), signal });
  }

  /** Opens a stream; the caller reads its chunks. Problems as for `get`. */
  async stream(path: string, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await this.#send({ path, signal });
    if (answer.status !== 200) explain(answer.status, await answer.text());
    return answer;
  }

  async #ask(request: Omit<HttpRequest, 'timeoutMs'>): Promise<string> {
    const answer = await this.#send(request);
    let text: string;
    try {
      text = await answer.text();
    } catch (error) {
      request.signal?.throwIfAborted();
      return fail('nomad-garbled', `${request.path}: the answer was cut off (${whyOf(error)})`);
    }
    if (answer.status < 200 || answer.status > 299) explain(answer.status, text);
    return text;
  }

  async #send(request: Omit<HttpRequest, 'timeoutMs'>): Promise<HttpAnswer> {
    const [reach, identity] = [await this.#parts.reach(), await this.identity()];
    if (reach === null || identity === null) return fail('nomad-agent-silent', 'it does not run');
    const agent = this.#parts.world.nomad(reach.httpPort);
    try {
      return await agent({ ...request, headers: { 'X-Nomad-Token': identity.secret }, timeoutMs: answerMs });
    } catch (error) {
      request.signal?.throwIfAborted();
      if (!(error instanceof Unreachable)) throw error;
      if (error.why !== 'timeout') return fail('nomad-agent-silent', error.message);
      return fail(await this.#whoIsSilent(agent, reach), `no answer within ${answerMs / 1_000} s`);
    }
  }

  /** The agent answers this by itself, whatever became of the servers; ok only says that it knows some. */
  async #whoIsSilent(
    agent: Fetch,
    { registered }: Reach,
  ): Promise<'nomad-agent-silent' | 'nomad-server-lost' | 'nomad-not-registering'> {
    try {
      const { status } = await agent({ path: '/v1/agent/health?type=client', timeoutMs: 2_000 });
      return status === 200 && !registered ? 'nomad-not-registering' : 'nomad-server-lost';
    } catch {
      return 'nomad-agent-silent';
    }
  }
}

const whyOf = (error: unknown): string => (error instanceof Unreachable ? error.why : String(error));

/** Nomad says what went wrong in plain text, with its server's words behind a prefix. */
function explain(status: number, text: string): never {
  const words = `${status} ${text.trim()}`;
  if (status === 401 || status === 403) return fail('nomad-refused', words);
  const unknownThing = /not found|unknown allocation/i.test(text);
  const noServer = /rpc error|no servers|no cluster leader|no path to region|failed to get conn/i.test(text);
  return fail(status >= 500 && noServer && !unknownThing ? 'nomad-server-lost' : 'nomad-error', words);
}

/** Whether the pool does not know the thing that was asked for. */
export const isUnknownThing = (error: unknown): boolean =>
  error instanceof ProblemError &&
  error.problem.code === 'nomad-error' &&
  /not found|unknown allocation/i.test(error.problem.detail ?? '');
