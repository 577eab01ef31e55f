import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nomadProgram, tailnetPrograms, titled } from '../../../e2e/real/availability.ts';
import { dockerAvailable, startDocker, testImage, type DockerEngine } from '../../../e2e/real/docker.ts';
import { batchJob, startPool, type Pool } from '../../../e2e/real/pool.ts';
import { until } from '../../../e2e/real/run.ts';
import { Sharer } from '../../../e2e/real/sharer.ts';
import { startTailnet, type Tailnet } from '../../../e2e/real/tailnet.ts';

const programs = await tailnetPrograms();
const nomad = nomadProgram();
const docker = await dockerAvailable();
const here = programs.ok && nomad.ok && docker.ok;

/** After three pauses that no broker answered the host no longer waits for one. */
const withoutBroker = 3;
const times = Number(process.env['RIGSHARE_PAUSES'] ?? 5);
/** A task that exits at SIGTERM. */
const untilTold = 'trap "exit 0" TERM; sleep 600 & wait';

describe.skipIf(!here)(titled('a pause with a real pool', programs, nomad, docker), () => {
  let tailnet: Tailnet;
  let pool: Pool;
  let engine: DockerEngine;
  let sharer: Sharer;

  beforeAll(async () => {
    engine = await startDocker();
    tailnet = await startTailnet(programs.ok ? programs.value : '');
    pool = await startPool(tailnet, nomad.ok ? nomad.value : '');
    sharer = await Sharer.at(await tailnet.add('rig'), engine.group);
    await sharer.did('join', '--accept', await sharer.invite(await invite(tailnet)));
    await opened();
  });
  afterAll(async () => {
    await sharer?.did('leave').catch(() => '');
    await sharer?.did('stop').catch(() => '');
    await tailnet?.stop();
    await engine?.stop();
  });

  const opened = () => sharer.until('sharing', ({ node }) => node.kind === 'sharing', 120_000);
  /** Whether a task of this allocation runs; the engine may have other work. */
  const runs = async (allocation: string) =>
    (await engine.containers()).some(
      ({ State, Labels }) => State === 'running' && Labels['com.hashicorp.nomad.alloc_id'] === allocation,
    );

  /** Milliseconds from a command to a machine on which no task runs; the job is started before and purged after. */
  const measure = async (job: string, command: () => Promise<unknown>): Promise<number> => {
    await pool.submit(batchJob({ id: job, image: testImage, script: untilTold }));
    const [allocation] = await until('the job to be placed', async () => {
      const placed = await pool.allocations(job);
      return placed.length > 0 && placed;
    });
    const { ID } = allocation ?? { ID: '' };
    await until('its container', () => runs(ID), { withinMs: 60_000 });
    await sharer.until('the job', ({ work }) => work.some(({ state }) => state === 'running'));
    const startedAt = performance.now();
    const done = command();
    await until('no container', async () => !(await runs(ID)), { withinMs: 60_000, everyMs: 15 });
    const took = performance.now() - startedAt;
    await done;
    await pool.purge(job);
    return took;
  };

  test('is measured against the pool’s own command', async () => {
    const pauseMs: number[] = [];
    for (let i = 0; i < withoutBroker + times; i += 1) {
      pauseMs.push(await measure(`pause-${i}`, () => sharer.did('pause', '--now')));
      await sharer.did('resume');
      await opened();
    }
    const drainMs: number[] = [];
    for (let i = 0; i < times; i += 1) {
      drainMs.push(await measure(`drain-${i}`, () => drainItself(sharer, pool.tokens.management)));
      const rig = (await pool.nodes()).find(({ Name }) => Name === 'rig');
      await pool.drain(rig?.ID ?? '', null, true);
      await opened();
    }
    const measured = {
      firstMs: pauseMs.slice(0, withoutBroker),
      pauseMs: pauseMs.slice(withoutBroker),
      drainMs,
    };
    expect(measured.pauseMs).toHaveLength(times);
    writeFileSync(process.env['RIGSHARE_MEASURED'] ?? '/dev/stdout', JSON.stringify(measured));
  });
});

/** What an operator would type on the machine itself; it loses batch work. */
async function drainItself(sharer: Sharer, token: string): Promise<void> {
  const agent = (await sharer.owner.processes()).find(({ command }) => command.includes('nomad agent'));
  const config = /-config[= ](\S+)/.exec(agent?.command ?? '')?.[1] ?? '';
  const { ports } = JSON.parse(readFileSync(config, 'utf8')) as { ports: { http: number } };
  const address = `-address=http://127.0.0.1:${ports.http}`;
  const drain = ['node', 'drain', '-self', '-enable', '-force', '-yes', address, `-token=${token}`];
  const { code, stderr } = await sharer.node.run([nomad.ok ? nomad.value : '', ...drain], {
    timeoutMs: 60_000,
  });
  expect(code, stderr).toBe(0);
}

async function invite({ headscale }: Tailnet) {
  const prices = { currency: 'EUR', perGpuHour: { default: 300_000 } };
  return {
    rigshare: 1,
    pool: { id: 'bench', name: 'Bench pool', operator: 'Wei', contact: 'wei@bench.example', prices },
    tailnet: { controlUrl: headscale.url, authKey: await headscale.mintKey(), tag: 'tag:nomad-client' },
    nomad: { nodeName: 'rig', nodePool: 'contrib', servers: [{ host: 'server' }], minimumVersion: '2.0.4' },
  };
}
