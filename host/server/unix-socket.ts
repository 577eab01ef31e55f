import { chmod, lstat, mkdir, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { socketFolder } from '../../contract/places.ts';

/** Whether a process answers at this socket. */
export function somebodyListens(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2000, () => end(true));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** Listens there for the owner alone, in place of a socket that a dead host left. The caller holds the home's claim. */
export async function listenOnSocket(server: Server, socketPath: string): Promise<void> {
  const isPipe = socketPath.startsWith('\\\\.\\pipe\\');
  if (!isPipe) {
    await ownFolder(socketFolder(socketPath));
    await rm(socketPath, { force: true });
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, () => {
      server.off('error', reject);
      resolve();
    });
  });
  if (!isPipe) await chmod(socketPath, 0o600);
}

/** Makes the folder, for the owner alone; throws where it is another's, as it could be in /tmp. */
async function ownFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = await lstat(folder);
  const owned = process.getuid === undefined || uid === process.getuid();
  if (!owned || (mode & 0o170_000) !== 0o040_000) throw new Error(`${folder} is not this user's own folder`);
  await chmod(folder, 0o700);
}
