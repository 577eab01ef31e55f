import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Places } from '../contract/places.ts';
import { fail } from '../contract/problems.ts';
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

/** Starts a host that lives on without the caller and waits until it answers; throws `host-not-running` with its last lines where it does not. */
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
  let deadline = Date.now() + timeoutMs;
  // Of two started at once one ends, and the other is as good: a little time for that one to answer.
  const ended = (): void => void (deadline = Math.min(deadline, Date.now() + 1500));
  child.once('error', ended);
  child.once('exit', ended);
  try {
    for (;;) {
      const over = Date.now() > deadline;
      const found = await findHost(places.socket);
      if (found) return found;
      if (over) fail('host-not-running', await lastLines(output));
      await delay(50);
    }
  } finally {
    child.removeAllListeners();
    await file.close();
  }
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-8).join('\n').slice(-1800);
}
