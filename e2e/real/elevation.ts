import { spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inside } from './network.ts';
import { identify, type ProcessId } from './processes.ts';
import type { TailnetNode } from './tailnet.ts';

/** Nothing is ever installed on the machine of the test: within its namespace these programs only fail. */
const shielded = [
  '/bin/sh',
  '-c',
  'for name in apt-get dpkg dnf zypper pacman systemctl usermod gpasswd snap nvidia-ctk; do ' +
    'if [ -e /usr/bin/$name ]; then mount --bind /bin/false /usr/bin/$name; fi; ' +
    'if [ -e /usr/sbin/$name ]; then mount --bind /bin/false /usr/sbin/$name; fi; done; exec "$@"',
  'sh',
] as const;

const standIn = fileURLToPath(new URL('stand-in-pkexec.mjs', import.meta.url));

/** What root was asked to do once. */
export interface Asked {
  readonly argv: readonly string[];
  readonly uid: number;
  /** Everything that went in by standard input so far. */
  input: string;
  /** The program while it runs, and how it ended. */
  process: ProcessId | undefined;
  exitCode: number | null;
}

/**
 * The root side of a stand-in for pkexec on one computer: writes down what it is asked and runs it as root with the
 * environment that pkexec leaves. It can also refuse, as a person does who closes the prompt.
 */
export class Elevation {
  /** The folder with the stand-in, to be first on the owner's PATH. */
  readonly bin: string;
  readonly asked: Asked[] = [];
  /** True: every prompt is closed unanswered. */
  refuses = false;
  readonly #node: TailnetNode;
  readonly #server: Server;

  private constructor(node: TailnetNode, bin: string) {
    this.#node = node;
    this.bin = bin;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket));
  }

  /** Puts the stand-in on a computer. */
  static async on(node: TailnetNode): Promise<Elevation> {
    const bin = join(node.folder, 'bin');
    await mkdir(bin);
    await copyFile(standIn, join(bin, 'pkexec'));
    await chmod(join(bin, 'pkexec'), 0o755);
    await writeFile(join(bin, 'package.json'), '{"type":"module"}');
    const socket = join(node.folder, 'elevation.sock');
    await writeFile(join(bin, 'elevation-socket'), socket);
    const elevation = new Elevation(node, bin);
    await new Promise<void>((resolve) => elevation.#server.listen(socket, resolve));
    // Every folder on the way is passable: the owner reaches both.
    await chmod(node.folder, 0o711);
    await chmod(socket, 0o666);
    return elevation;
  }

  /** Takes no more questions. */
  stop(): void {
    this.#server.close();
  }

  #serve(socket: Socket): void {
    let head = '';
    const read = (part: Buffer): void => {
      head += part.toString('utf8');
      const end = head.indexOf('\n');
      if (end < 0) return;
      socket.off('data', read);
      socket.pause();
      const { argv, uid } = JSON.parse(head.slice(0, end)) as { argv: string[]; uid: number };
      const asked: Asked = { argv, uid, input: '', process: undefined, exitCode: null };
      this.asked.push(asked);
      if (this.refuses)
        answer(socket, {
          err: encode('Error executing command as another user: Request dismissed\n'),
          code: 126,
        });
      else this.#run(socket, asked, head.slice(end + 1));
    };
    socket.on('data', read);
    socket.on('error', () => undefined);
  }

  #run(socket: Socket, asked: Asked, first: string): void {
    const env = [
      '/usr/bin/env',
      '-i',
      'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
      'HOME=/root',
      `PKEXEC_UID=${asked.uid}`,
    ];
    const [file = '', ...args] = inside(this.#node.computer.namespace, [...shielded, ...env, ...asked.argv]);
    const child = spawn(file, args, { cwd: '/root', stdio: 'pipe' });
    asked.process = child.pid === undefined ? undefined : identify(child.pid);
    const hear = (text: string): void => {
      asked.input += text;
      child.stdin.write(text);
    };
    if (first !== '') hear(first);
    socket.on('data', (part: Buffer) => hear(part.toString('utf8')));
    socket.on('end', () => child.stdin.end());
    socket.on('close', () => child.stdin.end());
    socket.resume();
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (part: Buffer) => answer(socket, { out: part.toString('base64') }));
    child.stderr.on('data', (part: Buffer) => answer(socket, { err: part.toString('base64') }));
    child.on('error', (error) => answer(socket, { err: encode(`${error.message}\n`), code: 127 }));
    child.on('close', (code) => {
      asked.exitCode = code ?? -1;
      answer(socket, { code: asked.exitCode });
      socket.end();
    });
  }
}

const encode = (text: string): string => Buffer.from(text).toString('base64');

function answer(
  socket: Socket,
  line: { readonly out?: string; readonly err?: string; readonly code?: number },
): void {
  if (socket.writable) socket.write(`${JSON.stringify(line)}\n`);
}
