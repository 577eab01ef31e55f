import type { Gpu } from '../../contract/app-state.ts';

/** Names the GPUs of these UUIDs in a few words; cards of the same name are told apart by their number. */
export function gpuNames(gpus: readonly Gpu[], uuids: readonly string[]): string {
  return uuids.map((uuid) => gpuName(gpus, uuid)).join(', ');
}

function gpuName(gpus: readonly Gpu[], uuid: string): string {
  const gpu = gpus.find((one) => one.uuid === uuid);
  if (gpu === undefined) return uuid.slice(0, 12);
  const short = shortGpuName(gpu.name);
  const isOnly = gpus.filter((one) => one.name === gpu.name).length === 1;
  return isOnly || gpu.index === null ? short : `${short} #${gpu.index}`;
}

/** A GPU's name without its maker's. */
export function shortGpuName(name: string): string {
  return name.replace(/^NVIDIA\s+(?:GeForce\s+)?/i, '');
}
