import { useEffect, useState } from 'react';
import { formatBytes } from '../../contract/format.ts';
import type { LogStream, LogWish } from '../../contract/logs.ts';
import type { Problem } from '../../contract/problems.ts';
import { useHost } from '../client/host.tsx';
import type { HostClient } from '../client/rpc.ts';
import { problemOf } from '../client/problem-of.ts';
import { useText } from '../text/use-text.ts';
import { type LogText, noLog, withChunk } from './log-text.ts';

/** How many of the last lines are read at first. */
const firstLines = 500;

/** After this it is said that nothing was written yet, ms. */
const silenceMs = 1_000;

/** What arrives within this is drawn at once, ms. */
const drawEveryMs = 100;

/** A job's log as it is read. */
export interface ReadLog {
  readonly text: string;
  /** Something was answered: an empty text then says that nothing was written. */
  readonly isRead: boolean;
  readonly problem: Problem | null;
}

interface Read extends Omit<ReadLog, 'text'> {
  readonly log: LogText;
}

const unread: Read = { log: noLog, isRead: false, problem: null };

/** Reads what a job writes as long as it is on show. */
export function useLog(id: string, stream: LogStream, follow: boolean): ReadLog {
  const { client } = useHost();
  const { t, language } = useText();
  const [read, setRead] = useState(unread);
  useEffect(() => {
    const left = (bytes: number) => t('work.logSkipped', { bytes: formatBytes(bytes, language) });
    return reading(client, { id, stream, follow, lines: firstLines }, left, setRead);
  }, [client, id, stream, follow, t, language]);
  const { log, isRead, problem } = read;
  return { text: log.text, isRead, problem };
}

/** Reads and shows, until what it answers is called. */
function reading(
  client: HostClient,
  wish: LogWish & { readonly id: string; readonly stream: LogStream },
  left: (bytes: number) => string,
  show: (read: Read) => void,
): () => void {
  const gone = new AbortController();
  let log = noLog;
  let due: ReturnType<typeof setTimeout> | null = null;
  const draw = (problem: Problem | null = null) => {
    if (due !== null) clearTimeout(due);
    due = null;
    if (!gone.signal.aborted) show({ log, isRead: true, problem });
  };
  const drawIn = (ms: number) => {
    due = setTimeout(() => draw(), ms);
  };
  const readAll = async () => {
    for await (const chunk of await client.work.logs(wish, { signal: gone.signal })) {
      if (log === noLog && due !== null) clearTimeout(due);
      if (log === noLog || due === null) drawIn(drawEveryMs);
      log = withChunk(log, chunk, left);
    }
  };
  show(unread);
  // A log that is followed answers nothing at all while nothing was written.
  drawIn(silenceMs);
  readAll().then(
    () => draw(),
    (error: unknown) => draw(problemOf(error)),
  );
  return () => {
    gone.abort();
    if (due !== null) clearTimeout(due);
  };
}
