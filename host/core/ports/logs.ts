import type { LogChunk, LogStream, LogWish } from '../../../contract/logs.ts';

/** What is written on this computer: read from the files, whoever asks; whether one may is not decided here. */
export interface Logs {
  /**
   * What a job writes. Ends at the end of what is there, or (`follow`) when the signal comes, when its files go,
   * or when `isOver` and nothing more is there. Problem: logs-missing.
   */
  ofJob(
    allocation: string,
    stream: LogStream,
    wish: LogWish,
    signal: AbortSignal,
    isOver: () => boolean,
  ): AsyncIterable<LogChunk>;
  /** What the agent writes. Problem: logs-missing. */
  ofAgent(wish: LogWish, signal: AbortSignal): AsyncIterable<LogChunk>;
}
