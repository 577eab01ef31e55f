import { type AddressInfo, connect, createServer } from 'node:net';
import type { World } from '../../core/ports/world.ts';

type Dialled = Awaited<ReturnType<World['dial']>>;

/** Whether TCP to an address opens within the limit. */
export function dial(host: string, port: number, timeoutMs: number): Promise<Dialled> {
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const answer = (one: Dialled): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(one);
    };
    const timer = setTimeout(() => answer({ ok: false, why: 'timeout' }), timeoutMs);
    socket.once('connect', () => answer({ ok: true, ms: Math.round(performance.now() - began) }));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      answer({
        ok: false,
        why:
          error.code === 'ECONNREFUSED' ? 'refused' : error.code === 'ETIMEDOUT' ? 'timeout' : 'unreachable',
      }),
    );
  });
}

/** A loopback port that nobody uses, the preferred one if it is free. */
export async function freePort(preferred: number): Promise<number> {
  return (await tryPort(preferred)) ?? (await tryPort(0)) ?? preferred;
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const { port: found } = server.address() as AddressInfo;
      server.close(() => resolve(found));
    });
  });
}
