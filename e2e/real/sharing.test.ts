import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Configuration } from '../../contract/configuration.ts';
import { dockerAvailable, startDocker, testImage, type DockerEngine } from './docker.ts';
import { nomadProgram, tailnetPrograms, titled } from './availability.ts';
import { batchJob, startPool, type Pool } from './pool.ts';
import { isAlive } from './processes.ts';
import { until } from './run.ts';
import { Sharer } from './sharer.ts';
import { startTailnet, type Tailnet } from './tailnet.ts';

const programs = await tailnetPrograms();
const nomad = nomadProgram();
const docker = await dockerAvailable();
const here = programs.ok && nomad.ok && docker.ok;

const label = 'com.hashicorp.nomad.alloc_id';

/** Runs until it gets its signal, and ends at it. */
const untilTold = 'trap "exit 0" TERM; sleep 600 & wait';

/** One owner's life with a real pool, told in order: each test goes on where the last one ended. */
describe.skipIf(!here)(
  titled('sharing with a real pool, as an ordinary user', programs, nomad, docker),
  () => {
    let tailnet: Tailnet;
    let pool: Pool;
    let engine: DockerEngine;
    let sharer: Sharer;
    let oldProfile: string;
    let invitePath: string;

    beforeAll(async () => {
      engine = await startDocker();
      tailnet = await startTailnet(programs.ok ? programs.value : '');
      pool = await startPool(tailnet, nomad.ok ? nomad.value : '');
      const own = await tailnet.ownNetwork();
      await own.addUser('alice');
      const node = await tailnet.add('rig');
      await node.signIn({ key: await own.mintKey({ user: 'alice' }), controlUrl: own.url });
      oldProfile = (await node.localApi.currentProfile()).ID;
      sharer = await Sharer.at(node, engine.group);
      invitePath = await sharer.invite({
        rigshare: 1,
        pool: {
          id: 'uni',
          name: 'Uni pool',
          operator: 'Wei',
          contact: 'wei@uni.example',
          prices: { currency: 'EUR', perGpuHour: { default: 300_000 } },
        },
        tailnet: {
          controlUrl: tailnet.headscale.url,
          authKey: await tailnet.headscale.mintKey(),
          tag: 'tag:nomad-client',
        },
        nomad: {
          nodeName: 'rig',
          nodePool: 'contrib',
          servers: [{ host: 'server' }],
          minimumVersion: '2.0.4',
          ownersMayReadLogs: true,
        },
      });
    });
    afterAll(async () => {
      await tailnet?.stop();
      await engine?.stop();
    });

    const ourNode = async () => (await pool.nodes()).find((n) => n.Name === 'rig')!;
    const running = async (job: string) =>
      (await pool.allocations(job)).find((a) => a.ClientStatus === 'running');
    const ours = async () => (await ourNode()).ID;
    const isOpen = async () => (await ourNode()).SchedulingEligibility === 'eligible';

    it('looks before it leaps: a check changes nothing and names every host and port', async () => {
      const { stdout, code } = await sharer.rigshare('join', '--check', invitePath);
      expect(code, stdout).toBe(0);
      expect(stdout).toContain('Uni pool');
      expect(stdout).toContain('4647');
      expect((await sharer.node.localApi.profiles()).map((p) => p.ID)).toEqual([oldProfile]);
      expect(sharer.owner.elevation.asked).toEqual([]);
    });

    it('joins unattended with one question to the administrator, and is opened', async () => {
      await sharer.did('join', '--accept', invitePath);
      const state = await sharer.until('sharing', (s) => s.node.kind === 'sharing');
      expect(state.tailnet).toMatchObject({ connected: true });
      expect(sharer.owner.elevation.asked).toHaveLength(1);
      expect(await isOpen()).toBe(true);
      const { Meta } = await pool.request<{ Meta: Record<string, string> }>(
        'GET',
        `/v1/node/${await ours()}`,
      );
      const address = state.tailnet?.address ?? '';
      expect(Meta).toMatchObject({
        'tailscale-ip': address,
        'unique.tailscale-ip': address,
        region: 'global',
        'gpu-type': 'nvidia-geforce-rtx-4090',
        'gpu-count': '1',
      });
      expect((await sharer.owner.processes()).filter((p) => p.command.includes('nomad agent'))).toHaveLength(
        1,
      );
    });

    it('runs a job and shows it', async () => {
      await pool.submit(batchJob({ id: 'first', image: testImage, script: untilTold }));
      const state = await sharer.until('the job', (s) => s.work.some((w) => w.state === 'running'));
      expect(state.work).toMatchObject([{ job: 'first', type: 'batch' }]);
      expect(await sharer.did('work')).toContain('first');
      expect(state.work[0]!.id).toBe((await running('first'))!.ID);
    });

    it('stops a job that asks for the machine’s network, and says so', async () => {
      const job = batchJob({
        id: 'nosy',
        image: testImage,
        script: untilTold,
        config: { network_mode: 'host' },
      });
      await pool.submit(job);
      const state = await sharer.until('the notice', (s) =>
        s.notices.some(({ code, detail }) => code === 'job-hostile' && detail === 'nosy: network (host)'),
      );
      expect(state.engine).toMatchObject({ kind: 'docker', rights: 'group', watched: true, ended: 1 });
      expect(state.node.kind).toBe('sharing');
      const nosy = await until('its end', async () =>
        (await pool.allocations('nosy')).find((a) => a.ClientStatus === 'failed'),
      );
      expect(
        (await engine.containers()).filter((c) => c.Labels[label] === nosy.ID && c.State === 'running'),
      ).toEqual([]);
      await pool.purge('nosy');
    });

    it('follows what a job writes to its last words, and shows what the agent writes and is set to', async () => {
      const script = 'for n in 1 2 3; do echo "step $n"; echo "warning $n" >&2; sleep 1; done; echo done';
      await pool.submit(batchJob({ id: 'talks', image: testImage, script, gpu: false }));
      await sharer.until('the job that talks', (s) => s.work.some((w) => w.job === 'talks'));
      expect(await sharer.did('logs', 'talks', '-f')).toBe('step 1\nstep 2\nstep 3\ndone\n');
      expect(await sharer.did('logs', 'talks', '--stderr', '-n', '1')).toBe('warning 3\n');
      expect(await sharer.did('logs', '--agent', '-n', '200')).toContain('node registration complete');
      const settings = await sharer.did('config', '--json');
      expect(settings).not.toContain(sharer.home);
      const { lines, pending } = JSON.parse(settings) as Configuration;
      expect(pending).toBeNull();
      expect(lines).toContainEqual({ key: 'plugin.docker.config.allow_privileged', value: 'false' });
      await pool.purge('talks');
    });

    it('loses no job when its host is killed: the next one finds it running', async () => {
      const before = (await sharer.status()).work[0]!.id;
      const containers = (await engine.containers()).map((c) => c.Id);
      const host = await sharer.host();
      process.kill(host.pid, 'SIGKILL');
      await until('the host to be gone', () => !isAlive(host));
      const { code, stderr } = await sharer.rigshare('status');
      expect(code, stderr).toBe(3);
      expect((await engine.containers()).map((c) => c.Id)).toEqual(containers);
      sharer.start();
      await until('the next host', async () => (await sharer.rigshare('status')).code === 0);
      const state = await sharer.until(
        'the job again',
        (s) => s.work.length > 0 && s.node.kind === 'sharing',
      );
      expect(state.work).toMatchObject([{ id: before, state: 'running' }]);
      expect(state.node.kind).toBe('sharing');
    });

    it('loses no job when its agent is killed: a new one takes the running container over', async () => {
      const before = (await sharer.status()).work[0]!.id;
      const containers = (await engine.containers()).map((c) => `${c.Id} ${c.State}`);
      const agent = (await sharer.owner.processes()).find((p) => p.command.includes('nomad agent'))!;
      process.kill(agent.pid, 'SIGKILL');
      await until('another agent', async () =>
        (await sharer.owner.processes()).some(
          (p) => p.command.includes('nomad agent') && p.pid !== agent.pid,
        ),
      );
      const state = await sharer.until(
        'the job again',
        (s) => s.node.kind === 'sharing' && s.work.some((w) => w.state === 'running'),
      );
      expect(state.work).toMatchObject([{ id: before, state: 'running' }]);
      expect((await engine.containers()).map((c) => `${c.Id} ${c.State}`)).toEqual(containers);
    });

    it('gives the GPU back at once, and the job runs again on another computer', async () => {
      const garage = await tailnet.add('garage', { key: await tailnet.headscale.mintKey(), shieldsUp: true });
      const second = await pool.addClient(garage, { 'gpu-count': '1' });
      await sharer.did('pause', '--now');
      const state = await sharer.status();
      expect(state.node).toMatchObject({ kind: 'paused', ends: 'owner' });
      const mine = await ours();
      const moved = await until(
        'the job on the other computer',
        async () =>
          (await pool.allocations('first')).find(
            (a) => a.NodeID === second.nodeId && a.ClientStatus === 'running',
          ),
        { withinMs: 90_000 },
      );
      expect(moved.NodeID).not.toBe(mine);
      expect(await sharer.did('work', '--json')).toContain('"moved"');
      await pool.purge('first');
      // A server that comes back trusts a silent computer for minutes: it is to get no more work.
      await pool.setEligible(second.nodeId, false);
      await second.stop();
    });

    it('opens again, and earned something that explains itself', async () => {
      await sharer.did('resume');
      await sharer.until('sharing', (s) => s.node.kind === 'sharing');
      expect(await isOpen()).toBe(true);
      const earned = JSON.parse(await sharer.did('earnings', '--json')) as { micros: number };
      expect(earned.micros, JSON.stringify(earned)).toBeGreaterThan(0);
    });

    it("shows an operator's drain, and resume does not undo it", async () => {
      const id = await ours();
      await pool.drain(id, 'soft');
      await sharer.until(
        "the operator's pause",
        (s) => s.node.kind === 'paused' && s.node.ends === 'operator',
      );
      await sharer.did('resume');
      await new Promise((resolve) => setTimeout(resolve, 3000));
      expect(await isOpen()).toBe(false);
      await pool.drain(id, null, true);
      await sharer.until('sharing', (s) => s.node.kind === 'sharing');
    });

    it('leaves an ineligibility that was there before our pause', async () => {
      const id = await ours();
      await pool.setEligible(id, false);
      await sharer.until(
        "the operator's pause",
        (s) => s.node.kind === 'paused' && s.node.ends === 'operator',
      );
      await sharer.did('pause', '--now');
      await sharer.did('resume');
      await new Promise((resolve) => setTimeout(resolve, 4000));
      expect(await isOpen()).toBe(false);
      await pool.setEligible(id, true);
      await sharer.until('sharing', (s) => s.node.kind === 'sharing');
    });

    it('frees the GPU with the servers out of reach', async () => {
      await pool.submit(batchJob({ id: 'silent', image: testImage, script: untilTold }));
      await sharer.until('the job', (s) => s.work.some((w) => w.state === 'running'));
      await pool.interrupt();
      await sharer.did('pause', '--now');
      expect((await sharer.status()).node.kind).toBe('paused');
      expect((await engine.containers()).filter((c) => c.State === 'running')).toEqual([]);
      await pool.resume();
      await pool.purge('silent');
      await sharer.did('resume');
      await sharer.until('sharing', (s) => s.node.kind === 'sharing', 120_000);
    });

    it('leaves nothing behind, also of a job that wrote as root and of an agent that was killed', async () => {
      await pool.submit(
        batchJob({
          id: 'rooted',
          image: testImage,
          script:
            'mkdir -p /alloc/data/deep /local/deep; echo x > /alloc/data/deep/f; echo x > /local/deep/f; chmod -R 700 /alloc/data/deep; trap "exit 0" TERM; sleep 600 & wait',
        }),
      );
      await sharer.until('the job', (s) => s.work.some((w) => w.job === 'rooted' && w.state === 'running'));
      const agent = (await sharer.owner.processes()).find((p) => p.command.includes('nomad agent'))!;
      process.kill(agent.pid, 'SIGKILL');
      await sharer.did('leave');
      expect((await sharer.status()).node.kind).toBe('new');
      expect((await sharer.node.localApi.profiles()).map((p) => p.ID)).toEqual([oldProfile]);
      expect((await sharer.node.localApi.currentProfile()).ID).toBe(oldProfile);
      expect((await sharer.node.localApi.prefs())['OperatorUser'] ?? '').toBe('');
      expect(await engine.containers()).toEqual([]);
      expect(await sharer.leftFiles()).not.toContain('agent');
      expect(await sharer.leftFiles()).not.toContain('secrets');
      expect(sharer.owner.elevation.asked).toHaveLength(2);
      const host = await sharer.host();
      await sharer.did('stop');
      await until('the host to end', () => !isAlive(host));
      expect(await sharer.owner.processes()).toEqual([]);
    });
  },
);
