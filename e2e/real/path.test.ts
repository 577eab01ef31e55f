import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppState } from '../../contract/app-state.ts';
import type { CheckResult } from '../../contract/checks.ts';
import { nomadProgram, tailnetPrograms, titled } from './availability.ts';
import { dockerAvailable, startDocker, testImage, type DockerEngine } from './docker.ts';
import { poolPolicy } from './headscale.ts';
import { runInside } from './network.ts';
import { batchJob, startPool, type Pool } from './pool.ts';
import { until } from './run.ts';
import { Sharer } from './sharer.ts';
import { startTailnet, type Tailnet, type TailnetNode } from './tailnet.ts';

const programs = await tailnetPrograms();
const nomad = nomadProgram();
const docker = await dockerAvailable();
const here = programs.ok && nomad.ok && docker.ok;

/** One computer that shares, and what stands between it and the pool, told in order. */
describe.skipIf(!here)(
  titled('the way to a real pool, and what a diagnosis finds on it', programs, nomad, docker),
  () => {
    let tailnet: Tailnet;
    let pool: Pool;
    let engine: DockerEngine;
    let sharer: Sharer;
    let node: TailnetNode;

    beforeAll(async () => {
      engine = await startDocker();
      tailnet = await startTailnet(programs.ok ? programs.value : '');
      pool = await startPool(tailnet, nomad.ok ? nomad.value : '');
      node = await tailnet.add('rig');
      sharer = await Sharer.at(node, engine.group);
      // Without a way out an ordinary user's netcheck sends into its own loopback.
      await runInside(node.computer.namespace, [
        'ip',
        'route',
        'add',
        'default',
        'via',
        tailnet.network.hubAddress,
      ]);
      await installTailscale(sharer, programs.ok ? programs.value : '');
      const invite = await sharer.invite({
        rigshare: 1,
        pool: { id: 'uni', name: 'Uni pool', operator: 'Wei', contact: 'wei@uni.example', prices: null },
        tailnet: {
          controlUrl: tailnet.headscale.url,
          authKey: await tailnet.headscale.mintKey(),
          tag: 'tag:nomad-client',
        },
        nomad: { nodeName: 'rig', nodePool: 'contrib', servers: [{ host: 'server' }] },
      });
      // Where the cards' plugin is to be had nowhere, joining ends with that problem; jobs without cards run all the same.
      await sharer.rigshare('join', '--accept', invite);
      await sharer.until('sharing', shares);
    });
    afterAll(async () => {
      await tailnet?.stop();
      await engine?.stop();
    });

    const examine = async (): Promise<Examined> => {
      const { code, stdout, stderr } = await sharer.rigshare('doctor', '--json');
      expect([0, 1], stderr).toContain(code);
      return { code, checks: (JSON.parse(stdout) as { checks: CheckResult[] }).checks };
    };

    it('finds nothing wrong where nothing is, but for the cards, whose plugin is not to be had here', async () => {
      const { checks } = await examine();
      expect(problemsOf(checks)).toEqual(['devices: devices-missing']);
      expect(found(checks, 'path')).toMatchObject({
        says: { key: 'check.found.direct', params: { server: 'server' } },
      });
      expect(checks.filter(({ state }) => state === 'not-applicable').map(({ id }) => id)).toEqual(
        expect.arrayContaining(['certificate', 'introduction']),
      );
      for (const id of [
        'clock',
        'names',
        'server-port',
        'udp',
        'relay',
        'node',
        'servers',
        'drivers',
        'ledger',
      ] as const)
        expect([id, found(checks, id).state]).toEqual([id, 'passed']);
    });

    it('goes by the relay where UDP is swallowed, says so, and is direct again afterwards', async () => {
      await udp(node, 'swallowed');
      try {
        const { code, checks } = await examine();
        expect(code).toBe(1);
        expect(problemsOf(checks)).toContain('udp: path-udp-blocked');
        expect(found(checks, 'path')).toMatchObject({
          state: 'passed',
          says: { key: 'check.found.relayedBy', params: { relay: 'local' } },
        });
        const state = await sharer.until('the relay shown', (s) => s.tailnet?.path === 'relayed');
        expect(shares(state)).toBe(true);
      } finally {
        await udp(node, 'let through');
      }
      expect(problemsOf((await examine()).checks)).toEqual(['devices: devices-missing']);
    });

    it('reaches the servers on 4647 and nobody on anything else, and nobody reaches it while it works', async () => {
      const other = await tailnet.add('other', { key: await tailnet.headscale.mintKey() });
      await pool.submit(batchJob({ id: 'shielded', image: testImage, script: 'sleep 600' }));
      await sharer.until('the job', (s) => s.work.some((w) => w.state === 'running'));
      const [server, peer, own] = [
        await tailnet.server.address(),
        await other.address(),
        await node.address(),
      ];
      listen(other, 4646);
      listen(node, 22_000);
      expect(await dial(node, server, 4647)).toBe('open');
      expect(await dial(node, server, 4646)).toBe('timeout');
      expect(await dial(node, peer, 4646)).not.toBe('open');
      expect(await ping(node, peer)).toBe('no matching peer');
      for (const port of [22_000, 4646]) expect(await dial(tailnet.server, own, port)).toBe('timeout');
      const state = await sharer.status();
      expect(state.work).toMatchObject([{ job: 'shielded', state: 'running' }]);
      await other.stop();
    });

    it.each([
      [
        'the policy lets another port through',
        ['server-port: server-port-closed'],
        () => tailnet.headscale.setPolicy(policyFor('tcp:4646')),
        () => tailnet.headscale.setPolicy(poolPolicy),
      ],
      [
        'the servers are down',
        ['server-port: server-port-closed', 'servers: nomad-server-lost'],
        () => pool.interrupt(),
        () => pool.resume(),
      ],
    ])('finds the right thing where %s', async (_, expected, breaks, mends) => {
      await breaks();
      try {
        const problems = await until('the diagnosis', async () => {
          const all = problemsOf((await examine()).checks);
          return expected.every((one) => all.includes(one)) ? all : undefined;
        });
        expect(problems).toEqual(expect.arrayContaining(expected));
      } finally {
        await mends();
      }
      await sharer.until('sharing again', shares);
    });

    it('makes a report in which nothing of this computer or the pool is named', async () => {
      const file = join(sharer.home, 'report.zip');
      expect(await sharer.did('report', '--out', file)).toContain('logs/nomad.log');
      const zip = unzipSync(await readFile(file));
      const text = Object.values(zip)
        .map((bytes) => Buffer.from(bytes).toString('utf8'))
        .join('\n');
      const secret = await readFile(join(sharer.home, 'data/agent/state/secret-id'), 'utf8');
      const telling = [
        secret.trim(),
        await node.address(),
        tailnet.network.hubAddress,
        sharer.owner.user.home,
        'Uni pool',
        'wei@uni',
        'server.rigshare.test',
        'shielded',
      ];
      expect(telling.filter((word) => text.includes(word))).toEqual([]);
      expect(text).toContain('<address-1>');
    });
  },
);

