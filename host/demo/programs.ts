import { appendFileSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Programs, RunResult, Talk } from '../core/ports/world.ts';
import type { Cards } from './cards.ts';
import type { Desk } from './desk.ts';
import { readAgentConfig } from './nomad/agent-config.ts';
import { iso } from './nomad/model.ts';
import { nomadVersion } from './nomad/node-offer.ts';
import { nvidiaSmi, type Printed } from './nvidia-smi.ts';
import { type LineState, netcheckJson } from './tailnet/line.ts';
import type { Processes } from './processes.ts';
import { playedAt } from './releases/played-programs.ts';
import { isSystemProgram } from './system-programs.ts';
import type { System } from './system.ts';

/** What the played programs work on. */
export interface ProgramParts {
  readonly processes: Processes;
  readonly cards: Cards;
  readonly desk: Desk;
  /** Programs that are not installed. */
  readonly missing: ReadonlySet<string>;
  /** Programs that never come to an end, by name. */
  readonly hanging: Set<string>;
  /** What the computer's line lets through. */
  readonly line: () => LineState;
  /** What is installed, and who installs it. */
  readonly system: System;
  /** Asks the person at the machine for the administrator's word; then our program runs as root. */
  readonly prompt: () => Talk;
}

const places: Readonly<Record<string, string>> = {
  nomad: '/usr/bin/nomad',
  'nvidia-smi': '/usr/bin/nvidia-smi',
  tailscale: '/usr/bin/tailscale',
  tailscaled: '/usr/sbin/tailscaled',
  docker: '/usr/bin/docker',
  pkexec: '/usr/bin/pkexec',
  usermod: '/usr/sbin/usermod',
};

/** Nomad's device plugin, wherever it is looked for. */
const devicePlugin = 'nomad-device-nvidia';

/** Plays the programs of the simulated machine: their text, their exit codes, their processes. */
export function demoPrograms(parts: ProgramParts): Programs {
  const { processes } = parts;
  const find = (program: string): string | null => {
    const name = basename(program);
    // What was unpacked lies on the real disk, where it is found whatever is installed.
    if (program !== name && playedAt(program) !== null) return program;
    if (parts.missing.has(name) || parts.system.hasProgram(name) === false) return null;
    if (name === devicePlugin) return program === name ? `/opt/nomad/plugins/${name}` : program;
    const known = isSystemProgram(name) || parts.system.hasProgram(name) === true;
    const place = places[name] ?? (known ? `/usr/bin/${name}` : null);
    return program === name || program === place ? place : null;
  };
  return {
    find: (program) => Promise.resolve(find(program)),
    run: async (program, args, options) => {
      const place = find(program);
      if (place === null) return notRun('missing');
      if (parts.hanging.has(basename(place))) {
        await parts.desk.clock.sleep(options.timeoutMs, options.signal);
        return notRun(options.signal?.aborted === true ? 'aborted' : 'timeout');
      }
      const asked = await parts.system.run(basename(place), args, parts.system.user === '');
      return asked ?? { ...play(parts, place, args), failure: null };
    },
    talk: (program) => (basename(program) === 'pkexec' ? parts.prompt() : silentTalk()),
    startDetached: (program, args, options) => {
      const place = find(program);
      if (place === null) return Promise.reject(new Error(`spawn ${program} ENOENT`));
      const [command, ...rest] = args;
      if (basename(place) !== 'nomad' || command !== 'agent')
        return Promise.reject(new Error(`the demo plays no "${program} ${args.join(' ')}"`));
      return Promise.resolve(parts.desk.startAgent(place, args, configPaths(rest), options.outputFile));
    },
    process: (pid) => Promise.resolve(processes.find(pid)),
    processes: () => Promise.resolve(processes.list()),
    touches: (pid, folder) => Promise.resolve(processes.touches(pid, folder)),
    signal: (id, signal) => Promise.resolve(processes.signal(id, signal)),
  };
}

function play({ cards, line, desk }: ProgramParts, place: string, args: readonly string[]): Printed {
  const name = basename(place);
  if (name === 'nvidia-smi') return nvidiaSmi(cards, args);
  if (name === 'nomad') return playNomad(args, playedAt(place)?.version ?? nomadVersion);
  if (name === 'tailscale' && args.includes('netcheck'))
    return { exitCode: 0, stdout: netcheckJson(line(), iso(desk.clock.now())), stderr: '' };
  return { exitCode: 0, stdout: '', stderr: '' };
}

function playNomad(args: readonly string[], version: string): Printed {
  if (args[0] === 'version' || args[0] === '-version' || args[0] === '--version') {
    return { exitCode: 0, stdout: `Nomad v${version}\nBuildDate 2026-10-14T09:12:31Z\n`, stderr: '' };
  }
  if (args[0] !== 'config' || args[1] !== 'validate')
    return {
      exitCode: 127,
      stdout: '',
      stderr: 'Usage: nomad [-version] [-help] [-autocomplete-(un)install] <command> [args]\n',
    };
  const errors = args.slice(2).flatMap((path) => {
    const read = readConfigFile(path);
    return 'error' in read ? [`Error loading configuration from ${path}: ${read.error}`] : [];
  });
  if (errors.length === 0) return { exitCode: 0, stdout: 'Configuration is valid!\n', stderr: '' };
  const list = errors.map((error) => `\t* ${error}\n`).join('');
  return {
    exitCode: 1,
    stdout: '',
    stderr: `${errors.length} error${errors.length === 1 ? '' : 's'} occurred:\n${list}\n\n`,
  };
}

/** A configuration file on the real disk, as the agent reads it. */
export function readConfigFile(path: string): ReturnType<typeof readAgentConfig> {
  try {
    return readAgentConfig(readFileSync(path, 'utf8'), path);
  } catch {
    return { error: `stat ${path}: no such file or directory` };
  }
}

function configPaths(args: readonly string[]): readonly string[] {
  return args.flatMap((arg, i) => {
    const together = /^--?config=(.+)$/.exec(arg)?.[1];
    if (together !== undefined) return [together];
    return arg === '-config' || arg === '--config' ? [args[i + 1] ?? ''] : [];
  });
}

/** Adds to what a started program prints; where the file cannot be written it prints into nothing. */
export function print(file: string, text: string): void {
  try {
    appendFileSync(file, text);
  } catch {
    // As a real program with a full disk: it goes on.
  }
}

const notRun = (failure: NonNullable<RunResult['failure']>): RunResult => ({
  exitCode: null,
  stdout: '',
  stderr: '',
  failure,
});

/** Nothing that is talked with runs here. */
function silentTalk(): Talk {
  return {
    send: () => undefined,
    lines: {
      async *[Symbol.asyncIterator]() {
        yield* [];
      },
    },
    end: () => undefined,
    result: Promise.resolve(notRun('missing')),
  };
}
