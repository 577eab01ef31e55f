/** Whether version a is older than b (x.y.z; what follows is ignored). */
export function olderThan(a: string, b: string): boolean {
  const [left, right] = [a, b].map((v) => (/^\d+(?:\.\d+)*/.exec(v)?.[0] ?? '0').split('.').map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
