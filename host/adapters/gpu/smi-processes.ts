import type { GpuProcess, GpuSample } from '../../core/ports/gpus.ts';
import type { RunResult } from '../../core/ports/world.ts';
import { busIdOf, linesOf, numberOf, textOf } from './smi-text.ts';

/** A process that the driver names, before its containers are looked up. */
export type NamedProcess = Omit<GpuProcess, 'containers'>;

/** What the driver says of processes: a list, that it does not tell, or nothing that can be read. */
export type ProcessList = readonly NamedProcess[] | 'untold' | 'unreadable';

/** Asks for every process, graphics ones too (a game; a job that renders), which the list below leaves out. */
export const allProcessesArgs = ['-q', '-d', 'PIDS'] as const;

/** Asks for the processes that compute. */
export const computeProcessesArgs = [
  '--query-compute-apps=gpu_uuid,pid,process_name,used_gpu_memory',
  '--format=csv,noheader,nounits',
] as const;

/** Reads `nvidia-smi -q -d PIDS`: under each card "Processes : None", or its processes. */
export function readAllProcesses({ exitCode, stdout }: RunResult, gpus: readonly GpuSample[]): ProcessList {
  const sections = stdout.split(/^GPU (?=[0-9A-Fa-f]{4,8}:)/m).slice(1);
  if (exitCode !== 0 || sections.length === 0) return 'unreadable';
  const lists = sections.map((section) => readSection(section, gpus));
  if (lists.includes('unreadable')) return 'unreadable';
  if (lists.includes('untold')) return 'untold';
  return merged(lists.flatMap((list) => (typeof list === 'string' ? [] : list)));
}

/** Reads the list of processes that compute; the name is what lies between, for it may hold commas. */
export function readComputeProcesses({ exitCode, stdout }: RunResult): ProcessList {
  const lines = linesOf(stdout);
  const found = lines.map((line): NamedProcess | null => {
    const [, gpu = '', pid = '', name = '', used = ''] =
      /^((?:GPU|MIG)-[^,]+),\s*(\d+),\s*(.*),\s*([^,]*)$/.exec(line.trim()) ?? [];
    return gpu === '' ? null : { gpu, pid: Number(pid), name: nameOf(name), usedMib: numberOf(used) };
  });
  const good = found.filter((p) => p !== null);
  if (good.length > 0) return merged(good);
  if (exitCode !== 0) return 'unreadable';
  return lines.length === 0 ? [] : 'untold';
}

function readSection(section: string, gpus: readonly GpuSample[]): ProcessList {
  const lines = section.split(/\r?\n/);
  const busId = busIdOf(lines[0] ?? '');
  const gpu = gpus.find((g) => g.busId === busId)?.uuid;
  const start = lines.findIndex((line) => /^\s+Processes\s*(?::|$)/.test(line));
  if (gpu === undefined || start < 0) return 'unreadable';
  const inline = valueOf(lines[start] ?? '');
  if (inline !== null) return inline === 'None' ? [] : 'untold';
  const found: { pid: number; name: string; usedMib: number | null }[] = [];
  for (const line of lines.slice(start + 1)) {
    const value = valueOf(line);
    if (value === null) continue;
    const last = found.at(-1);
    if (/^\s+Process ID\s/.test(line) && /^\d+$/.test(value))
      found.push({ pid: Number(value), name: '', usedMib: null });
    else if (last && /^\s+Name\s/.test(line)) last.name = nameOf(value);
    else if (last && /^\s+Used GPU Memory\s/.test(line)) last.usedMib = numberOf(value);
  }
  return found.length === 0 ? 'unreadable' : found.map((p) => ({ gpu, ...p }));
}

const valueOf = (line: string): string | null => /:\s(.*)$/.exec(line)?.[1]?.trim() ?? null;

const nameOf = (text: string): string => textOf(text) ?? '';

/** One process that both computes and draws may be named twice; it holds the larger of its figures. */
function merged(processes: readonly NamedProcess[]): readonly NamedProcess[] {
  const byKey = new Map<string, NamedProcess>();
  for (const p of processes) {
    const key = `${p.gpu} ${p.pid}`;
    const before = byKey.get(key);
    const usedMib = before?.usedMib == null ? p.usedMib : Math.max(before.usedMib, p.usedMib ?? 0);
    byKey.set(key, { ...(before ?? p), usedMib });
  }
  return [...byKey.values()];
}
