import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tailnetPrograms, titled } from './availability.ts';
import { expectBackHome, type Home, kinds, tag, Village } from './home.ts';
import { isAlive } from './processes.ts';
import { until } from './run.ts';

const programs = await tailnetPrograms();

describe.skipIf(!programs.ok)(titled('entering the pool’s network as an ordinary user', programs), () => {
  let village: Village;

  beforeAll(async () => {
    village = await Village.start(programs.ok ? programs.value : '');
  });
  afterAll(() => village?.stop());

  async function rootEnded({ owner }: Home): Promise<void> {
    const last = owner.elevation.asked.at(-1);
    await until('the root program to end', () => last?.process === undefined || !isAlive(last.process));
  }

  it('joins with a one-off key, stays when told so, and leaves without a trace', async () => {
    const home = await village.home();
    const { owner, driver, node, oldProfile } = home;
    const ours = await village.join(home);
    await rootEnded(home);

    const sample = await driver.look(village.wanted(ours));
    expect(sample).toMatchObject({
      backend: 'running',
      active: 'ours',
      operator: true,
      authUrl: null,
      online: true,
    });
    expect(sample.tags).toEqual([tag]);
    expect(sample.server).toMatchObject({ host: 'server', address: village.serverAddress, port: 4647 });
    expect(sample.path.kind).toMatch(/direct|relayed/);
    const prefs = { ShieldsUp: true, CorpDNS: false, RouteAll: false, Hostname: 'rig' };
    expect(await node.localApi.prefs()).toMatchObject(prefs);

    // Containers wrote there as root: it goes in the same run.
    const agent = join(owner.user.home, 'agent');
    await owner.run(['mkdir', '-p', join(agent, 'alloc')]);
    await mkdir(join(agent, 'alloc', 'one'), { mode: 0o700 });
    await writeFile(join(agent, 'alloc', 'one', 'root-wrote-this'), 'x', { mode: 0o600 });
    const { url: controlUrl } = village.tailnet.headscale;
    const leaving = { oldProfile, newProfile: ours.profile, controlUrl, formerOperator: '' };
    const remove = [{ folder: join(agent, 'alloc'), under: agent }];
    expect(kinds(await driver.order({ do: 'leave', tailnet: leaving, remove }))).toEqual(['leave']);
    await expectBackHome(home);
    await rootEnded(home);
    await driver.stop();
    expect((await owner.run(['rmdir', agent])).code).toBe(0);
    expect(owner.elevation.asked).toHaveLength(2);
    expect(await owner.processes()).toEqual([]);
    expect((await owner.run(['ls', '-A', join(owner.user.home, 'tmp')])).stdout).toBe('');
  });

  it('keeps the key off every command line', async () => {
    const home = await village.home();
    const key = await village.tailnet.headscale.mintKey();
    await home.driver.order({ do: 'enter', request: village.request(key) });
    const [asked] = home.owner.elevation.asked;
    const lines = (await home.node.processes()).map((one) => one.command);
    expect(lines.some((line) => line.includes('privileged.mjs'))).toBe(true);
    expect([...lines, asked?.argv.join(' ')].join('\n')).not.toContain(key);
    expect(asked?.input).toContain(key);
    expect(asked?.uid).toBe(home.owner.user.uid);
    await home.driver.order({ do: 'finish', word: 'undo' });
    await expectBackHome(home);
    await home.driver.stop();
  });

  it('goes back to the old network when the key was used before', async () => {
    const key = await village.tailnet.headscale.mintKey();
    await village.tailnet.add('thief', { key });
    const home = await village.home();
    const lines = await home.driver.order({ do: 'enter', request: village.request(key) });
    expect(kinds(lines)).toEqual(['before', 'tailnet-key-refused']);
    expect(lines.at(-1)?.problem?.detail).toContain('authkey already used');
    await expectBackHome(home);
    await rootEnded(home);
    await home.driver.stop();
  });

  it('goes back by itself when the host is killed while its word is awaited', async () => {
    const home = await village.home();
    await village.enter(home);
    await home.driver.stop('crash');
    await expectBackHome(home);
    await rootEnded(home);
  });

  it('goes back by itself when the host is killed in the middle of signing in', async () => {
    const home = await village.home();
    home.driver.send({ do: 'enter', request: village.request(null) });
    expect((await home.driver.next()).event?.kind).toBe('before');
    expect((await home.driver.next()).event?.kind).toBe('sign-in');
    await home.driver.stop('crash');
    await expectBackHome(home);
    await rootEnded(home);
  });

  it('goes back when the key carries another tag than the invite promised', async () => {
    const home = await village.home();
    const key = await village.tailnet.headscale.mintKey({ tag: 'tag:nomad-server' });
    const lines = await home.driver.order({ do: 'enter', request: village.request(key) });
    expect(kinds(lines)).toEqual(['before', 'profile', 'tailnet-tag-missing']);
    await expectBackHome(home);
    await home.driver.stop();
  });

  it('signs in by a browser where the invite brings no key', async () => {
    const home = await village.home();
    const { headscale } = village.tailnet;
    home.driver.send({ do: 'enter', request: village.request(null) });
    expect((await home.driver.next()).event?.kind).toBe('before');
    const { event } = await home.driver.next();
    const url = event?.kind === 'sign-in' ? event.url : '';
    expect(url).toMatch(new RegExp(`^${headscale.url}/register/`));
    await headscale.approve(url, 'poolop');
    expect((await home.driver.next()).event?.kind).toBe('profile');
    expect((await home.driver.next()).event?.kind).toBe('running');
    expect((await home.driver.next()).waiting).toBe(true);
    expect((await home.node.localApi.status()).Self.Tags).toEqual([tag]);
    await home.driver.order({ do: 'finish', word: 'undo' });
    await expectBackHome(home);
    await home.driver.stop();
  });

  it('changes nothing when the owner closes the prompt', async () => {
    const home = await village.home();
    home.owner.elevation.refuses = true;
    const key = await village.tailnet.headscale.mintKey();
    const lines = await home.driver.order({ do: 'enter', request: village.request(key) });
    expect(kinds(lines)).toEqual(['administrator-refused']);
    expect(home.owner.elevation.asked[0]?.input).toBe('');
    await expectBackHome(home);
    await home.driver.stop();
  });

  it('stops before anything changes when the owner already uses the pool’s control server', async () => {
    const home = await village.home();
    const request = village.request('hskey-any', { controlUrl: village.own.url });
    const lines = await home.driver.order({ do: 'enter', request });
    expect(kinds(lines)).toEqual(['control-server-in-use']);
    await expectBackHome(home);
    await home.driver.stop();
  });

  it('leaves a computer that had no network of its own as empty as it was', async () => {
    const home = await village.bareHome();
    const ours = await village.join(home);
    const { url: controlUrl } = village.tailnet.headscale;
    const leaving = { oldProfile: null, newProfile: ours.profile, controlUrl, formerOperator: '' };
    const lines = await home.driver.order({ do: 'leave', tailnet: leaving, remove: [] });
    expect(kinds(lines)).toEqual(['leave']);
    expect(await home.node.localApi.profiles()).toEqual([]);
    expect((await home.node.localApi.status()).BackendState).toBe('NeedsLogin');
    await home.driver.stop();
  });

  it('asks nobody where root itself shares', async () => {
    const home = await village.home({ root: true });
    const ours = await village.join(home, { operator: 'root' });
    expect(await home.driver.look(village.wanted(ours))).toMatchObject({
      active: 'ours',
      backend: 'running',
    });
    const { url: controlUrl } = village.tailnet.headscale;
    const leaving = { oldProfile: home.oldProfile, newProfile: ours.profile, controlUrl, formerOperator: '' };
    await home.driver.order({ do: 'leave', tailnet: leaving, remove: [] });
    await expectBackHome(home);
    expect(home.owner.elevation.asked).toEqual([]);
    await home.driver.stop();
  });
});
