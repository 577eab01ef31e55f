// Carries bytes between a unix socket, which every namespace sees, and a TCP address of the namespace it runs in:
//   node forward.mjs SOCKET HOST PORT
// or another unix socket, on which the user who runs this then speaks:
//   node forward.mjs SOCKET OTHER_SOCKET
import { connect, createServer } from 'node:net';

const [socket, host, port] = process.argv.slice(2);
createServer({ allowHalfOpen: true }, (near) => {
  const far = connect({ ...(port ? { host, port: Number(port) } : { path: host }), allowHalfOpen: true });
  near.pipe(far).pipe(near);
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
}).listen(socket);
