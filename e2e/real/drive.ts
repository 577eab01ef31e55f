import { type ChildProcess, spawn } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { Problem } from '../../contract/problems.ts';
import type { Fact } from '../../host/core/facts.ts';
import type { EnterEvent, TailnetSample, TailnetWanted } from '../../host/core/ports/tailnet.ts';
import type { Order } from './driver.ts';
import { inside } from './network.ts';
import type { Owner } from './owner.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the driver says. */
export interface Line {
  readonly event?: EnterEvent;
  readonly waiting?: true;
  readonly done?: string;
  readonly fact?: Fact<TailnetSample>;
  readonly problem?: Problem;
  readonly thrown?: string;
}

/** The bundled driver and the bundled program that runs as root. */
export interface Bundles {
  readonly driver: string;
  readonly privileged: string;
}

/** Bundles both into a folder, each one file that needs no other. */
export async function bundle(folder: string): Promise<Bundles> {
  const one = async (input: string, name: string): Promise<string> => {
    const file = join(folder, name);
    const build = await rolldown({
      input: join(root, input),
      platform: 'node',
      cwd: root,
      logLevel: 'silent',
    });
    await build.write({ file, format: 'esm', codeSplitting: false });
    await build.close();
    await chmod(file, 0o644);
    return file;
  };
  return {
    driver: await one('e2e/real/driver.ts', 'driver.mjs'),
    privileged: await one('host/adapters/privilege/program.ts', 'privileged.mjs'),
  };
}

/** A running driver: the hands of a host, as the owner. */
export class Driver {
  readonly child: ChildProcess;
  readonly #lines: Line[] = [];
  #wake: () => void = () => undefined;
  #ended = false;

  /** `root`: not as the owner, but as root on the same computer. */
  constructor(owner: Owner, bundles: Bundles, root = false) {
    const argv = [process.execPath, bundles.driver, owner.node.socket, bundles.privileged];
    const [file = '', ...args] = inside(owner.node.computer.namespace, argv);
    this.child = root ? spawn(file, args, { stdio: 'pipe' }) : owner.spawn(argv);
    const { stdout, stderr } = this.child;
    if (stdout === null || stderr === null) throw new Error('the driver has no pipes');
    createInterface({ input: stdout }).on('line', (line) => this.#hear(JSON.parse(line) as Line));
    stderr.on('data', (part: Buffer) => this.#hear({ thrown: part.toString('utf8') }));
    this.child.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** Gives an order and answers everything said until it is done, a problem, or the wait for our word. */
  async order(order: Order): Promise<readonly Line[]> {
    this.send(order);
    const said: Line[] = [];
    for (;;) {
      const line = await this.next();
      said.push(line);
      if (line.event === undefined) return said;
    }
  }

  /** Gives an order without waiting. */
  send(order: Order): void {
    this.child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  /** The next line. */
  async next(withinMs = 60_000): Promise<Line> {
    const late = setTimeout(() => {
      this.#ended = true;
      this.#wake();
    }, withinMs);
    while (this.#lines.length === 0 && !this.#ended)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    clearTimeout(late);
    const line = this.#lines.shift();
    if (line === undefined) throw new Error('the driver says nothing');
    if (line.thrown !== undefined) throw new Error(`the driver failed: ${line.thrown}`);
    return line;
  }

  /** What the driver sees of the network. */
  async look(wanted: TailnetWanted | null): Promise<TailnetSample> {
    const [line] = await this.order({ do: 'look', wanted });
    if (line?.fact?.known !== true) throw new Error(`nothing seen: ${JSON.stringify(line)}`);
    return line.fact.value;
  }

  /** Ends it: with its input, or as a crash does. */
  async stop(how: 'input' | 'crash' = 'input'): Promise<void> {
    const closed = new Promise<void>((resolve) => this.child.on('close', () => resolve()));
    if (how === 'crash') this.child.kill('SIGKILL');
    else this.child.stdin?.end();
    await closed;
  }

  #hear(line: Line): void {
    this.#lines.push(line);
    this.#wake();
  }
}
