import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scenario } from '../demo/scenario.ts';
import { firstEvening } from '../demo/scenarios/first-evening.ts';
import { scenarioNamed, scenarios } from '../demo/scenarios/index.ts';

/** The names of the demo's days. */
export const scenarioNames: readonly string[] = scenarios.map(({ name }) => name);

/**
 * The scenario the demo plays: the one asked for, else the one that goes on. A demo of another scenario is thrown away:
 * its computer is another one.
 */
export async function chooseScenario(folder: string, asked: string | null): Promise<Scenario> {
  const file = join(folder, 'scenario');
  const name = await readFile(file, 'utf8').catch(() => null);
  const goesOn = (name === null ? null : scenarioNamed(name)) ?? firstEvening;
  const wanted = asked === null ? null : scenarioNamed(asked);
  if (wanted === null) return goesOn;
  if (wanted.name !== goesOn.name) await rm(folder, { recursive: true, force: true });
  if (wanted.name !== firstEvening.name) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(file, wanted.name, { mode: 0o600 });
  }
  return wanted;
}
