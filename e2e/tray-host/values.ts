/** A type as the bus library parses it: `a{sv}` is `{ type: 'a', child: [{ type: '{', child: […] }] }`. */
interface BusType {
  readonly type: string;
  readonly child: readonly BusType[];
}

/** A value that carries its type. */
export type Variant = readonly [readonly BusType[], readonly unknown[]];

/** A dictionary of variants as it arrives. */
export type VariantPairs = readonly (readonly [string, Variant])[];

/** The plain value of a variant. */
export function plain([types, values]: Variant): unknown {
  return plainOf(types[0], values[0]);
}

/** The plain object of a dictionary of variants. */
export function plainObject(pairs: VariantPairs): Record<string, unknown> {
  return Object.fromEntries(pairs.map(([name, value]) => [name, plain(value)]));
}

function plainOf(type: BusType | undefined, value: unknown): unknown {
  if (type === undefined) return value;
  if (type.type === 'v') return plain(value as Variant);
  if (!Array.isArray(value)) return value;
  const [child] = type.child;
  if (type.type === 'a' && child?.type === '{') {
    const pairs = value as [string, unknown][];
    return Object.fromEntries(pairs.map(([name, one]) => [name, plainOf(child.child[1], one)]));
  }
  if (type.type === 'a') return value.map((one) => plainOf(child, one));
  if (type.type === '(') return value.map((one, index) => plainOf(type.child[index], one));
  return value;
}
