import { expect } from 'vitest';
import type { EnterTailnet, TailnetWanted } from '../../host/core/ports/tailnet.ts';
import { bundle, type Bundles, Driver, type Line } from './drive.ts';
import type { Headscale } from './headscale.ts';
import { Owner } from './owner.ts';
import { until } from './run.ts';
import { startTailnet, type Tailnet, type TailnetNode } from './tailnet.ts';

/** The tag that the pool's keys give. */
export const tag = 'tag:nomad-client';

/** An owner at home, with a driver in their hands. */
export interface Home {
  readonly owner: Owner;
  readonly node: TailnetNode;
  /** Their own network's profile; '' where there is none. */
  readonly oldProfile: string;
  readonly driver: Driver;
}

/** Our sign-in, once it was entered. */
export interface Entered {
  readonly profile: string;
  readonly nodeId: string;
}

/** What was said, in one word each. */
export const kinds = (lines: readonly Line[]): string[] =>
  lines.map(
    (line) => line.event?.kind ?? line.problem?.code ?? line.done ?? (line.waiting ? 'waiting' : '?'),
  );

/** A pool's network with something that listens where its Nomad server would, and the owners' own network beside it. */
export class Village {
  readonly tailnet: Tailnet;
  readonly own: Headscale;
  readonly serverAddress: string;
  readonly #bundles: Bundles;
  #homes = 0;

  private constructor(tailnet: Tailnet, own: Headscale, serverAddress: string, bundles: Bundles) {
    this.tailnet = tailnet;
    this.own = own;
    this.serverAddress = serverAddress;
    this.#bundles = bundles;
  }

  /** Starts both networks. */
  static async start(programs: string): Promise<Village> {
    const tailnet = await startTailnet(programs);
    const bundles = await bundle(tailnet.network.folder);
    const own = await tailnet.ownNetwork();
    await own.addUser('alice');
    const address = await tailnet.server.address();
    const listen = `require('node:net').createServer((s) => s.end()).listen(4647, '${address}')`;
    tailnet.server.spawn([process.execPath, '-e', listen], `${tailnet.network.folder}/listener.log`);
    return new Village(tailnet, own, address, bundles);
  }

  /** An owner who is signed in to a network of their own. `root`: who shares as root; `programs`: another tailscaled's. */
  async home({
    root = false,
    programs,
  }: { readonly root?: boolean; readonly programs?: string } = {}): Promise<Home> {
    const node = await this.tailnet.add(`home${(this.#homes += 1)}`, undefined, programs);
    await node.signIn({ key: await this.own.mintKey({ user: 'alice' }), controlUrl: this.own.url });
    const owner = await Owner.of(node);
    const { ID: oldProfile } = await node.localApi.currentProfile();
    return { owner, node, oldProfile, driver: new Driver(owner, this.#bundles, root) };
  }

  /** An owner whose computer was never on any network. */
  async bareHome(): Promise<Home> {
    const node = await this.tailnet.add(`bare${(this.#homes += 1)}`);
    const owner = await Owner.of(node);
    return { owner, node, oldProfile: '', driver: new Driver(owner, this.#bundles) };
  }

  /** What entering is asked with. */
  request(authKey: string | null, over: Partial<EnterTailnet> = {}): EnterTailnet {
    const { url: controlUrl } = this.tailnet.headscale;
    return { controlUrl, tag, authKey, hostname: 'rig', shieldsUp: true, operator: 'owner', ...over };
  }

  /** What looking needs to know. */
  wanted(ours: Entered | null = null): TailnetWanted {
    const { url: controlUrl } = this.tailnet.headscale;
    return { controlUrl, tag, servers: [{ host: 'server', port: 4647 }], ours };
  }

  /** Enters with a new one-off key as far as the wait for our word. */
  async enter({ driver }: Home, over: Partial<EnterTailnet> = {}): Promise<Entered> {
    const key = await this.tailnet.headscale.mintKey();
    const lines = await driver.order({ do: 'enter', request: this.request(key, over) });
    expect(kinds(lines), JSON.stringify(lines.at(-1))).toEqual(['before', 'profile', 'running', 'waiting']);
    const [, profile, running] = lines.map((line) => line.event);
    return {
      profile: profile?.kind === 'profile' ? profile.newProfile : '',
      nodeId: running?.kind === 'running' ? running.nodeId : '',
    };
  }

  /** Enters and stays. */
  async join(home: Home, over: Partial<EnterTailnet> = {}): Promise<Entered> {
    const entered = await this.enter(home, over);
    expect(kinds(await home.driver.order({ do: 'finish', word: 'connected' }))).toEqual(['finish']);
    return entered;
  }

  /** Ends all of it. */
  stop(): Promise<void> {
    return this.tailnet.stop();
  }
}

/** The old profile runs, nothing of ours is left beside it, and its operator is the former one. */
export async function expectBackHome({ node, oldProfile }: Home): Promise<void> {
  await until('the old profile to run', async () => {
    const [current, { BackendState }] = [await node.localApi.currentProfile(), await node.localApi.status()];
    return current.ID === oldProfile && BackendState === 'Running';
  });
  expect((await node.localApi.profiles()).map((one) => one.ID)).toEqual([oldProfile]);
  // Put back last: with it the root program is done.
  await until(
    'the former operator',
    async () => ((await node.localApi.prefs())['OperatorUser'] ?? '') === '',
  );
}
