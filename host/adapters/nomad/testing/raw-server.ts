import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A server that is handed each connection with its first bytes, to do with as it likes. */
export interface RawServer {
  readonly port: number;
  /** Request lines, in order. */
  readonly asked: readonly string[];
  /** Heads, in order. */
  readonly heads: readonly string[];
  /** Connections still open. */
  open(): number;
  close(): Promise<void>;
}

/** Listens on a loopback port. */
export async function rawServer(answer: (socket: Socket, path: string) => void): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  const heads: string[] = [];
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.once('data', (bytes) => {
      const head = bytes.toString();
      heads.push(head);
      asked.push(head.split(' HTTP/')[0] ?? '');
      answer(socket, head.split(' ')[1] ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    heads,
    open: () => sockets.size,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

/** A whole HTTP answer; with a larger `length` it is cut off. */
export const reply = (status: number, body: string, length = Buffer.byteLength(body)): string =>
  `HTTP/1.1 ${status} X\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${body}`;
