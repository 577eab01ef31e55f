import type { Configuration, ConfigWish } from '../../contract/configuration.ts';
import type { LogChunk, LogStream, LogWish } from '../../contract/logs.ts';
import { fail } from '../../contract/problems.ts';
import { changeBetween } from './config-change.ts';
import { fresh } from './facts.ts';
import { chosen } from './cards/choice.ts';
import { withLimits } from './budget/limits.ts';
import type { Rules } from './planning.ts';
import type { Clock } from './ports/clock.ts';
import type { Logs } from './ports/logs.ts';
import type { AgentWanted, Nomad } from './ports/nomad.ts';
import type { Reconciler } from './reconciler.ts';
import { wantedAgent } from './wanted.ts';
import { isLeft } from './work.ts';

/** Which of a job's outputs, and how much of it. */
export interface JobLogWish extends LogWish {
  /** The job's id here. */
  readonly id: string;
  readonly stream: LogStream;
}

/** What the reader looks through. */
export interface AgentReaderParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly rules: Pick<Rules, 'hostname' | 'limits'>;
  readonly reconciler: Pick<Reconciler, 'intent' | 'facts'>;
  readonly logs: Logs;
  readonly nomad: Pick<Nomad, 'settings'>;
}

/** What the owner may read of the pool's program and of the jobs; changes nothing. */
export class AgentReader {
  readonly #parts: AgentReaderParts;

  constructor(parts: AgentReaderParts) {
    this.#parts = parts;
  }

  /**
   * What a job writes. It lies on the owner's own disk, but it is its tenant's: read where the pool's word allows it.
   * Problems: not-joined, logs-not-allowed, logs-missing.
   */
  jobLog({ id, stream, ...wish }: JobLogWish, signal: AbortSignal): AsyncIterable<LogChunk> {
    const { reconciler, logs } = this.#parts;
    const { pool } = reconciler.intent;
    if (pool === null) return fail('not-joined');
    if (!pool.invite.nomad.ownersMayReadLogs) fail('logs-not-allowed', pool.invite.pool.name);
    const isOver = (): boolean => {
      const { work } = reconciler.facts;
      return work.known && !work.value.some((one) => one.id === id && isLeft(one));
    };
    return logs.ofJob(id, stream, wish, signal, isOver);
  }

  /** What the agent writes. Problem: logs-missing. */
  agentLog(wish: LogWish, signal: AbortSignal): AsyncIterable<LogChunk> {
    return this.#parts.logs.ofAgent(wish, signal);
  }

  /** The agent's configuration, and how it would change; as it is, or as if something were wanted. */
  async configuration(wish: ConfigWish): Promise<Configuration> {
    const { version, now, next } = await this.#parts.nomad.settings(this.#wanted(wish));
    const pending = now.length === 0 || next === null ? null : changeBetween(now, next, null);
    return { version, lines: [...now], pending };
  }

  /** Null where it cannot be known now: no pool, or its network is not the one that is used. */
  #wanted({ gpu, limits }: ConfigWish): AgentWanted | null {
    const { clock, rules, reconciler } = this.#parts;
    const { intent, facts } = reconciler;
    const tailnet = fresh(facts, 'tailnet', clock.now());
    if (intent.pool === null || tailnet === null || tailnet.active !== 'ours') return null;
    const choice = gpu === null ? intent : { ...intent, ...chosen(intent, gpu.uuid, gpu.share) };
    const wanted = wantedAgent(choice, intent.pool, facts, tailnet, rules.hostname, clock.now());
    return withLimits(wanted, rules.limits?.(limits ?? undefined) ?? null);
  }
}
