import type { Configuration } from '../../contract/configuration.ts';
import type { LogChunk, LogStream } from '../../contract/logs.ts';

/** What the job on show writes. */
export function jobLogs(at: number): Readonly<Record<LogStream, readonly LogChunk[]>> {
  const chunk = (text: string): LogChunk => ({ task: 'fold', text, at, skipped: 0 });
  return {
    stdout: [
      chunk('loading weights\nstep 1/400 loss 0.931\n'),
      chunk('step 2/400 loss 0.902\nstep 3/400 loss 0.877\n'),
    ],
    stderr: [chunk('warning: the cache is cold\n')],
  };
}

/** How the pool's program is set up, and what keeping a card would change. */
export const configuration: Configuration = {
  version: '2.0.5',
  lines: [
    { key: 'name', value: 'quiet-otter-4821' },
    { key: 'client.meta.gpu-count', value: '2' },
    { key: 'plugin.docker.config.allow_privileged', value: 'false' },
  ],
  pending: {
    why: ['gpus'],
    lines: [
      { key: 'client.meta.gpu-count', from: '2', to: '1' },
      { key: 'plugin.nomad-device-nvidia.config.ignored_gpu_ids', from: null, to: 'GPU-2' },
    ],
    at: null,
  },
};
