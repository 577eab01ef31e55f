import { useEffect, useState } from 'react';
import { formatBytes } from '../../contract/format.ts';
import type { LogStream } from '../../contract/logs.ts';
import type { Problem } from '../../contract/problems.ts';
import { useHost } from '../client/host.tsx';
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
  readonly again: () => void;
}

interface Read {
  readonly log: LogText;
  readonly isRead: boolean;
  readonly problem: Problem | null;
}

const unread: Read = { log: noLog, isRead: false, problem: null };

/** Reads what a job writes as long as it is on show. */
export function useLog(id: string, stream: LogStream, follow: boolean): ReadLog {
  const { client } = useHost();
  const { t, language } = useText();
  const [turn, setTurn] = useState(0);
  const [read, setRead] = useState(unread);
  useEffect(() => {
    const gone = new AbortController();
    let log = noLog;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const draw = (change: Partial<Read> = {}) => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      if (!gone.signal.aborted) setRead({ log, isRead: true, problem: null, ...change });
    };
    const left = (bytes: number) => t('work.logSkipped', { bytes: formatBytes(bytes, language) });
    const readAll = async () => {
      const wish = { id, stream, follow, lines: firstLines };
      // A log that is followed says nothing at all while nothing was written.
      const silence = setTimeout(draw, silenceMs);
      gone.signal.addEventListener('abort', () => clearTimeout(silence));
      for await (const chunk of await client.work.logs(wish, { signal: gone.signal })) {
        clearTimeout(silence);
        log = withChunk(log, chunk, left);
        timer ??= setTimeout(draw, drawEveryMs);
      }
    };
    setRead(unread);
    readAll().then(
      () => draw(),
      (error: unknown) => draw({ problem: problemOf(error) }),
    );
    return () => {
      gone.abort();
      if (timer !== null) clearTimeout(timer);
    };
  }, [client, id, stream, follow, turn, t, language]);
  const { log, isRead, problem } = read;
  return { text: log.text, isRead, problem, again: () => setTurn((before) => before + 1) };
}
