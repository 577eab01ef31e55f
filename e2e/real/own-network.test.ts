import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nomadProgram, tailnetPrograms, titled } from './availability.ts';
import { dockerAvailable, startDocker, testImage, type DockerEngine } from './docker.ts';
import type { Headscale } from './headscale.ts';
import { batchJob, startPool, type Pool } from './pool.ts';
import { isAlive } from './processes.ts';
import { until } from './run.ts';
import { Sharer } from './sharer.ts';
import { startTailnet, type Tailnet } from './tailnet.ts';

const programs = await tailnetPrograms();
const nomad = nomadProgram();
const docker = await dockerAvailable();
const here = programs.ok && nomad.ok && docker.ok;

/** One owner between two networks, told in order: each test goes on where the last one ended. */
describe.skipIf(!here)(
  titled('the own network and the pool’s, as an ordinary user', programs, nomad, docker),
  () => {
    let tailnet: Tailnet;
    let pool: Pool;
    let own: Headscale;
    let engine: DockerEngine;
    let sharer: Sharer;
    let oldProfile: string;

    beforeAll(async () => {
      engine = await startDocker();
      tailnet = await startTailnet(programs.ok ? programs.value : '');
      pool = await startPool(tailnet, nomad.ok ? nomad.value : '');
      own = await tailnet.ownNetwork();
      await own.addUser('alice');
      const node = await tailnet.add('rig');
      await node.signIn({ key: await own.mintKey({ user: 'alice' }), controlUrl: own.url });
      oldProfile = (await node.localApi.currentProfile()).ID;
      sharer = await Sharer.at(node, engine.group);
    });
    afterAll(async () => {
      await tailnet?.stop();
      await engine?.stop();
    });

    const invite = async (authKey: string | null): Promise<string> =>
      sharer.invite({
        rigshare: 1,
        pool: { id: 'uni', name: 'Uni pool', operator: 'Wei', contact: 'wei@uni.example', prices: null },
        tailnet: { controlUrl: tailnet.headscale.url, authKey, tag: 'tag:nomad-client' },
        nomad: { nodeName: 'rig', nodePool: 'contrib', servers: [{ host: 'server' }] },
      });
    const current = async () => (await sharer.node.localApi.currentProfile()).ID;
    const prompts = () => sharer.owner.elevation.asked.length;

    it('refuses to join from a session that came over the network it would leave, and changes nothing', async () => {
      const path = await invite(await tailnet.headscale.mintKey());
      const from = (await sharer.node.address()).replace(/\d+$/, '77');
      const session = { env: { SSH_CONNECTION: `${from} 50022 100.64.0.2 22` } };
      const { code, stderr } = await sharer.rigshareWith(session, 'join', '--accept', path);
      expect([code, stderr]).toEqual([1, expect.stringContaining('session-over-tailnet')]);
      expect(stderr).toContain('--i-will-lose-this-session');
      expect([await current(), prompts()]).toEqual([oldProfile, 0]);
    });

    it('joins all the same where the owner says so, by a browser that shows the page as a code', async () => {
      const path = await invite(null);
      const session = { env: { SSH_CONNECTION: '100.64.0.77 50022 100.64.0.2 22' } };
      const words = ['join', '--accept', '--no-wait', '--i-will-lose-this-session', path];
      expect((await sharer.rigshareWith(session, ...words)).code).toBe(0);
      const state = await sharer.until(
        'the page',
        ({ node }) => node.kind === 'joining' && node.signInUrl !== null,
      );
      const url = state.node.kind === 'joining' ? (state.node.signInUrl ?? '') : '';
      expect(url.startsWith(`${tailnet.headscale.url}/register/`)).toBe(true);
      expect(state.node).toMatchObject({ personUntil: expect.any(Number) });
    });

    it('is as before when the sign-in is cancelled, and can be tried again', async () => {
      await sharer.did('cancel');
      await until('the old profile', async () => (await current()) === oldProfile);
      const state = await sharer.until('the way on', (s) => JSON.stringify(s).includes('sign-in-cancelled'));
      expect(state.pool?.id).toBe('uni');
      expect((await sharer.node.localApi.profiles()).map((one) => one.ID)).toEqual([oldProfile]);
      await sharer.did('retry');
      const again = await sharer.until(
        'a page',
        ({ node }) => node.kind === 'joining' && node.signInUrl !== null,
      );
      const url = again.node.kind === 'joining' ? (again.node.signInUrl ?? '') : '';
      await tailnet.headscale.approve(url, 'poolop');
      await sharer.until('sharing', (s) => s.node.kind === 'sharing', 90_000);
    });

    it('goes to the own network in a pause without a prompt, and stays there over a restart of the host', async () => {
      await pool.submit(
        batchJob({ id: 'first', image: testImage, script: 'trap "exit 0" TERM; sleep 600 & wait' }),
      );
      const { work } = await sharer.until('the job', (s) => s.work.some((w) => w.state === 'running'));
      const before = prompts();
      await sharer.did('tailnet', 'mine');
      expect(await current()).toBe(oldProfile);
      const ours = (await engine.containers()).filter(
        (c) => c.Labels['com.hashicorp.nomad.alloc_id'] === work[0]?.id,
      );
      expect(ours.filter((c) => c.State === 'running')).toEqual([]);
      expect((await sharer.status()).node.kind).toBe('paused');
      const host = await sharer.host();
      process.kill(host.pid, 'SIGKILL');
      await until('the host to be gone', () => !isAlive(host));
      sharer.start();
      await until('the next host', async () => (await sharer.rigshare('status')).code === 0);
      const state = await sharer.until('the pause again', (s) => s.node.kind === 'paused');
      expect(state.ownNetwork).toMatchObject({ wanted: true, there: true });
      expect([await current(), prompts()]).toEqual([oldProfile, before]);
      await pool.purge('first');
    });

    it('comes back and shares again, without a prompt', async () => {
      const before = prompts();
      await sharer.did('tailnet', 'pool');
      await sharer.until('sharing', (s) => s.node.kind === 'sharing', 90_000);
      expect(await current()).not.toBe(oldProfile);
      expect(prompts()).toBe(before);
    });

    it('comes in again by a fresh invite of the same pool after the pool removed it, and keeps its node', async () => {
      const id = (await pool.nodes()).find((one) => one.Name === 'rig')!.ID;
      const { ID: inTailnet } = (await sharer.node.localApi.status()).Self;
      await tailnet.headscale.expireNode(inTailnet);
      await sharer.until('the sign-out', (s) => JSON.stringify(s).includes('tailnet-key-expired'));
      await tailnet.headscale.deleteNode(inTailnet);
      const before = prompts();
      await sharer.did('join', '--accept', '--no-wait', await invite(await tailnet.headscale.mintKey()));
      await sharer.until('sharing', (s) => s.node.kind === 'sharing', 90_000);
      expect(prompts()).toBe(before + 1);
      expect((await sharer.node.localApi.profiles()).map((one) => one.ID)).toHaveLength(2);
      const nodes = (await pool.nodes()).filter((one) => one.Name === 'rig');
      expect(nodes.map((one) => one.ID)).toEqual([id]);
    });

    it('leaves, and the own network is there without a new sign-in', async () => {
      await sharer.did('leave');
      expect(await current()).toBe(oldProfile);
      expect((await sharer.node.localApi.profiles()).map((one) => one.ID)).toEqual([oldProfile]);
      await until(
        'the own network',
        async () => (await sharer.node.localApi.status()).BackendState === 'Running',
      );
      await sharer.did('stop');
    });
  },
);
