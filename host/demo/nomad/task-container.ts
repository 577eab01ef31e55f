import type { ContainerWanted } from '../containers.ts';
import type { Allocation, JobTask } from './model.ts';

/** What Nomad's driver has the engine run for a task; a demo job's own ways are in the task's metadata. */
export function containerOf(allocation: Allocation, task: JobTask, folder: string): ContainerWanted {
  const card = allocation.AllocatedResources.Tasks[task.Name]?.Devices?.[0]?.DeviceIDs[0];
  const { 'demo.seconds': seconds, 'demo.term-ms': term, 'demo.asks': asks } = task.Meta ?? {};
  const { command = 'python3', args = [] } = task.Config;
  return {
    name: `${task.Name}-${allocation.ID}`,
    image: task.Config.image ?? '',
    labels: { 'com.hashicorp.nomad.alloc_id': allocation.ID },
    command: [command, ...args],
    binds: [
      `${folder}/alloc:/alloc`,
      `${folder}/${task.Name}/local:/local`,
      `${folder}/${task.Name}/secrets:/secrets`,
    ],
    // Nomad hands on what a job asks of the engine.
    ...(asks === undefined ? {} : (JSON.parse(asks) as Pick<ContainerWanted, 'asks' | 'env' | 'volumes'>)),
    runMs: seconds === undefined ? null : Number(seconds) * 1000,
    exitCode: numberIn(task, 'demo.exit-code', 0),
    termMs: term === 'ignored' ? null : Number(term ?? '60'),
    gpu:
      card === undefined
        ? null
        : {
            card,
            load: {
              memoryMib: numberIn(task, 'demo.vram-mib', 4000),
              utilizationPercent: numberIn(task, 'demo.utilization', 90),
            },
          },
  };
}

/** A number in a task's metadata. */
export const numberIn = (task: JobTask, key: string, otherwise: number): number =>
  Number(task.Meta?.[key] ?? otherwise);
