import { type ChildProcess, spawn } from 'node:child_process';
import { access, chown, constants, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Elevation } from './elevation.ts';
import { inside, type User } from './network.ts';
import type { ProcessId } from './processes.ts';
import { type Answer, must, run, type RunOptions } from './run.ts';
import type { TailnetNode } from './tailnet.ts';

/** The person a computer belongs to: an ordinary user of it, with a stand-in for pkexec first on PATH. */
export class Owner {
  readonly node: TailnetNode;
  readonly user: User;
  readonly elevation: Elevation;
  readonly #groups: readonly number[];
  #mounts = 0;

  private constructor(node: TailnetNode, elevation: Elevation, groups: readonly number[]) {
    this.node = node;
    this.user = node.computer.owner;
    this.elevation = elevation;
    this.#groups = groups;
  }

  /** Sets a computer's owner up; `groups` are further group ids, such as that of the engine's socket. */
  static async of(node: TailnetNode, groups: readonly number[] = []): Promise<Owner> {
    const owner = new Owner(node, await Elevation.on(node), groups);
    for (const name of ['tmp', 'run']) {
      await mkdir(join(owner.user.home, name), { mode: 0o700 });
      await chown(join(owner.user.home, name), owner.user.uid, owner.user.uid);
    }
    return owner;
  }

  /** What the owner's programs are started with. */
  get env(): NodeJS.ProcessEnv {
    const { home, name } = this.user;
    const path = [this.elevation.bin, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'];
    return {
      HOME: home,
      USER: name,
      LOGNAME: name,
      PATH: path.join(':'),
      TMPDIR: join(home, 'tmp'),
      XDG_RUNTIME_DIR: join(home, 'run'),
      LANG: 'C.UTF-8',
      // The owner sits at the screen: there pkexec's prompt can be shown.
      WAYLAND_DISPLAY: 'wayland-0',
      // There is no way out of here: refused at once, nothing waits for a download.
      RIGSHARE_RELEASES_URL: 'http://127.0.0.1:9',
    };
  }

  /** The command line that runs something as the owner on this computer. */
  argv(argv: readonly string[]): string[] {
    const { uid } = this.user;
    const groups = this.#groups.length === 0 ? ['--clear-groups'] : [`--groups=${this.#groups.join(',')}`];
    return inside(this.node.computer.namespace, [
      'setpriv',
      `--reuid=${uid}`,
      `--regid=${uid}`,
      ...groups,
      '--inh-caps=-all',
      '--',
      ...argv,
    ]);
  }

  /** Runs a program as the owner to its end. */
  run(argv: readonly string[], options: RunOptions = {}): Promise<Answer> {
    const [file = '', ...args] = this.argv(argv);
    return run(file, args, { cwd: this.user.home, ...options, env: { ...this.env, ...options.env } });
  }

  /** Starts a program as the owner and leaves its pipes to the caller; the pid is the program's own. */
  spawn(argv: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const [file = '', ...args] = this.argv(argv);
    return spawn(file, args, { cwd: this.user.home, stdio: 'pipe', env: { ...this.env, ...env } });
  }

  /** What runs as the owner on this computer now. */
  async processes(): Promise<readonly (ProcessId & { readonly command: string })[]> {
    const all = await this.node.processes();
    const mine = await Promise.all(
      all.map(async (one) => ((await uidOf(one.pid)) === this.user.uid ? [one] : [])),
    );
    return mine.flat();
  }

  /** A folder of the machine (a checkout below /root, say) where the owner can read it, unchanged: itself or a mount of it. */
  async reach(folder: string): Promise<string> {
    const readable = await this.run(['test', '-r', folder, '-a', '-x', folder]);
    if (readable.code === 0) return folder;
    await access(folder, constants.R_OK);
    const here = join(this.node.folder, `mount-${(this.#mounts += 1)}`);
    await mkdir(here);
    await must('mount', ['--bind', folder, here]);
    return here;
  }
}

async function uidOf(pid: number): Promise<number | undefined> {
  const { stdout, code } = await run('stat', ['-c', '%u', `/proc/${pid}`]);
  return code === 0 ? Number(stdout) : undefined;
}
