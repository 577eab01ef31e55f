import type { CheckResult } from '../../contract/checks.ts';
import { exitCodes, present, type Cli } from '../cli.ts';
import { endIdle, withStartedHost } from '../hosts.ts';
import { checkResultLines } from '../views/checks.ts';
import { penOf } from './status.ts';

/** `doctor`: runs every check, each result as it comes. Exit code 1 where one of them found a problem. */
export function doctor(cli: Cli): Promise<number> {
  return withStartedHost(cli, async ({ host }, isNew) => {
    const checks: CheckResult[] = [];
    for await (const result of await host.checks.run({ invite: null }, { signal: cli.interrupted })) {
      checks.push(result);
      if (!cli.json) for (const line of checkResultLines(result, penOf(cli))) cli.terminal.out(line);
    }
    const problems = checks.filter(({ problem }) => problem !== null).length;
    present(cli, { checks, problems }, () => ['', summary(cli, problems)]);
    if (isNew) await endIdle(host);
    return problems > 0 ? exitCodes.problem : exitCodes.done;
  });
}

function summary(cli: Cli, problems: number): string {
  const { text } = cli.speech();
  return problems === 0 ? text('cli.doctorGood') : text('cli.doctorBad', { count: problems });
}
