import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';

const cookieName = 'MIT-MAGIC-COOKIE-1';
const answerMs = 2_000;

/**
 * Milliseconds without input by X's screen saver extension; null: no X, or a Wayland session, of which an X server
 * inside it sees only a part. Source: "X Window System Protocol" and "X11 Screen Saver Extension", both public.
 */
export async function x11IdleMs(env: NodeJS.ProcessEnv): Promise<number | null> {
  const display = /^(?:unix)?:(\d+)(?:\.\d+)?$/.exec(env['DISPLAY'] ?? '')?.[1];
  if (display === undefined || env['WAYLAND_DISPLAY'] || env['XDG_SESSION_TYPE'] === 'wayland') return null;
  const socket = await opened(`/tmp/.X11-unix/X${display}`);
  if (socket === null) return null;
  const wire = new Wire(socket);
  try {
    return await idleOver(wire, await cookieOf(env, display));
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}

async function idleOver(wire: Wire, cookie: Buffer | null): Promise<number | null> {
  wire.send(hello(cookie));
  const head = await wire.read(8);
  const rest = await wire.read(head.readUInt16LE(6) * 4);
  if (head[0] !== 1) return null;
  // Vendor and formats lie before the first screen, whose first word is its root window.
  const root = rest.readUInt32LE(32 + padded(rest.readUInt16LE(16)) + rest.readUInt8(21) * 8);
  wire.send(queryExtension('MIT-SCREEN-SAVER'));
  const extension = await wire.reply();
  if (extension[8] !== 1) return null;
  wire.send(queryInfo(extension.readUInt8(9), root));
  return (await wire.reply()).readUInt32LE(16);
}

function hello(cookie: Buffer | null): Buffer {
  const name = Buffer.from(cookie === null ? '' : cookieName);
  const data = cookie ?? Buffer.alloc(0);
  const head = Buffer.alloc(12);
  head.write('l', 0);
  head.writeUInt16LE(11, 2);
  head.writeUInt16LE(name.length, 6);
  head.writeUInt16LE(data.length, 8);
  return Buffer.concat([head, pad(name), pad(data)]);
}

function queryExtension(extension: string): Buffer {
  const name = pad(Buffer.from(extension));
  const head = Buffer.alloc(8);
  head.writeUInt8(98, 0);
  head.writeUInt16LE(2 + name.length / 4, 2);
  head.writeUInt16LE(extension.length, 4);
  return Buffer.concat([head, name]);
}

function queryInfo(opcode: number, drawable: number): Buffer {
  const request = Buffer.alloc(8);
  request.writeUInt8(opcode, 0);
  request.writeUInt8(1, 1);
  request.writeUInt16LE(2, 2);
  request.writeUInt32LE(drawable, 4);
  return request;
}

const padded = (length: number): number => Math.ceil(length / 4) * 4;
const pad = (data: Buffer): Buffer => Buffer.concat([data, Buffer.alloc(padded(data.length) - data.length)]);

/** The cookie of this display, from the file where the session keeps it; null: none is needed, or readable. */
async function cookieOf(env: NodeJS.ProcessEnv, display: string): Promise<Buffer | null> {
  const file = env['XAUTHORITY'] ?? join(env['HOME'] ?? '/', '.Xauthority');
  const data = await readFile(file).catch(() => Buffer.alloc(0));
  let at = 0;
  const field = (): Buffer => {
    const length = data.readUInt16BE(at);
    at += 2 + length;
    return data.subarray(at - length, at);
  };
  while (at + 10 <= data.length) {
    at += 2;
    const [, number, name, cookie] = [field(), field(), field(), field()];
    const isOurs = String(number) === display || number?.length === 0;
    if (isOurs && String(name) === cookieName && cookie !== undefined) return cookie;
  }
  return null;
}

function opened(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(null));
  });
}

/** Bytes as they are wanted; rejects when the server goes or is too slow. */
class Wire {
  readonly #socket: Socket;
  #held = Buffer.alloc(0);
  #wake: () => void = () => undefined;
  #ended = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#held = Buffer.concat([this.#held, chunk]);
      this.#wake();
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake();
    };
    socket.on('error', end).on('close', end).setTimeout(answerMs, end);
  }

  send(data: Buffer): void {
    this.#socket.write(data);
  }

  async read(length: number): Promise<Buffer> {
    while (this.#held.length < length) {
      if (this.#ended) throw new Error('X is gone');
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const read = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return read;
  }

  /** One reply; an error of the server's is none. */
  async reply(): Promise<Buffer> {
    const reply = await this.read(32);
    if (reply[0] !== 1) throw new Error(`X answered ${reply[0]}`);
    return reply;
  }
}
