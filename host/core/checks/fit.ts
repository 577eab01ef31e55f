import { type Check, type CheckContext, must, passed, registered, wrong } from './check.ts';

/** What nearly every job of a pool asks for, MiB. */
const leastMemoryMib = 4_096;
const leastDiskMib = 10_240;

/** Nothing that the pool sees of this computer keeps its jobs away. Why a single job is not placed here, only the pool's operator sees. */
export const fitCheck: Check = {
  id: 'fit',
  applies: async (context) => {
    if (!(await registered(context))) return false;
    const [node, seen] = [await context.looks.node(), await context.looks.registration()];
    // Without a card or closed it gets no job anyhow, and other checks say so.
    return node.known && node.value.eligible && seen.known && seen.value.devices.some((d) => d.healthy);
  },
  run: async (context) => {
    const against = await reasonsAgainst(context);
    return against.length > 0 ? wrong('no-job-fits', against.join('\n')) : passed(null);
  },
};

async function reasonsAgainst({ looks, invite }: CheckContext): Promise<readonly string[]> {
  const { meta, memoryMib, diskMib, nodePool, datacenter } = must(
    await looks.registration(),
    'nomad-agent-silent',
  );
  const type = meta['gpu-type'] ?? 'none';
  const prices = invite?.pool.prices?.perGpuHour;
  const wanted = invite?.nomad;
  return [
    ...(prices === undefined || type in prices || 'default' in prices
      ? []
      : [`the pool lists ${Object.keys(prices).join(', ')}, this is ${type}`]),
    ...(memoryMib !== null && memoryMib < leastMemoryMib ? [`memory for jobs: ${memoryMib} MiB`] : []),
    ...(diskMib !== null && diskMib < leastDiskMib ? [`disk for jobs: ${diskMib} MiB`] : []),
    ...(wanted !== undefined && nodePool !== wanted.nodePool
      ? [`pool ${nodePool} ≠ ${wanted.nodePool}`]
      : []),
    ...(wanted !== undefined && datacenter !== wanted.datacenter
      ? [`datacenter ${datacenter} ≠ ${wanted.datacenter}`]
      : []),
  ];
}
