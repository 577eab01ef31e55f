/** What the places depend on; a program reads it once, at its start. */
export interface Surroundings {
  /** `process.platform`. */
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder, absolute. */
  readonly userHome: string;
  /** From `--home DIR`, absolute; null: the system's usual places. */
  readonly home: string | null;
}

/** Where a host keeps what it has and where it is reached; absolute paths. Host and clients compute the same. */
export interface Places {
  /** Ledger, intent, footprint, secrets, the pool's program. */
  readonly data: string;
  readonly config: string;
  /** What can be downloaded again. */
  readonly cache: string;
  readonly log: string;
  /** For the owner alone (0700): what lives as long as the host does. */
  readonly run: string;
  /** The host's unix socket, or a pipe's name on Windows. */
  readonly socket: string;
}

type Join = (...parts: readonly string[]) => string;

/** The places for these surroundings. */
export function placesFor(around: Surroundings): Places {
  const join: Join = (...parts) => parts.join(around.platform === 'win32' ? '\\' : '/');
  const base = around.home === null ? usualPlaces(around, join) : placesUnder(around.home, join);
  // Below `data` and not in XDG_RUNTIME_DIR, which a shell of `su`, cron or ssh lacks: all of them must find the same host.
  const run = around.home === null ? join(base.data, 'run') : join(around.home, 'run');
  return { ...base, run, socket: socketIn(run, around, join) };
}

/** The folder of a unix socket's path. */
export function socketFolder(socket: string): string {
  return socket.slice(0, socket.lastIndexOf('/'));
}

type Base = Omit<Places, 'run' | 'socket'>;

function placesUnder(home: string, join: Join): Base {
  return {
    data: join(home, 'data'),
    config: join(home, 'config'),
    cache: join(home, 'cache'),
    log: join(home, 'log'),
  };
}

function usualPlaces({ platform, env, userHome }: Surroundings, join: Join): Base {
  if (platform === 'win32') {
    const local = join(env['LOCALAPPDATA'] ?? join(userHome, 'AppData', 'Local'), 'Rigshare');
    return placesUnder(local, join);
  }
  if (platform === 'darwin') {
    const library = join(userHome, 'Library');
    const support = join(library, 'Application Support', 'Rigshare');
    return {
      data: join(support, 'data'),
      config: join(support, 'config'),
      cache: join(library, 'Caches', 'Rigshare'),
      log: join(library, 'Logs', 'Rigshare'),
    };
  }
  // The XDG base directory specification: a relative path in one of its variables is to be ignored.
  const xdg = (name: string, ...usual: readonly string[]): string => {
    const set = env[name];
    return join(set?.startsWith('/') ? set : join(userHome, ...usual), 'rigshare');
  };
  return {
    data: xdg('XDG_DATA_HOME', '.local', 'share'),
    config: xdg('XDG_CONFIG_HOME', '.config'),
    cache: xdg('XDG_CACHE_HOME', '.cache'),
    log: join(xdg('XDG_STATE_HOME', '.local', 'state'), 'log'),
  };
}

/** Longest path a unix socket can have, in bytes: `sun_path` less its final zero. */
const socketPathMax = { darwin: 103, others: 107 };

function socketIn(run: string, { platform, env }: Surroundings, join: Join): string {
  if (platform === 'win32') return `\\\\.\\pipe\\rigshare-${hash(run.toLowerCase())}`;
  const usual = join(run, 'host.sock');
  if (utf8Length(usual) <= (platform === 'darwin' ? socketPathMax.darwin : socketPathMax.others))
    return usual;
  const runtime = env['XDG_RUNTIME_DIR'];
  const short = runtime?.startsWith('/') && utf8Length(runtime) <= 60 ? runtime : '/tmp';
  return join(short, `rigshare-${hash(run)}`, 'host.sock');
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** FNV-1a, 64 bits, over UTF-16 units: tells homes apart, and guards nothing (the folder's owner is checked where it is used). */
function hash(text: string): string {
  let value = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) {
    value = BigInt.asUintN(64, (value ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n);
  }
  return value.toString(16).padStart(16, '0');
}
