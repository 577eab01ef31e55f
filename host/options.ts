import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What the host was told on its command line. */
export interface HostOptions {
  /** Keep everything under this folder, absolute; null: the system's usual places. */
  readonly home: string | null;
  /** Enter the demo pool where no pool was chosen yet. */
  readonly demo: boolean;
  /** The demo's scenario; null: the one that goes on, or the first evening. */
  readonly scenario: string | null;
  /** Port of the page on loopback, 0 for any free one; null: no page. */
  readonly pagePort: number | null;
  /** Print the version and end. */
  readonly version: boolean;
}

/** The options of a command line, or one line saying what is wrong with it. */
export type ReadHostOptions =
  { readonly ok: true; readonly options: HostOptions } | { readonly ok: false; readonly wrong: string };

/** Reads the host's arguments (without program and script): `--home DIR --demo --scenario NAME --page --port N --version`; `scenarios` are the names there are. */
export function readHostOptions(args: readonly string[], scenarios: readonly string[] = []): ReadHostOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        home: { type: 'string' },
        demo: { type: 'boolean', default: false },
        scenario: { type: 'string' },
        page: { type: 'boolean', default: false },
        port: { type: 'string' },
        version: { type: 'boolean', default: false },
      },
    });
    if (values.home === '') return { ok: false, wrong: '--home needs a folder' };
    const scenario = values.scenario ?? null;
    if (scenario !== null && !scenarios.includes(scenario))
      return { ok: false, wrong: `--scenario needs one of: ${scenarios.join(', ')}` };
    const port = values.port === undefined ? 0 : portOf(values.port);
    if (port === null)
      return { ok: false, wrong: `--port needs a number from 0 to 65535, not "${values.port}"` };
    return {
      ok: true,
      options: {
        home: values.home === undefined ? null : resolve(values.home),
        demo: values.demo || scenario !== null,
        scenario,
        pagePort: values.page || values.port !== undefined ? port : null,
        version: values.version,
      },
    };
  } catch (error) {
    return { ok: false, wrong: error instanceof Error ? error.message : String(error) };
  }
}

function portOf(text: string): number | null {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535 ? Number(text) : null;
}
