/** The oldest Nomad that may run strangers' jobs: earlier ones let a job out of its container. */
export const oldestVersion = '2.0.4';

/** Compares two x.y.z: below 0 where the first is older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
