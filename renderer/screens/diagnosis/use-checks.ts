import { useEffect, useState } from 'react';
import type { CheckResult } from '../../../contract/checks.ts';
import type { Problem } from '../../../contract/problems.ts';
import { useHost } from '../../client/host.tsx';
import { problemOf } from '../../client/problem-of.ts';
import type { HostClient } from '../../client/rpc.ts';

/** What a run of all checks has found so far. */
export interface Examined {
  /** Which run this is. */
  readonly run: number;
  readonly results: readonly CheckResult[];
  readonly isDone: boolean;
  /** Why there are no more results. */
  readonly failed: Problem | null;
}

const nothingOf = (run: number): Examined => ({ run, results: [], isDone: false, failed: null });

/** Runs all checks once for each `run`, results as they come; leaving the screen ends the run. */
export function useChecks(run: number): Examined {
  const { client } = useHost();
  const [examined, setExamined] = useState(() => nothingOf(run));
  useEffect(() => {
    const ended = new AbortController();
    const { signal } = ended;
    const add = (result: CheckResult) =>
      setExamined((before) => ({ ...before, results: [...before.results, result] }));
    const end = (failed: Problem | null) => {
      if (!signal.aborted) setExamined((before) => ({ ...before, isDone: true, failed }));
    };
    setExamined(nothingOf(run));
    look(client, signal, add).then(
      () => end(null),
      (error: unknown) => end(problemOf(error)),
    );
    return () => ended.abort();
  }, [client, run]);
  return examined;
}

async function look(
  client: HostClient,
  signal: AbortSignal,
  onResult: (result: CheckResult) => void,
): Promise<void> {
  for await (const result of await client.checks.run({ invite: null }, { signal })) {
    if (signal.aborted) return;
    onResult(result);
  }
}
