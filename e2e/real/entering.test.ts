import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EnterTailnet, TailnetWanted } from '../../host/core/ports/tailnet.ts';
import { tailnetPrograms, titled } from './availability.ts';
import { bundle, type Bundles, Driver, type Line } from './drive.ts';
import type { Headscale } from './headscale.ts';
import { isAlive } from './processes.ts';
import { Owner } from './owner.ts';
import { until } from './run.ts';
import { startTailnet, type Tailnet } from './tailnet.ts';

const programs = await tailnetPrograms();
const tag = 'tag:nomad-client';

/** An owner at home: signed in to a network of their own before we come. */
interface Home {
  readonly owner: Owner;
  readonly oldProfile: string;
  readonly driver: Driver;
}

const kinds = (lines: readonly Line[]): string[] =>
  lines.map(
    (line) => line.event?.kind ?? line.problem?.code ?? line.done ?? (line.waiting ? 'waiting' : '?'),
  );

describe.skipIf(!programs.ok)(titled('entering the pool’s network as an ordinary user', programs), () => {
  let tailnet: Tailnet;
  let own: Headscale;
  let bundles: Bundles;
  let serverAddress: string;
  let homes = 0;

  beforeAll(async () => {
    tailnet = await startTailnet(programs.ok ? programs.value : '');
    bundles = await bundle(tailnet.network.folder);
    own = await tailnet.ownNetwork();
    await own.addUser('alice');
    serverAddress = await tailnet.server.address();
    const listen = `require('node:net').createServer((s) => s.end()).listen(4647, '${serverAddress}')`;
    tailnet.server.spawn([process.execPath, '-e', listen], `${tailnet.network.folder}/listener.log`);
  });
  afterAll(() => tailnet?.stop());

  async function atHome(): Promise<Home> {
    const node = await tailnet.add(`home${(homes += 1)}`);
    await node.signIn({ key: await own.mintKey({ user: 'alice' }), controlUrl: own.url });
    const owner = await Owner.of(node);
    return {
      owner,
      oldProfile: (await node.localApi.currentProfile()).ID,
      driver: new Driver(owner, bundles),
    };
  }

  const request = (authKey: string | null, over: Partial<EnterTailnet> = {}): EnterTailnet => ({
    controlUrl: tailnet.headscale.url,
    tag,
    authKey,
    hostname: 'rig',
    shieldsUp: true,
    operator: 'owner',
    ...over,
  });

  const wanted = (ours: TailnetWanted['ours'] = null): TailnetWanted => ({
    controlUrl: tailnet.headscale.url,
    tag,
    servers: [{ host: 'server', port: 4647 }],
    ours,
  });

  async function enter({ driver }: Home, key: string | null): Promise<{ profile: string; nodeId: string }> {
    const lines = await driver.order({ do: 'enter', request: request(key) });
    expect(kinds(lines), JSON.stringify(lines.at(-1))).toEqual(['before', 'profile', 'running', 'waiting']);
    const [, profile, running] = lines;
    return {
      profile: profile?.event?.kind === 'profile' ? profile.event.newProfile : '',
      nodeId: running?.event?.kind === 'running' ? running.event.nodeId : '',
    };
  }

  async function backAtHome({ owner, oldProfile }: Home): Promise<void> {
    const { localApi } = owner.node;
    await until('the old profile to run', async () => {
      const [current, { BackendState }] = [await localApi.currentProfile(), await localApi.status()];
      return current.ID === oldProfile && BackendState === 'Running';
    });
    expect((await localApi.profiles()).map((one) => one.ID)).toEqual([oldProfile]);
    expect((await localApi.prefs())['OperatorUser'] ?? '').toBe('');
  }

  async function rootEnded({ owner }: Home): Promise<void> {
    const last = owner.elevation.asked.at(-1);
    await until('the root program to end', () => last?.process === undefined || !isAlive(last.process));
  }

  it('joins with a one-off key, stays when told so, and leaves without a trace', async () => {
    const home = await atHome();
    const { owner, driver, oldProfile } = home;
    const key = await tailnet.headscale.mintKey();
    const ours = await enter(home, key);
    expect(kinds(await driver.order({ do: 'finish', word: 'connected' }))).toEqual(['finish']);
    await rootEnded(home);

    const sample = await driver.look(wanted(ours));
    expect(sample).toMatchObject({
      backend: 'running',
      active: 'ours',
      operator: true,
      authUrl: null,
      online: true,
    });
    expect(sample.tags).toEqual([tag]);
    expect(sample.server).toMatchObject({ host: 'server', address: serverAddress, port: 4647 });
    expect(sample.path.kind).toMatch(/direct|relayed/);
    expect(await owner.node.localApi.prefs()).toMatchObject({
      ShieldsUp: true,
      CorpDNS: false,
      RouteAll: false,
      Hostname: 'rig',
    });

    const [asked] = owner.elevation.asked;
    expect(owner.elevation.asked).toHaveLength(1);
    expect(asked?.argv.join(' ')).not.toContain(key);
    expect(asked?.input).toContain(key);
    expect(asked?.uid).toBe(owner.user.uid);

    const tailnetToLeave = {
      oldProfile,
      newProfile: ours.profile,
      controlUrl: tailnet.headscale.url,
      formerOperator: '',
    };
    expect(kinds(await driver.order({ do: 'leave', tailnet: tailnetToLeave, remove: [] }))).toEqual([
      'leave',
    ]);
    await backAtHome(home);
    await rootEnded(home);
    await driver.stop();
    expect(await owner.processes()).toEqual([]);
    expect((await owner.run(['ls', '-A', `${owner.user.home}/tmp`])).stdout).toBe('');
  });

  it('goes back to the old network when the key was used before', async () => {
    const key = await tailnet.headscale.mintKey();
    await tailnet.add(`thief${homes}`, { key });
    const home = await atHome();
    const lines = await home.driver.order({ do: 'enter', request: request(key) });
    expect(kinds(lines)).toEqual(['before', 'tailnet-key-refused']);
    expect(lines.at(-1)?.problem?.detail).toContain('authkey already used');
    await backAtHome(home);
    await rootEnded(home);
    await home.driver.stop();
  });

  it('goes back by itself when the host is killed while its word is awaited', async () => {
    const home = await atHome();
    await enter(home, await tailnet.headscale.mintKey());
    await home.driver.stop('crash');
    await backAtHome(home);
    await rootEnded(home);
  });

  it('goes back by itself when the host is killed in the middle of signing in', async () => {
    const home = await atHome();
    home.driver.send({ do: 'enter', request: request(null) });
    expect((await home.driver.next()).event?.kind).toBe('before');
    expect((await home.driver.next()).event?.kind).toBe('sign-in');
    await home.driver.stop('crash');
    await backAtHome(home);
    await rootEnded(home);
  });

  it('goes back when the host says undo', async () => {
    const home = await atHome();
    await enter(home, await tailnet.headscale.mintKey());
    expect(kinds(await home.driver.order({ do: 'finish', word: 'undo' }))).toEqual(['finish']);
    await backAtHome(home);
    await home.driver.stop();
  });

  it('goes back when the key carries another tag than the invite promised', async () => {
    const home = await atHome();
    const key = await tailnet.headscale.mintKey({ tag: 'tag:nomad-server' });
    const lines = await home.driver.order({ do: 'enter', request: request(key) });
    expect(kinds(lines)).toEqual(['before', 'profile', 'tailnet-tag-missing']);
    await backAtHome(home);
    await home.driver.stop();
  });

  it('signs in by a browser where the invite brings no key', async () => {
    const home = await atHome();
    home.driver.send({ do: 'enter', request: request(null) });
    expect((await home.driver.next()).event?.kind).toBe('before');
    const { event } = await home.driver.next();
    const url = event?.kind === 'sign-in' ? event.url : '';
    expect(url).toMatch(new RegExp(`^${tailnet.headscale.url}/register/`));
    await tailnet.headscale.approve(url, 'poolop');
    expect((await home.driver.next()).event?.kind).toBe('profile');
    expect((await home.driver.next()).event?.kind).toBe('running');
    expect((await home.driver.next()).waiting).toBe(true);
    expect((await home.owner.node.localApi.status()).Self.Tags).toEqual([tag]);
    await home.driver.order({ do: 'finish', word: 'undo' });
    await backAtHome(home);
    await home.driver.stop();
  });

  it('changes nothing when the owner closes the prompt', async () => {
    const home = await atHome();
    home.owner.elevation.refuses = true;
    const lines = await home.driver.order({
      do: 'enter',
      request: request(await tailnet.headscale.mintKey()),
    });
    expect(kinds(lines)).toEqual(['administrator-refused']);
    expect(home.owner.elevation.asked[0]?.input).toBe('');
    await backAtHome(home);
    await home.driver.stop();
  });

  it('stops before anything changes when the owner already uses the pool’s control server', async () => {
    const home = await atHome();
    const lines = await home.driver.order({
      do: 'enter',
      request: request('hskey-any', { controlUrl: own.url }),
    });
    expect(kinds(lines)).toEqual(['control-server-in-use']);
    await backAtHome(home);
    await home.driver.stop();
  });

  it('sees a computer that the pool removed as not connected although it still says running', async () => {
    const home = await atHome();
    const ours = await enter(home, await tailnet.headscale.mintKey());
    await home.driver.order({ do: 'finish', word: 'connected' });
    expect((await home.driver.look(wanted(ours))).server).not.toBeNull();
    await tailnet.headscale.deleteNode(ours.nodeId);
    const sample = await until('the server to be out of reach', async () => {
      const now = await home.driver.look(wanted(ours));
      return now.server === null && now;
    });
    expect(sample.backend).toBe('running');
    await home.driver.stop();
  });

  it('lets the owner go to their own network and back without root', async () => {
    const home = await atHome();
    const { driver, oldProfile, owner } = home;
    const ours = await enter(home, await tailnet.headscale.mintKey());
    await driver.order({ do: 'finish', word: 'connected' });
    expect(kinds(await driver.order({ do: 'switch', profile: oldProfile }))).toEqual(['switch']);
    expect(await driver.look(wanted(ours))).toMatchObject({ active: 'other', server: null });
    expect(kinds(await driver.order({ do: 'switch', profile: ours.profile }))).toEqual(['switch']);
    await until('the pool’s network', async () => (await driver.look(wanted(ours))).server !== null);
    expect(kinds(await driver.order({ do: 'switch', profile: 'off' }))).toEqual(['switch']);
    expect(await driver.look(wanted(ours))).toMatchObject({ active: 'ours', backend: 'stopped' });
    expect(owner.elevation.asked).toHaveLength(1);
    await driver.stop();
  });

  it('leaves a computer that had no network of its own as empty as it was', async () => {
    const node = await tailnet.add('bare');
    const owner = await Owner.of(node);
    const home: Home = { owner, oldProfile: '', driver: new Driver(owner, bundles) };
    const ours = await enter(home, await tailnet.headscale.mintKey());
    await home.driver.order({ do: 'finish', word: 'connected' });
    const leaving = {
      oldProfile: null,
      newProfile: ours.profile,
      controlUrl: tailnet.headscale.url,
      formerOperator: '',
    };
    expect(kinds(await home.driver.order({ do: 'leave', tailnet: leaving, remove: [] }))).toEqual(['leave']);
    expect(await node.localApi.profiles()).toEqual([]);
    expect((await node.localApi.status()).BackendState).toBe('NeedsLogin');
    await home.driver.stop();
  });
});
