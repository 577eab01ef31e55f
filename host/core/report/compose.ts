import type { AppState } from '../../../contract/app-state.ts';
import type { CheckResult } from '../../../contract/checks.ts';
import type { Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import type { ReportFile } from '../ports/report.ts';
import type { Redaction } from './redaction.ts';

/** What the host itself has to tell. */
export interface Told {
  readonly at: number;
  readonly runtime: Readonly<Record<string, string>>;
  readonly state: AppState;
  readonly checks: readonly CheckResult[];
  readonly intent: Intent;
  readonly facts: Facts;
  /** Logs and configuration. */
  readonly files: readonly ReportFile[];
}

/** The files of a report, clean of what tells who somebody is or opens something; yields now and then, since logs are long. */
export async function composeReport(
  told: Told,
  redaction: Redaction,
  rest: () => Promise<void>,
): Promise<readonly ReportFile[]> {
  const { state, checks, intent, facts, files } = told;
  const own: readonly (readonly [string, unknown])[] = [
    ['versions.json', versionsOf(told)],
    ['checks.json', checks],
    ['state.json', state],
    ['facts.json', facts],
    ['wishes.json', intent],
    ['settings.json', state.settings],
  ];
  const all = [...own.map(([name, value]) => ({ name, text: json(value) })), ...files];
  const clean: ReportFile[] = [];
  for (const { name, text } of all) {
    clean.push({ name, text: redaction.text(text) });
    await rest();
  }
  return clean;
}

function versionsOf({ at, runtime, state, facts: { tailnet, agent, engine, gpus, system } }: Told): object {
  return {
    at: new Date(at).toISOString(),
    rigshare: state.version,
    ...runtime,
    system: system.known ? { distribution: system.value.distribution, version: system.value.version } : null,
    tailscale: tailnet.known ? tailnet.value.version : null,
    nomad: agent.known ? (agent.value.program?.version ?? null) : null,
    engine: engine.known ? `${engine.value.kind} ${engine.value.version}` : null,
    drivers: gpus.known ? gpus.value.gpus.map(({ name, driver }) => `${name}: ${driver ?? '?'}`) : null,
  };
}

/** Keys under which nothing is told that helps, or what is the owner's own (their images and volumes), whatever stands there. */
const silent = /^(?:signInUrl|authUrl|demoInvite|secret|token|password|names|volumes)$/i;

const json = (value: unknown): string =>
  `${JSON.stringify(value, (key, one: unknown) => (silent.test(key) && one !== null ? '<left out>' : one), 2)}\n`;
