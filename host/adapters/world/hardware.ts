import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Machine } from '../../core/ports/world.ts';

const frequencies = '/sys/devices/system/cpu/cpu0/cpufreq';

/** What this machine is made of. */
export function describeHardware(): NonNullable<Machine['hardware']> {
  return { cores: availableParallelism(), mhz: ratedMhz(), memoryMib: Math.floor(totalmem() / 1_048_576) };
}

/** What one core is rated at: a present speed would differ at each start, and the pool's program restart for it. */
function ratedMhz(): number {
  const rated = readKhz('base_frequency') ?? readKhz('cpuinfo_max_freq');
  const mhz = rated === null ? (cpus()[0]?.speed ?? 0) : rated / 1_000;
  return mhz > 0 ? Math.round(mhz / 100) * 100 : 2_000;
}

function readKhz(name: string): number | null {
  try {
    const khz = Number(readFileSync(`${frequencies}/${name}`, 'utf8'));
    return khz > 0 ? khz : null;
  } catch {
    return null;
  }
}
