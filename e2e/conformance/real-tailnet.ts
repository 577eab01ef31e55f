import { existsSync } from 'node:fs';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { httpTo } from '../../host/adapters/world/http.ts';
import { systemClock } from '../../host/adapters/world/clock.ts';
import type { Fetch } from '../../host/core/ports/world.ts';
import type { Headscale } from '../real/headscale.ts';
import { until } from '../real/run.ts';
import { startTailnet, type Tailnet, type TailnetNode } from '../real/tailnet.ts';
import { realTime } from './real-time.ts';
import type { ControlSubject, TailnetSubject } from './subject.ts';

const forwarder = fileURLToPath(new URL('../real/forward.mjs', import.meta.url));
/** No user of the machine’s, and not the owner. */
const otherId = 61_018;
const person = 'mira';

/** A real tailnet; each statement gets a computer of its own in it. */
export class RealTailnet {
  readonly #tailnet: Tailnet;
  readonly #own: Headscale;
  #count = 0;

  private constructor(tailnet: Tailnet, own: Headscale) {
    this.#tailnet = tailnet;
    this.#own = own;
  }

  /** Starts two control servers and the pool's server, which listens on Nomad's port. */
  static async start(programs: string): Promise<RealTailnet> {
    const tailnet = await startTailnet(programs);
    const own = await tailnet.ownNetwork();
    for (const control of [tailnet.headscale, own]) await control.addUser(person);
    const listen = "require('node:net').createServer((one) => one.end()).listen(4647, '0.0.0.0')";
    tailnet.server.spawn([process.execPath, '-e', listen], join(tailnet.network.folder, 'listener.log'));
    return new RealTailnet(tailnet, own);
  }

  /** Ends all of it. */
  stop(): Promise<void> {
    return this.#tailnet.stop();
  }

  /** Runs a statement on a fresh computer. */
  async on(check: (subject: TailnetSubject) => Promise<void>): Promise<void> {
    const node = await this.#tailnet.add(`c${this.#count++}`);
    try {
      await check(await this.#subject(node));
    } finally {
      await node.stop();
    }
  }

  async #subject(node: TailnetNode): Promise<TailnetSubject> {
    const server = await this.#tailnet.server.address();
    const owner = await speakAs(node, 'owner', node.computer.owner.uid);
    const other = await speakAs(node, 'other', otherId);
    return {
      ...realTime,
      root: through(node.socket),
      as: (user) => (user === 'owner' ? owner : other),
      owner: node.computer.owner.name,
      pool: control(this.#tailnet.headscale),
      own: control(this.#own),
      dial: async (port, withinMs) =>
        dialled(
          (await node.run([process.execPath, '-e', dial, server, String(port), String(withinMs)])).stdout,
        ),
      stopDaemon: () => node.stop(),
      startDaemon: () => node.start(),
      udp: (passes) => udp(node, passes),
      netcheck: () => node.cli('netcheck', '--format=json'),
      lookUp: async (name, nameServer) =>
        (await node.run([process.execPath, '-e', resolveAt, name, nameServer])).stdout || null,
    };
  }
}

const through = (socketPath: string): Fetch =>
  httpTo({ origin: 'http://localhost', socketPath }, systemClock);

/** The daemon's socket as another user of the computer speaks on it. */
async function speakAs(node: TailnetNode, name: string, uid: number): Promise<Fetch> {
  const folder = join(node.computer.owner.home, '..', `as-${name}-${node.name}`);
  await mkdir(folder);
  await chown(folder, uid, uid);
  const socket = join(folder, 'socket');
  const user = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
  node.spawn(
    ['setpriv', ...user, process.execPath, forwarder, socket, node.socket],
    join(node.folder, `${name}.log`),
  );
  await until(`the forwarder of ${name}`, () => existsSync(socket));
  return through(socket);
}

function control(headscale: Headscale): ControlSubject {
  return {
    url: headscale.url,
    mint: (whose = 'tag') => headscale.mintKey(whose === 'tag' ? {} : { user: person }),
    approve: (url) => headscale.approve(url, person),
    expire: (id, expired) => (expired ? headscale.expireNode(id) : headscale.unexpireNode(id)),
    remove: (id) => headscale.deleteNode(id),
  };
}

async function udp(node: TailnetNode, passes: boolean): Promise<void> {
  for (const [chain, way] of [
    ['OUTPUT', '-o'],
    ['INPUT', '-i'],
  ] as const) {
    const rule = [chain, way, 'eth0', '-p', 'udp', '-j', 'DROP'];
    await node.run(['iptables', passes ? '-D' : '-I', ...rule]);
  }
}

const resolveAt = `
const [name, server] = process.argv.slice(1);
const resolver = new (require('node:dns').Resolver)({ timeout: 2000, tries: 1 });
resolver.setServers([server]);
resolver.resolve4(name, (error, found) => process.stdout.write(found?.[0] ?? ''));
`;

const dial = `
const [host, port, ms] = process.argv.slice(1);
const socket = require('node:net').connect({ host, port: Number(port) });
const say = (word) => { process.stdout.write(word); process.exit(); };
socket.on('connect', () => say('open')).on('error', (error) => say(error.code === 'ECONNREFUSED' ? 'refused' : error.code === 'ETIMEDOUT' ? 'timeout' : 'unreachable'));
setTimeout(() => say('timeout'), Number(ms));
`;

function dialled(word: string): Awaited<ReturnType<TailnetSubject['dial']>> {
  if (word === 'open' || word === 'refused' || word === 'timeout' || word === 'unreachable') return word;
  throw new Error(`cannot dial: ${word}`);
}
