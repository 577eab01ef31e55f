import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oldTailscaled, tailnetPrograms, titled } from './availability.ts';
import { expectBackHome, type Home, kinds, tag, Village } from './home.ts';
import { until } from './run.ts';

const programs = await tailnetPrograms();
const old = await oldTailscaled();

describe.skipIf(!programs.ok)(titled('signing in, again and with what is old', programs), () => {
  let village: Village;

  beforeAll(async () => {
    village = await Village.start(programs.ok ? programs.value : '');
  });
  afterAll(() => village?.stop());

  const leaving = ({ oldProfile }: Home, newProfile: string) => ({
    do: 'leave' as const,
    tailnet: {
      oldProfile,
      newProfile,
      controlUrl: village.tailnet.headscale.url,
      formerOperator: '',
    },
    remove: [],
  });

  it('goes back to the old network when the key has expired', async () => {
    const home = await village.home();
    const key = await village.tailnet.headscale.mintKey({ lifetime: '1s' });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const lines = await home.driver.order({ do: 'enter', request: village.request(key) });
    expect(kinds(lines)).toEqual(['before', 'tailnet-key-refused']);
    expect(lines.at(-1)?.problem?.detail).toMatch(/expired/i);
    await expectBackHome(home);
    await home.driver.stop();
  });

  it('comes in again with a fresh key after the pool signed it out and removed it, in the place of the dead profile', async () => {
    const home = await village.home();
    const { driver, node, oldProfile, owner } = home;
    const { headscale } = village.tailnet;
    const dead = await village.join(home);
    await headscale.expireNode(dead.nodeId);
    await until('the sign-out', async () => (await driver.look(village.wanted(dead))).keyExpired);
    await headscale.deleteNode(dead.nodeId);
    const again = { replaces: dead.profile };
    const ours = await village.join(home, again);
    expect(await driver.look(village.wanted(ours))).toMatchObject({
      active: 'ours',
      backend: 'running',
      tags: [tag],
      keyExpired: false,
    });
    const profiles = (await node.localApi.profiles()).map((one) => one.ID);
    expect(profiles.toSorted()).toEqual([...new Set([oldProfile, ours.profile])].toSorted());
    // Each time one prompt, and the owner's own sign-in is there all the while.
    expect(owner.elevation.asked).toHaveLength(2);
    expect(kinds(await driver.order(leaving(home, ours.profile)))).toEqual(['leave']);
    await expectBackHome(home);
    await driver.stop();
  });

  it('stays with the dead profile and the own network where the fresh key is refused', async () => {
    const home = await village.home();
    const { driver, node, oldProfile } = home;
    const dead = await village.join(home);
    await village.tailnet.headscale.expireNode(dead.nodeId);
    await until('the sign-out', async () => (await driver.look(village.wanted(dead))).keyExpired);
    const spent = await village.tailnet.headscale.mintKey({ lifetime: '1s' });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const request = village.request(spent, { replaces: dead.profile });
    expect(kinds(await driver.order({ do: 'enter', request })).at(-1)).toBe('tailnet-key-refused');
    const profiles = (await node.localApi.profiles()).map((one) => one.ID);
    expect(profiles.toSorted()).toEqual([oldProfile, dead.profile].toSorted());
    expect((await node.localApi.currentProfile()).ID).toBe(dead.profile);
    await driver.order(leaving(home, dead.profile));
    await expectBackHome(home);
    await driver.stop();
  });

  it('installs nothing and asks no second time where everything is there', async () => {
    const home = await village.home();
    const key = await village.tailnet.headscale.mintKey();
    const request = village.request(key, { installs: ['tailscale-start'] });
    const lines = await home.driver.order({ do: 'enter', request });
    expect(kinds(lines)).toEqual(['installing', 'before', 'profile', 'running', 'waiting']);
    await home.driver.order({ do: 'finish', word: 'undo' });
    await expectBackHome(home);
    expect(home.owner.elevation.asked).toHaveLength(1);
    await home.driver.stop();
  });

  it('says what the own network is called and used for before it is left', async () => {
    const home = await village.home();
    await home.node.cli('set', '--advertise-routes=192.168.77.0/24', '--advertise-exit-node');
    await home.node.cli('serve', '--bg', '--tcp=8443', 'tcp://127.0.0.1:80');
    const sample = await home.driver.look(village.wanted());
    expect(sample).toMatchObject({
      active: 'other',
      network: expect.any(String),
      uses: {
        routes: ['192.168.77.0/24'],
        exitNodeOffered: true,
        exitNodeUsed: null,
        serve: true,
        funnel: false,
        ssh: false,
      },
    });
    await home.driver.stop();
  });

  it.skipIf(!old.ok)(titled('comes in and goes back with an older tailscaled', old), async () => {
    const home = await village.home({ programs: old.ok ? old.value : '' });
    const ours = await village.join(home);
    const sample = await home.driver.look(village.wanted(ours));
    expect(sample).toMatchObject({ version: '1.80.3', active: 'ours', backend: 'running', tags: [tag] });
    expect(sample.server).not.toBeNull();
    expect(kinds(await home.driver.order({ do: 'switch', profile: home.oldProfile }))).toEqual(['switch']);
    expect(await home.driver.look(village.wanted(ours))).toMatchObject({ active: 'other' });
    expect(kinds(await home.driver.order({ do: 'switch', profile: ours.profile }))).toEqual(['switch']);
    await home.driver.order(leaving(home, ours.profile));
    await expectBackHome(home);
    await home.driver.stop();
  });
});
