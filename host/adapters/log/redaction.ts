const redacted = '[redacted]';
const secretKey =
  /secret|token|password|passphrase|authorization|cookie|credential|(?:^|auth|private|tls|api|node|machine)[-_]?key$/i;
/** What is a secret wherever it stands: sign-in keys of Tailscale and Headscale, private keys. */
const secretShapes = [
  /\b(?:tskey|hskey|nodekey|privkey)[-:][\w:-]+/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----/g,
];
const deepest = 6;

/** Keeps secrets out of the log: by the key they stand under, by their shape, and by what they are. */
export interface Redaction {
  /** Fields as JSON can say them, without what stands under a secret's key. */
  fields(fields: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** A finished line without the known secrets. */
  line(text: string): string;
  /** From now on this text is known. */
  learn(secret: string): void;
}

/** A redaction that knows no secret yet. */
export function createRedaction(): Redaction {
  // Longest first, so that a secret that is part of another leaves no rest of it.
  let known: readonly string[] = [];
  return {
    fields: (fields) => cleanObject(fields, deepest),
    line: (text) => {
      let clean = text;
      for (const secret of known) clean = clean.replaceAll(secret, redacted);
      for (const shape of secretShapes) clean = clean.replace(shape, redacted);
      return clean;
    },
    learn: (secret) => {
      const all = new Set([...known, ...forms(secret)]);
      known = [...all].sort((a, b) => b.length - a.length);
    },
  };
}

/** How a secret may look in a line of JSON: as it is, in a URL, and each line of one that has several. */
function forms(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).filter((l) => l.length >= 16 && !l.startsWith('-----'));
  return [secret.trim(), ...lines]
    .filter((text) => text !== '')
    .flatMap((text) => {
      const json = JSON.stringify(text).slice(1, -1);
      return [json, encodeURIComponent(text), JSON.stringify(json).slice(1, -1)];
    });
}

function cleanObject(object: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]: [string, unknown]) => [
      key,
      secretKey.test(key) && value !== null && value !== undefined ? redacted : clean(value, depth - 1),
    ]),
  );
}

function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? '[function]' : value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (depth <= 0) return '[deeper]';
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    return {
      ...cleanObject(value, depth),
      name,
      message,
      stack,
      ...(cause === undefined ? {} : { cause: clean(cause, depth - 1) }),
    };
  }
  if (Array.isArray(value)) return value.map((v: unknown) => clean(v, depth - 1));
  if (value instanceof Map || value instanceof Set) return clean([...value], depth);
  return cleanObject(value, depth);
}
