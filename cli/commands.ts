import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { logLinesMax } from '../contract/logs.ts';
import type { Cli } from './cli.ts';
import { doctor } from './commands/doctor.ts';
import { idle, install } from './commands/choices.ts';
import { join } from './commands/join.ts';
import { config } from './commands/config.ts';
import { demo, leave, retry, stop } from './commands/leave.ts';
import { logs } from './commands/logs.ts';
import { pause, resume } from './commands/pause.ts';
import { report } from './commands/report.ts';
import { run } from './commands/run.ts';
import { earnings, status, work } from './commands/status.ts';
import { cancelSignIn, tailnet } from './commands/tailnet.ts';
import { update } from './commands/update.ts';
import { parseDuration, parseUntil } from './duration.ts';
import type { Speech } from './speech.ts';
import type { JoinWishes } from './views/consent.ts';

/** Every option there is, as a command line gave it. */
export interface Options {
  readonly json?: boolean;
  readonly home?: string;
  readonly page?: boolean;
  readonly port?: number;
  readonly demo?: boolean;
  readonly scenario?: string;
  readonly check?: boolean;
  readonly accept?: boolean;
  readonly finish?: boolean;
  readonly for?: number;
  readonly until?: number;
  readonly openAnyway?: boolean;
  readonly limit?: number;
  readonly days?: number;
  readonly ledger?: boolean;
  readonly agent?: boolean;
  readonly stderr?: boolean;
  readonly follow?: boolean;
  readonly lines?: number;
  readonly out?: string;
  /** Of `stop`: to share on. Of `join`: the cards that are kept. */
  readonly keep?: boolean | readonly string[];
  readonly keepImages?: boolean;
  readonly export?: string;
  readonly removeEarnings?: boolean;
  readonly name?: string;
  readonly always?: boolean;
  readonly whenIdle?: boolean;
  readonly iWillLoseThisSession?: boolean;
  /** How long to wait in milliseconds; false: not at all. */
  readonly wait?: number | false;
}

/** Has a command do this; what it resolves with is the exit code, nothing being 0. */
export type Runs = (
  command: Command,
  action: (cli: Cli, options: Options, argument: string) => Promise<number | void>,
) => void;

const second = 1000;
const minute = 60 * second;

/** How long a command waits where nothing else is said. A browser's sign-in may take half an hour. */
const waits = { join: 35 * minute, leave: 5 * minute, pause: minute, stop: 2 * minute };

/** Defines every command. */
export function defineCommands(program: Command, speech: Speech, runs: Runs): void {
  defineHost(program, speech, runs);
  definePool(program, speech, runs);
  defineSharing(program, speech, runs);
  defineLists(program, speech, runs);
}

function defineHost(program: Command, speech: Speech, runs: Runs): void {
  const { text } = speech;
  const port = whole(speech, 0, 65_535);
  runs(
    named(program, 'run', speech)
      .option('--page', text('cli.help.page'))
      .option('--port <number>', text('cli.help.port'), port)
      .option('--demo', text('cli.help.demoOption'))
      .option('--scenario <name>', text('cli.help.scenario')),
    (cli, { page = false, port = null, demo = false, scenario = null }) =>
      run(cli, { page, port, demo, scenario }),
  );
  runs(named(program, 'status', speech), (cli) => status(cli));
  runs(named(program, 'doctor', speech), (cli) => doctor(cli));
  runs(named(program, 'report', speech).option('--out <file>', text('cli.help.out')), (cli, { out = null }) =>
    report(cli, { out }),
  );
  runs(
    waiting(named(program, 'stop', speech).option('--keep', text('cli.help.keep')), speech),
    (cli, { keep, wait }) => stop(cli, { keep: keep === true, waitMs: waitMs(wait, waits.stop) }),
  );
}

function definePool(program: Command, speech: Speech, runs: Runs): void {
  const { text } = speech;
  const joining = named(program, 'join', speech)
    .argument('<file>', text('cli.help.file'))
    .addOption(new Option('--check', text('cli.help.check')).conflicts('accept'))
    .option('--accept', text('cli.help.accept'))
    .option('--name <name>', text('cli.help.nodeName'))
    .addOption(new Option('--keep <gpu>', text('cli.help.keepGpu')).argParser(collected))
    .addOption(new Option('--always', text('cli.help.always')).conflicts('whenIdle'))
    .option('--when-idle', text('cli.help.whenIdle'))
    .option('--i-will-lose-this-session', text('cli.help.loseSession'));
  runs(waiting(joining, speech), (cli, { check = false, accept = false, wait, ...wished }, file) =>
    join(cli, {
      file,
      check,
      accept,
      waitMs: waitMs(wait, waits.join),
      wishes: wishesOf(wished),
      session: { from: cli.sessionFrom, mayBeLost: wished.iWillLoseThisSession === true },
    }),
  );
  runs(named(program, 'cancel', speech), (cli) => cancelSignIn(cli));
  const leaving = named(program, 'leave', speech)
    .addOption(new Option('--finish', text('cli.help.leaveFinish')).conflicts('now'))
    .option('--now', text('cli.help.leaveNow'))
    .option('--keep-images', text('cli.help.keepImages'))
    .addOption(new Option('--export <file>', text('cli.help.export')).conflicts('removeEarnings'))
    .option('--remove-earnings', text('cli.help.removeEarnings'));
  runs(
    waiting(leaving, speech),
    (cli, { finish = false, keepImages = false, export: file, removeEarnings = false, wait }) =>
      leave(cli, {
        finish,
        keepImages,
        exportTo: file ?? null,
        removeLedger: removeEarnings,
        // Jobs may take hours to end: that is waited for only when asked.
        waitMs: waitMs(wait, finish ? null : waits.leave),
      }),
  );
  runs(named(program, 'demo', speech), (cli) => demo(cli));
}

