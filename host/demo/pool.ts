import type { Clock } from '../core/ports/clock.ts';
import type { Chance } from './chance.ts';
import { Cards } from './cards.ts';
import { Containers } from './containers.ts';
import { makeTokens, type Tokens } from './nomad/acl.ts';
import { Agent, type Link } from './nomad/agent.ts';
import type { AgentConfig } from './nomad/agent-config.ts';
import { noDisk } from './nomad/disk.ts';
import { serverApi } from './nomad/server-api.ts';
import { Servers } from './nomad/servers.ts';
import { Processes } from './processes.ts';
import { rtx3090 } from './scenarios/parts.ts';
import { Service } from './service.ts';

/** The name of the pool's other computer, to which work goes that has to leave this one. */
export const otherComputer = 'garage-rig';

/** What a pool is made of; `wire` is the clock of those who ask. */
export interface PoolParts {
  readonly clock: Clock;
  readonly wire: Clock;
  readonly chance: Chance;
  readonly nodePool: string;
}

/** The simulated pool: its servers and another computer that shares. */
export class Pool {
  readonly servers: Servers;
  readonly tokens: Tokens;
  readonly api: ReturnType<typeof serverApi>;
  /** A server's own HTTP port, as its operator reaches it. */
  readonly server: Service;
  /** The other computer's agent. */
  readonly other: Agent;

  constructor({ clock, wire, chance, nodePool }: PoolParts) {
    this.servers = new Servers(clock, chance);
    this.tokens = makeTokens(chance);
    this.api = serverApi({ clock, servers: this.servers, tokens: this.tokens });
    this.server = new Service(
      wire,
      (request) => this.api.fetch(request, { forwarded: false }),
      () => (this.servers.up ? null : 'refused'),
    );
    this.servers.onUp((up) => {
      if (!up) this.server.cut();
    });
    this.other = otherAgent(clock, chance, this.servers, nodePool);
  }

  /** How a computer that is always online reaches the servers. */
  static link(servers: Servers): Link {
    return {
      state: () => (servers.up ? 'open' : 'refused'),
      onChange: (call) => servers.onUp(call),
    };
  }
}

function otherAgent(clock: Clock, chance: Chance, servers: Servers, nodePool: string): Agent {
  const models = [0, 1].map((n) => ({
    ...rtx3090,
    uuid: `GPU-${chance.uuid()}`,
    busId: `00000000:0${n + 1}:00.0`,
  }));
  const processes = new Processes(clock);
  const cards = new Cards(models, clock, chance);
  const containers = new Containers(clock, chance, processes, cards);
  const computer = { clock, chance, processes, containers, images: containers.stock };
  const parts = {
    computer,
    cards: models,
    servers,
    link: Pool.link(servers),
    disk: noDisk(chance),
    memory: new Map(),
  };
  return new Agent(parts, otherConfig(nodePool), 1);
}

const otherConfig = (nodePool: string): AgentConfig => ({
  name: otherComputer,
  region: 'global',
  datacenter: 'dc1',
  nodePool,
  nodeClass: '',
  httpPort: 4646,
  advertiseHttp: '100.64.0.7:4646',
  tls: false,
  stateDir: '/var/lib/nomad/state',
  allocDir: '/var/lib/nomad/alloc',
  servers: ['100.64.0.1:4647'],
  meta: { 'gpu-type': 'nvidia-geforce-rtx-3090', 'gpu-count': '2', region: 'eu' },
  defaultIneligible: false,
  maxKillTimeoutMs: 10_000,
  pluginDir: '/opt/nomad/plugins',
  plugins: ['docker', 'nomad-device-nvidia'],
  ignoredGpus: [],
  driverAllowlist: ['docker'],
  startFault: null,
  logFile: null,
});
