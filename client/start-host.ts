import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Places } from '../contract/places.ts';
import { problem, ProblemError, problemSchema, type Problem } from '../contract/problems.ts';
import { findHost, type FoundHost } from './find-host.ts';

/** How a host is started. */
export interface StartHost {
  readonly places: Places;
  /** The host's bundle, `out/host/main.js` beside the caller's own. */
  readonly entry: string;
  /** What it is told, such as `--home DIR`. */
  readonly args: readonly string[];
  /** How long it may take to answer. */
  readonly timeoutMs?: number;
}

/** The program that runs our bundles, and what it needs for that: in a package it is the app's own binary. */
export function nodeProgram(): { readonly program: string; readonly env: NodeJS.ProcessEnv } {
  const env =
    process.versions['electron'] === undefined ? process.env : { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  return { program: process.execPath, env };
}

/** Starts a host that lives on without the caller and waits until it answers; throws the problem it ended with, else `host-not-running` with its last lines. */
export async function startHost({ places, entry, args, timeoutMs = 30_000 }: StartHost): Promise<FoundHost> {
  await mkdir(places.log, { recursive: true, mode: 0o700 });
  const output = join(places.log, 'start.log');
  const file = await open(output, 'w', 0o600);
  const { program, env } = nodeProgram();
  const child = spawn(program, [entry, ...args], {
    detached: true,
    stdio: ['ignore', file.fd, file.fd],
    cwd: homedir(),
    env,
    windowsHide: true,
  });
  child.unref();
  const deadline = Date.now() + timeoutMs;
  let ended = false;
  child.once('error', () => (ended = true));
  child.once('exit', () => (ended = true));
  try {
    for (;;) {
      const over = ended || Date.now() > deadline;
      const found = await findHost(places.socket).catch(orThrowWhen(over));
      if (found) return found;
      if (over) {
        const why = await whyNot(output);
        // Of two started at once one ends, and the other is as good once it answers.
        if (why.code !== 'host-already-running' || Date.now() > deadline) throw new ProblemError(why);
      }
      await delay(50);
    }
  } finally {
    await file.close();
  }
}

/** A host on its way up may listen before it answers. */
function orThrowWhen(over: boolean): (error: unknown) => null {
  return (error) => {
    if (over) throw error;
    return null;
  };
}

/** The problem a host ended with, which it says as its last line, else that none runs, with its last lines. */
async function whyNot(output: string): Promise<Problem> {
  const lines = (await readFile(output, 'utf8').catch(() => '')).trim().split('\n');
  return (
    readProblemLine(lines.at(-1) ?? '') ??
    problem('host-not-running', lines.slice(-8).join('\n').slice(-1800))
  );
}

const problemLineSchema = z.object({ problem: problemSchema });

/** The problem in a line that a host wrote when it could not start, `{"problem":…}`; null for any other line. */
export function readProblemLine(line: string): Problem | null {
  try {
    return problemLineSchema.parse(JSON.parse(line)).problem;
  } catch {
    return null;
  }
}
