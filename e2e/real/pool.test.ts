import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nomadProgram, tailnetPrograms, titled } from './availability.ts';
import { dockerAvailable, type DockerEngine, startDocker, testImage } from './docker.ts';
import { batchJob, type Pool, startPool } from './pool.ts';
import { until } from './run.ts';
import { startTailnet, type Tailnet } from './tailnet.ts';

const programs = await tailnetPrograms();
const nomad = nomadProgram();
const engine = await dockerAvailable();
const ready = programs.ok && nomad.ok && engine.ok;

describe.skipIf(!ready)(titled('a real pool on the tailnet', programs, nomad, engine), () => {
  let tailnet: Tailnet;
  let pool: Pool;
  let docker: DockerEngine;
  beforeAll(async () => {
    docker = await startDocker();
    tailnet = await startTailnet(programs.ok ? programs.value : '');
    pool = await startPool(tailnet, nomad.ok ? nomad.value : '');
  });
  afterAll(async () => {
    await tailnet?.stop();
    await docker?.stop();
  });

  it('runs a batch job in a container on a second computer that reaches it by RPC alone', async () => {
    const other = await tailnet.add('second', { key: await tailnet.headscale.mintKey(), shieldsUp: true });
    const client = await pool.addClient(other, { 'gpu-count': '1', 'gpu-type': 'nvidia-geforce-rtx-4090' });
    await pool.submit(batchJob({ id: 'hello', image: testImage, script: 'sleep 300' }));
    const allocation = await until('the job to run', async () =>
      (await pool.allocations('hello')).find((one) => one.ClientStatus === 'running'),
    );
    expect(allocation.NodeID).toBe(client.nodeId);
    const containers = await docker.containers();
    expect(containers.map((one) => one.Labels['com.hashicorp.nomad.alloc_id'])).toContain(allocation.ID);
    await client.stop();
    expect((await docker.containers()).length).toBe(0);
    expect(await other.processes()).toEqual([]);
  });

  it('comes back with all it knew after a power cut', async () => {
    await pool.interrupt();
    await expect(pool.request('GET', '/v1/nodes')).rejects.toThrow();
    await pool.resume();
    expect((await pool.nodes()).map((one) => one.Name)).toEqual(['second']);
  });
});
