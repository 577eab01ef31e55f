import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessInfo, Programs, RunResult } from '../../../core/ports/world.ts';

/** A text that nvidia-smi printed (or, where no such card was at hand, is documented to print). */
export const printed = (name: string): string =>
  readFileSync(join(import.meta.dirname, `../fixtures/${name}.txt`), 'utf8');

/** An ended run. */
export const ran = (
  stdout: string,
  exitCode: number | null = 0,
  failure: RunResult['failure'] = null,
): RunResult => ({ exitCode, stdout, stderr: '', failure });

const refusal = ran("Invalid combination of input arguments. Please run 'nvidia-smi -h' for help.\n", 1);

/** A machine with a pretended nvidia-smi: what it answers to each kind of question, now and later. */
export class FakeSmi {
  gpus: RunResult = ran('');
  /** To the question for displays and parts. */
  about: RunResult = ran('');
  /** To `-L`. */
  list: RunResult = refusal;
  /** To `-q -d PIDS`. */
  all: RunResult = refusal;
  /** To `--query-compute-apps`. */
  apps: RunResult = ran('');
  /** The containers of each process there is. */
  containers = new Map<number, readonly string[]>();
  readonly asked: string[] = [];
  /** Fields that the driver does not know, in its own order of complaint. */
  refuses: string[] = [];

  readonly programs = {
    run: (program: string, args: readonly string[], { timeoutMs }: { timeoutMs: number }) => {
      this.asked.push(`${program} ${args.join(' ')} ${timeoutMs}`);
      return Promise.resolve(this.#answer(args[0] ?? ''));
    },
    process: (pid: number) => {
      const containers = this.containers.get(pid);
      return Promise.resolve(containers ? ({ pid, containers } as ProcessInfo) : null);
    },
  } as unknown as Programs;

  #answer(question: string): RunResult {
    if (question.startsWith('--query-compute-apps')) return this.apps;
    if (question === '-L') return this.list;
    if (!question.startsWith('--query-gpu=')) return this.all;
    const fields = question.slice('--query-gpu='.length).split(',');
    const refused = this.refuses.find((f) => fields.includes(f));
    if (refused) return ran(printed('refused-field').replace('power.draw', refused), 2);
    if (!fields.includes('name')) return this.about;
    if (this.refuses.length === 0) return this.gpus;
    // Its rows have the fields that were asked for, and no others.
    const all = [
      'uuid',
      'index',
      'pci.bus_id',
      'driver_version',
      'memory.total',
      'memory.used',
      'utilization.gpu',
      'temperature.gpu',
      'power.draw',
      'name',
    ];
    const rows = this.gpus.stdout
      .trimEnd()
      .split('\n')
      .map((row) =>
        row
          .split(', ')
          .filter((_, i) => fields.includes(all[i] ?? ''))
          .join(', '),
      );
    return { ...this.gpus, stdout: `${rows.join('\n')}\n` };
  }
}
