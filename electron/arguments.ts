import path from 'node:path';

/** What the app was started with. Everything else on its command line is Chromium's. */
export interface Arguments {
  /** Start with the icon alone. */
  readonly hidden: boolean;
  /** Absolute path under which everything is kept, or null for the usual places. */
  readonly home: string | null;
  /** The demo's scenario, unchecked, or null. */
  readonly scenario: string | null;
  /** `rigshare:` links, unchecked. */
  readonly links: readonly string[];
  /** Absolute paths of `*.rigshare` files, unchecked. */
  readonly files: readonly string[];
}

/** Reads a command line (without the program itself) that was typed in the folder `cwd`. */
export function readArguments(argv: readonly string[], cwd: string): Arguments {
  const home = valueOf(argv, '--home');
  const scenario = valueOf(argv, '--scenario');
  const taken = new Set([home.at, scenario.at]);
  const rest = argv.filter((one, index) => !one.startsWith('--') && !taken.has(index));
  return {
    hidden: argv.includes('--hidden'),
    home: home.value === null ? null : path.resolve(cwd, home.value),
    scenario: scenario.value,
    links: rest.filter((one) => one.toLowerCase().startsWith('rigshare:')),
    files: rest
      .filter((one) => one.toLowerCase().endsWith('.rigshare') && !one.includes('://'))
      .map((one) => path.resolve(cwd, one)),
  };
}

/** The value of an option in either spelling, and the place of a value that stands for itself (-1: none does). */
function valueOf(
  argv: readonly string[],
  option: string,
): { readonly value: string | null; readonly at: number } {
  const index = argv.indexOf(option);
  const joined = argv.find((one) => one.startsWith(`${option}=`))?.slice(option.length + 1);
  const value = index < 0 ? joined : argv[index + 1];
  return { value: value === undefined || value === '' ? null : value, at: index < 0 ? -1 : index + 1 };
}