const shares = ({ node, notes }: AppState): boolean =>
  [node, ...notes].some(({ kind }) => kind === 'sharing');

interface Examined {
  readonly code: number | null;
  readonly checks: readonly CheckResult[];
}

const problemsOf = (checks: readonly CheckResult[]): readonly string[] =>
  checks.flatMap(({ id, problem }) => (problem === null ? [] : [`${id}: ${problem.code}`]));

const found = (checks: readonly CheckResult[], id: CheckResult['id']): CheckResult =>
  checks.find((one) => one.id === id) ?? expect.fail(`no ${id}`);

/** The owner's `tailscale`, which speaks plain HTTP to the relay of a test. */
async function installTailscale({ owner }: Sharer, folder: string): Promise<void> {
  const program = join(await owner.reach(folder), 'tailscale');
  const script = join(owner.elevation.bin, 'tailscale');
  await writeFile(script, `#!/bin/sh\nTS_DEBUG_USE_DERP_HTTP=1 exec '${program}' "$@"\n`);
  await chmod(script, 0o755);
}

/** Swallows a computer's UDP, but for what stays on it. */
async function udp({ computer }: TailnetNode, how: 'swallowed' | 'let through'): Promise<void> {
  for (const [chain, way] of [
    ['OUTPUT', '-o'],
    ['INPUT', '-i'],
  ] as const) {
    const rule = [chain, way, 'eth0', '-p', 'udp', '-j', 'DROP'];
    const { code, stderr } = await runInside(computer.namespace, [
      'iptables',
      how === 'swallowed' ? '-I' : '-D',
      ...rule,
    ]);
    expect(code, stderr).toBe(0);
  }
}

const policyFor = (ip: string) => ({
  ...poolPolicy,
  grants: [poolPolicy.grants[0], { ...poolPolicy.grants[1], ip: [ip] }],
});

const script = `
const [host, port] = process.argv.slice(1);
const socket = require('node:net').connect({ host, port: Number(port) });
const say = (word) => { process.stdout.write(word); process.exit(); };
socket.on('connect', () => say('open')).on('error', (error) => say(error.code));
setTimeout(() => say('timeout'), 2500);
`;

async function dial(from: TailnetNode, host: string, port: number): Promise<string> {
  return (await from.run([process.execPath, '-e', script, host, String(port)])).stdout;
}

function listen(on: TailnetNode, port: number): void {
  const program = `require('node:net').createServer((one) => one.end()).listen(${port}, '0.0.0.0')`;
  on.spawn([process.execPath, '-e', program], join(on.folder, `listen-${port}.log`));
}

async function ping(from: TailnetNode, address: string): Promise<string> {
  const { Err } = await from.localApi.json<{ Err: string }>('POST', `ping?ip=${address}&type=disco`);
  return Err;
}
