import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTailnet } from '../../host/adapters/tailscale/tailnet.ts';
import { createWorld } from '../../host/adapters/world/index.ts';
import { tailnetPrograms, titled } from './availability.ts';
import { kinds, Village } from './home.ts';
import { until } from './run.ts';

const programs = await tailnetPrograms();

describe.skipIf(!programs.ok)(titled('seeing the pool’s network as an ordinary user', programs), () => {
  let village: Village;

  beforeAll(async () => {
    village = await Village.start(programs.ok ? programs.value : '');
  });
  afterAll(() => village?.stop());

  it('sees a computer that the pool removed as not connected although it still says running', async () => {
    const home = await village.home();
    const ours = await village.join(home);
    expect((await home.driver.look(village.wanted(ours))).server).not.toBeNull();
    await village.tailnet.headscale.deleteNode(ours.nodeId);
    const sample = await until('the server to be out of reach', async () => {
      const now = await home.driver.look(village.wanted(ours));
      return now.server === null && now;
    });
    expect(sample.backend).toBe('running');
    await home.driver.stop();
  });

  it('sees an expired key, and that all is well once the pool took that back', async () => {
    const home = await village.home();
    const ours = await village.join(home);
    const { headscale } = village.tailnet;
    await headscale.expireNode(ours.nodeId);
    const expired = await until('the expiry', async () => {
      const now = await home.driver.look(village.wanted(ours));
      return now.keyExpired && now;
    });
    expect(expired).toMatchObject({ backend: 'needs-login', active: 'ours', server: null });
    await headscale.unexpireNode(ours.nodeId);
    const well = await until('the network', async () => {
      const now = await home.driver.look(village.wanted(ours));
      return now.server !== null && now;
    });
    expect(well).toMatchObject({ backend: 'running', keyExpired: false });
    await home.driver.stop();
  });

  it('sees that tags are gone', async () => {
    const home = await village.home();
    const ours = await village.join(home);
    await village.tailnet.headscale.setTags(ours.nodeId, 'tag:nomad-server');
    const sample = await until('other tags', async () => {
      const now = await home.driver.look(village.wanted(ours));
      return now.tags.join('') === 'tag:nomad-server' && now;
    });
    expect(sample.backend).toBe('running');
    await home.driver.stop();
  });

  it('lets the owner go to their own network and back without root', async () => {
    const home = await village.home();
    const { driver, oldProfile, owner } = home;
    const ours = await village.join(home);
    expect(kinds(await driver.order({ do: 'switch', profile: oldProfile }))).toEqual(['switch']);
    expect(await driver.look(village.wanted(ours))).toMatchObject({ active: 'other', server: null });
    expect(kinds(await driver.order({ do: 'switch', profile: ours.profile }))).toEqual(['switch']);
    await until('the pool’s network', async () => (await driver.look(village.wanted(ours))).server !== null);
    expect(kinds(await driver.order({ do: 'switch', profile: 'off' }))).toEqual(['switch']);
    expect(await driver.look(village.wanted(ours))).toMatchObject({ active: 'ours', backend: 'stopped' });
    expect(owner.elevation.asked).toHaveLength(1);
    await driver.stop();
  });

  it('is woken by the daemon’s bus, also after the daemon was restarted', async () => {
    const { node, driver } = await village.home();
    const tailscaledSocket = (): string => node.socket;
    const world = createWorld({ tailscaledSocket, engineSocket: () => null, env: process.env });
    const stop = new AbortController();
    let changes = 0;
    createTailnet(world).watch(() => (changes += 1), stop.signal);
    const quiet = async (): Promise<number> => {
      for (let before = -1; before !== changes;) {
        before = changes;
        await new Promise((resolve) => setTimeout(resolve, 1_500));
      }
      return changes;
    };
    const before = await quiet();
    await node.cli('down');
    await until('a change', () => changes > before);
    await node.stop();
    await node.start();
    const restarted = await quiet();
    await node.cli(
      'up',
      '--accept-dns=false',
      `--login-server=${village.own.url}`,
      `--hostname=${node.name}`,
    );
    await until('a change after the restart', () => changes > restarted);
    stop.abort();
    await driver.stop();
  });

  it('tells a daemon that ended from one that was killed and from one that is back', async () => {
    const { node, driver } = await village.home();
    const codeNow = async (): Promise<string> => {
      const [line] = await driver.order({ do: 'look', wanted: null });
      return line?.fact?.known === true ? line.fact.value.backend : (line?.fact?.problem?.code ?? '?');
    };
    await node.stop({ hard: true });
    expect(await codeNow()).toBe('tailscale-stopped');
    await node.start();
    await until('the daemon to run', async () => (await codeNow()) === 'running');
    await node.stop();
    // Nothing of that name is installed on this computer.
    expect(await codeNow()).toMatch(/tailscale-(missing|stopped)/);
    await driver.stop();
  });
});