function defineSharing(program: Command, speech: Speech, runs: Runs): void {
  const { text } = speech;
  const until = (given: string): number => parseUntil(given, speech.now) ?? wrong(text('cli.wrongUntil'));
  const pausing = named(program, 'pause', speech)
    .addOption(new Option('--now', text('cli.help.now')).conflicts('finish'))
    .option('--finish', text('cli.help.finish'))
    .addOption(
      new Option('--for <duration>', text('cli.help.for')).argParser(duration(speech)).conflicts('until'),
    )
    .option('--until <time>', text('cli.help.until'), until);
  runs(waiting(pausing, speech), (cli, { finish = false, for: forMs, until, wait }) =>
    pause(cli, {
      how: finish ? 'finish' : 'now',
      until: forMs === undefined ? (until ?? null) : cli.speech().now + forMs,
      // Jobs may take hours to finish: that is waited for only when asked.
      waitMs: waitMs(wait, finish ? null : waits.pause),
    }),
  );
  runs(
    named(program, 'resume', speech).option('--open-anyway', text('cli.help.openAnyway')),
    (cli, { openAnyway = false }) => resume(cli, { openAnyway }),
  );
  runs(
    waiting(named(program, 'tailnet', speech), speech).addArgument(
      new Argument('<which>', text('cli.help.tailnetWhich')).choices(['mine', 'pool']),
    ),
    (cli, { wait }, which) => tailnet(cli, { mine: which === 'mine', waitMs: waitMs(wait, waits.pause) }),
  );
  runs(named(program, 'retry', speech), (cli) => retry(cli));
  runs(named(program, 'install', speech), (cli) => install(cli));
  runs(
    named(program, 'idle', speech).addArgument(
      new Argument('<when>', text('cli.help.idleWhen')).choices(['on', 'off', 'auto']),
    ),
    (cli, _, when) => idle(cli, when),
  );
  runs(waiting(named(program, 'update', speech), speech), (cli, { wait }) =>
    update(cli, { waitMs: waitMs(wait, null) }),
  );
}

function defineLists(program: Command, speech: Speech, runs: Runs): void {
  const { text } = speech;
  runs(
    named(program, 'work', speech).option('--limit <number>', text('cli.help.limit'), whole(speech, 1, 500)),
    (cli, { limit = 20 }) => work(cli, { limit }),
  );
  defineLogs(program, speech, runs);
  runs(
    named(program, 'earnings', speech)
      .option('--days <number>', text('cli.help.days'), whole(speech, 1, 366))
      .option('--ledger', text('cli.help.ledger')),
    (cli, { days = 7, ledger = false }) => earnings(cli, { days, ledger }),
  );
}

/** An option that may be given more than once. */
const collected = (one: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  one,
];

/** What was wished of the proposal; the rest stays as proposed. */
function wishesOf({ name, keep, always = false, whenIdle = false }: Options): JoinWishes {
  return {
    name: name ?? null,
    kept: typeof keep === 'object' ? keep : [],
    whenIdle: always ? false : whenIdle ? true : null,
  };
}

function defineLogs(program: Command, speech: Speech, runs: Runs): void {
  const { text } = speech;
  runs(
    named(program, 'logs', speech)
      .argument('[job]', text('cli.help.logsJob'))
      .option('--agent', text('cli.help.agent'))
      .option('--stderr', text('cli.help.stderr'))
      .option('-f, --follow', text('cli.help.follow'))
      .option('-n, --lines <number>', text('cli.help.lines'), whole(speech, 0, logLinesMax)),
    (cli, { agent = false, stderr = false, follow = false, lines = 100 }, job) =>
      logs(cli, { job, agent, stream: stderr ? 'stderr' : 'stdout', follow, lines }),
  );
  runs(named(program, 'config', speech), (cli) => config(cli));
}

function named(program: Command, name: string, { text }: Speech): Command {
  return program
    .command(name)
    .description(text(`cli.help.${name}`))
    .allowExcessArguments(false);
}

function waiting(command: Command, speech: Speech): Command {
  const { text } = speech;
  return command
    .option('--wait <duration>', text('cli.help.wait'), duration(speech))
    .option('--no-wait', text('cli.help.noWait'));
}

function waitMs(wait: Options['wait'], usual: number | null): number | null {
  return wait === false ? null : (wait ?? usual);
}

function duration({ text }: Speech): (given: string) => number {
  return (given) => parseDuration(given) ?? wrong(text('cli.wrongDuration'));
}

function whole({ text }: Speech, min: number, max: number): (given: string) => number {
  return (given) =>
    /^\d{1,6}$/.test(given) && Number(given) >= min && Number(given) <= max
      ? Number(given)
      : wrong(text('cli.wrongNumber', { min, max }));
}

function wrong(why: string): never {
  throw new InvalidArgumentError(why);
}
