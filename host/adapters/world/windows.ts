import { execFileSync } from 'node:child_process';
import { execa } from 'execa';
import { z } from 'zod';
import type { ProcessInfo } from '../../core/ports/world.ts';
import type { ProcessTable } from './programs.ts';

/** Windows tells of its processes by CIM; which files they have open it tells nobody without rights. */
export const processTable: ProcessTable = {
  process: async (pid) => (await list(`-Filter 'ProcessId=${pid}'`))[0] ?? null,
  processes: () => list(''),
  touches: async (pid, folder) => {
    const executable = (await processTable.process(pid))?.executable?.toLowerCase();
    return executable?.startsWith(`${folder.toLowerCase().replace(/[\\/]+$/, '')}\\`) === true;
  },
};

const shell = ['-NoProfile', '-NonInteractive', '-Command'] as const;

/** The machine's boot. */
export const bootId = (): string =>
  execFileSync(
    'powershell.exe',
    [...shell, '(Get-CimInstance Win32_OperatingSystem).LastBootUpTime.ToFileTimeUtc()'],
    { encoding: 'utf8', windowsHide: true },
  ).trim();

/** Where tailscaled listens. */
export const tailscaledSockets: readonly [string, ...string[]] = [
  '\\\\.\\pipe\\ProtectedPrefix\\Administrators\\Tailscale\\tailscaled',
];

async function list(filter: string): Promise<readonly ProcessInfo[]> {
  const query =
    `Get-CimInstance Win32_Process ${filter} | Select-Object ProcessId,ParentProcessId,ExecutablePath,CommandLine,` +
    `@{n='Started';e={"$($_.CreationDate.ToFileTimeUtc())"}} | ConvertTo-Json -Compress`;
  const { stdout } = await execa('powershell.exe', [...shell, query], { reject: false, timeout: 20_000 });
  return parseProcesses(stdout ?? '');
}

const row = z.object({
  ProcessId: z.number(),
  ParentProcessId: z.number(),
  ExecutablePath: z.string().nullish(),
  CommandLine: z.string().nullish(),
  Started: z.string(),
});

/** Reads the listing: an array, one object where one process was found, or nothing. */
export function parseProcesses(json: string): readonly ProcessInfo[] {
  if (json.trim() === '') return [];
  const rows = z.union([z.array(row), row.transform((one) => [one])]).parse(JSON.parse(json));
  return rows.map((one) => ({
    pid: one.ProcessId,
    parent: one.ParentProcessId,
    startTime: one.Started,
    executable: one.ExecutablePath ?? null,
    // The system keeps one string; how it is split is each program's own affair.
    command: one.CommandLine?.split(' ') ?? [],
    containers: [],
    zombie: false,
  }));
}
