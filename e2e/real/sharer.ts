import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, chown, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { appStateSchema, type AppState } from '../../contract/app-state.ts';
import { Owner } from './owner.ts';
import { identify, type ProcessId } from './processes.ts';
import { type Answer, must, until } from './run.ts';
import type { TailnetNode } from './tailnet.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const standIn = fileURLToPath(new URL('stand-in-nvidia-smi.mjs', import.meta.url));

/** A person with Rigshare on their computer, used by its command line. */
export class Sharer {
  readonly owner: Owner;
  readonly node: TailnetNode;
  /** Everything of Rigshare's lies here. */
  readonly home: string;
  readonly #out: string;

  private constructor(owner: Owner, out: string) {
    this.owner = owner;
    this.node = owner.node;
    this.home = join(owner.user.home, 'rigshare');
    this.#out = out;
  }

  /** Builds what is not built, and puts it where the owner can run it; the driver's tool is a stand-in. */
  static async at(node: TailnetNode, engineGroup: number): Promise<Sharer> {
    await must(process.execPath, [join(root, 'scripts', 'build.mjs')], { cwd: root, timeoutMs: 240_000 });
    const owner = await Owner.of(node, [engineGroup]);
    await copyFile(standIn, join(owner.elevation.bin, 'nvidia-smi'));
    await chmod(join(owner.elevation.bin, 'nvidia-smi'), 0o755);
    const sharer = new Sharer(owner, join(await owner.reach(root), 'out'));
    await sharer.write('config/settings.json', JSON.stringify({ tailscaleSocket: node.socket }));
    return sharer;
  }

  /** Writes a file of the owner's under the home; answers its path. */
  async write(name: string, text: string): Promise<string> {
    const path = join(this.home, name);
    await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
    await writeFile(path, text, { mode: 0o600 });
    await must('chown', ['-R', String(this.owner.user.uid), this.home]);
    await chown(path, this.owner.user.uid, this.owner.user.uid);
    return path;
  }

  /** Writes an invite as the file that an operator hands over. */
  invite(invite: unknown): Promise<string> {
    return this.write('pool.rigshare', JSON.stringify(invite));
  }

  /** Runs one command to its end. */
  rigshare(...words: string[]): Promise<Answer> {
    return this.rigshareWith({}, ...words);
  }

  /** Runs one command with more in its environment. */
  rigshareWith({ env = {} }: { readonly env?: NodeJS.ProcessEnv }, ...words: string[]): Promise<Answer> {
    const [command = '', ...rest] = words;
    return this.owner.run(
      [process.execPath, join(this.#out, 'cli', 'main.js'), command, '--home', this.home, ...rest],
      { timeoutMs: 150_000, env },
    );
  }

  /** Runs one command that must succeed; answers what it printed. */
  async did(...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.rigshare(...words);
    if (code !== 0)
      throw new Error(
        `rigshare ${words.join(' ')} ended with ${code}: ${stderr}${stdout}${await this.log()}`,
      );
    return stdout;
  }

  async status(): Promise<AppState> {
    return appStateSchema.parse(JSON.parse(await this.did('status', '--json')));
  }

  /** The status once something holds of it. */
  until(what: string, holds: (state: AppState) => boolean, withinMs = 60_000): Promise<AppState> {
    return until(
      what,
      async () => {
        const state = await this.status();
        return holds(state) ? state : undefined;
      },
      { withinMs, everyMs: 300 },
    ).catch(async (error: unknown) => {
      throw new Error(
        `${String(error)}; shown: ${JSON.stringify((await this.status()).node)}${await this.log()}`,
      );
    });
  }

  /** Starts the host in the foreground of its own process. */
  start(): ChildProcess {
    const [file = '', ...args] = this.owner.argv([
      process.execPath,
      join(this.#out, 'host', 'main.js'),
      '--home',
      this.home,
    ]);
    return spawn(file, args, { cwd: this.owner.user.home, env: this.owner.env, stdio: 'ignore' });
  }

  /** The running host. */
  async host(): Promise<ProcessId> {
    const found = (await this.owner.processes()).find((p) => p.command.includes('host/main.js'));
    const id = found && identify(found.pid);
    if (!id) throw new Error('no host runs');
    return id;
  }

  /** What is left below the data folder. */
  async leftFiles(): Promise<readonly string[]> {
    return (await readdir(join(this.home, 'data'))).toSorted();
  }

  /** The log's last lines, for a failure's message. */
  async log(): Promise<string> {
    const { stdout } = await this.owner.run(['sh', '-c', `tail -n 25 ${this.home}/log/* 2>/dev/null`]);
    return stdout === '' ? '' : `\n${stdout}`;
  }
}
