import { Command, CommanderError } from 'commander';
import { resolve } from 'node:path';
import { exitCodes, type Cli } from './cli.ts';
import { defineCommands, type Options, type Runs } from './commands.ts';
import { endWith } from './ending.ts';
import type { Speech } from './speech.ts';
import type { Terminal } from './terminal.ts';

/** What every command line may say. */
export interface CommonOptions {
  readonly json: boolean;
  /** Absolute, or null for the usual places. */
  readonly home: string | null;
}

/** What the command line is made of. */
export interface ProgramParts {
  readonly version: string;
  readonly speech: Speech;
  readonly terminal: Pick<Terminal, 'out' | 'err'>;
  /** What a command is given, by what its line says. */
  readonly cli: (common: CommonOptions) => Cli;
}

/** Runs one command line (without program and script) to its end and returns the exit code. */
export async function runProgram(args: readonly string[], parts: ProgramParts): Promise<number> {
  let exitCode: number = exitCodes.done;
  const runs: Runs = (command, action) =>
    command.action(async (...given: readonly unknown[]) => {
      const options = command.optsWithGlobals<Options>();
      const cli = parts.cli({
        json: options.json ?? false,
        home: options.home === undefined ? null : resolve(options.home),
      });
      const result = await action(cli, options, typeof given[0] === 'string' ? given[0] : '').catch(
        (error: unknown) => endWith(cli, error),
      );
      exitCode = result ?? exitCodes.done;
    });
  const program = emptyProgram(parts);
  defineCommands(program, parts.speech, runs);
  for (const command of [program, ...program.commands]) makeOurs(command, parts);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
}

function emptyProgram({ version, speech: { text } }: ProgramParts): Command {
  return new Command('rigshare')
    .description(text('cli.help.rigshare'))
    .version(version, '-V, --version', text('cli.help.version'))
    .helpCommand('help [command]', text('cli.help.help'))
    .option('--json', text('cli.help.json'))
    .option('--home <dir>', text('cli.help.home'));
}

/** Words of the help that are commander's own; texts under `cli.title.<name>`. */
const titles: Readonly<Record<string, string>> = {
  'Usage:': 'usage',
  'Arguments:': 'arguments',
  'Options:': 'options',
  'Global Options:': 'globalOptions',
  'Commands:': 'commands',
};

function makeOurs(command: Command, { speech: { text }, terminal }: ProgramParts): void {
  const title = (name: string): string =>
    titles[name] === undefined ? name : text(`cli.title.${titles[name]}`);
  command
    .helpOption('-h, --help', text('cli.help.help'))
    .configureHelp({ showGlobalOptions: true, styleTitle: title })
    .exitOverride()
    .configureOutput({
      writeOut: (lines) => terminal.out(lines.trimEnd()),
      writeErr: (lines) => terminal.err(lines.trimEnd()),
    });
}
