import path from 'node:path';

/** What the app was started with. Everything else on its command line is Chromium's. */
export interface Arguments {
  /** Start with the icon alone. */
  readonly hidden: boolean;
  /** Absolute path under which everything is kept, or null for the usual places. */
  readonly home: string | null;
  /** `rigshare:` links, unchecked. */
  readonly links: readonly string[];
  /** Absolute paths of `*.rigshare` files, unchecked. */
  readonly files: readonly string[];
}

/** Reads a command line (without the program itself) that was typed in the folder `cwd`. */
export function readArguments(argv: readonly string[], cwd: string): Arguments {
  const homeAt = argv.indexOf('--home');
  const home =
    homeAt < 0 ? argv.find((one) => one.startsWith('--home='))?.slice('--home='.length) : argv[homeAt + 1];
  const rest = argv.filter((one, index) => !one.startsWith('--') && (homeAt < 0 || index !== homeAt + 1));
  return {
    hidden: argv.includes('--hidden'),
    home: home === undefined || home === '' ? null : path.resolve(cwd, home),
    links: rest.filter((one) => one.toLowerCase().startsWith('rigshare:')),
    files: rest
      .filter((one) => one.toLowerCase().endsWith('.rigshare') && !one.includes('://'))
      .map((one) => path.resolve(cwd, one)),
  };
}
