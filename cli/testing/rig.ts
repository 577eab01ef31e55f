import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionFrom } from '../../client/session-from.ts';
import type { AppState } from '../../contract/app-state.ts';
import { placesFor } from '../../contract/places.ts';
import { commandsDouble, type CommandsDouble } from '../../host/procedures/testing/commands-double.ts';
import { serveHost } from '../../host/server.ts';
import { runProgram } from '../program.ts';
import { speechFor } from '../speech.ts';
import type { Terminal } from '../terminal.ts';

/** What a command line did. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** How a command line is run. */
export interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** What somebody at the terminal answers; absent: nobody is there. */
  readonly answer?: string;
  readonly interrupted?: AbortSignal;
  readonly isTty?: boolean;
  /** How wide the terminal is; absent: it is none. */
  readonly columns?: number;
}

/** A home of its own in which command lines run in this process, with a host behind its socket when asked. */
export interface Rig {
  readonly home: string;
  readonly run: (line: string, given?: Given) => Promise<Ran>;
  /** Serves a double in this state. */
  readonly serve: (state: AppState) => Promise<CommandsDouble>;
  readonly close: () => Promise<void>;
}

/** A new rig. */
export async function newRig(): Promise<Rig> {
  const home = await mkdtemp(join(tmpdir(), 'rigshare-cli-'));
  const closers: (() => Promise<void>)[] = [];
  const places = placesFor({ platform: 'linux', env: {}, userHome: home, home });
  return {
    home,
    run: (line, given = {}) => runLine(line.split(' '), home, given),
    async serve(state) {
      const commands = commandsDouble(state);
      const server = await serveHost({
        commands,
        socketPath: places.socket,
        page: null,
        reportFault: () => undefined,
      });
      closers.push(server.close);
      return commands;
    },
    async close() {
      for (const close of closers) await close();
      await rm(home, { recursive: true });
    },
  };
}

async function runLine(args: readonly string[], home: string, given: Given): Promise<Ran> {
  const lines = { out: '', err: '' };
  const terminal = heard(lines, given);
  const speech = () => speechFor(given.env ?? { LANG: 'C' }, Date.now());
  const code = await runProgram(['--home', home, ...args], {
    version: '0.1.0',
    speech: speech(),
    terminal,
    cli: ({ json, home }) => ({
      terminal,
      speech,
      json,
      places: placesFor({ platform: 'linux', env: {}, userHome: '/nowhere', home }),
      hostArgs: ['--home', home ?? ''],
      hostEntry: '/nowhere/host/main.js',
      version: '0.1.0',
      sessionFrom: sessionFrom(given.env ?? {}, () => ''),
      interrupted: given.interrupted ?? new AbortController().signal,
    }),
  });
  return { code, ...lines };
}

function heard(lines: { out: string; err: string }, given: Given): Terminal {
  const { stdin = '', answer } = given;
  return {
    out: (line) => void (lines.out += `${line}\n`),
    err: (line) => void (lines.err += `${line}\n`),
    progress: (line) => void (lines.err += `${line}\n`),
    styled: (_style, text) => text,
    confirm: async (question, yes) => {
      lines.err += question;
      return yes.includes(answer ?? '');
    },
    readAll: async (maxLength) => stdin.slice(0, maxLength + 1),
    isAttended: answer !== undefined,
    ...(given.columns === undefined ? {} : { columns: given.columns }),
    isTty: given.isTty ?? false,
    isGone: () => false,
  };
}

/** Until the command line follows the state, which it looks at once before, so that it sees each change from here on. */
export function followed({ listenedTo }: CommandsDouble, times = 2): Promise<void> {
  return until(() => listenedTo() === times);
}

/** Until it is so; throws after twenty seconds. */
export async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('it did not come to that');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
