import { formsOf } from './forms.ts';

/** What a word in the report stands for. */
export type Kind =
  | 'secret'
  | 'key'
  | 'token'
  | 'sign-in'
  | 'mail'
  | 'home'
  | 'user'
  | 'computer'
  | 'name'
  | 'job'
  | 'program'
  | 'image'
  | 'address'
  | 'mac'
  | 'id'
  | 'hash';

/** A word that is known to tell who somebody is, or to open something. */
export interface Known {
  readonly kind: Kind;
  readonly word: string;
}

/** Takes out of a text what tells who somebody is or opens something. */
export interface Redaction {
  text(text: string): string;
}

/** Secrets are replaced wherever they stand; names only where they stand alone, so that "ad" does not eat "load". */
const anywhere: ReadonlySet<Kind> = new Set<Kind>(['secret', 'key', 'token', 'home']);

/** Shorter ones would be found by chance in everything. */
const shortest = 2;

/** A redaction that knows these words; the same word gets the same stand-in in every file, so that a report stays readable. */
export function createRedaction(known: readonly Known[]): Redaction {
  const standIn = numbering();
  const words = known
    .filter(({ word }) => word.trim().length >= shortest)
    .flatMap(({ kind, word }) =>
      formsOf(word.trim(), anywhere.has(kind)).map((form) => ({ kind, word: word.trim(), form })),
    )
    .toSorted((a, b) => b.form.length - a.form.length);
  const rules = words.map(({ kind, word, form }) => ({
    deep: anywhere.has(kind),
    pattern: anywhere.has(kind)
      ? new RegExp(escaped(form), 'g')
      : new RegExp(`(?<![\\p{L}\\p{N}])${escaped(form)}(?![\\p{L}\\p{N}])`, 'giu'),
    stand: () => standIn(kind, word.toLowerCase()),
  }));
  const replaced = (text: string, deep: boolean): string =>
    rules
      .filter((rule) => rule.deep === deep)
      .reduce((t, { pattern, stand }) => t.replace(pattern, stand), text);
  const shaped = (text: string): string =>
    shapes.reduce(
      (t, { kind, pattern, spares }) =>
        t.replace(pattern, (found: string) =>
          spares?.(found) === true ? found : standIn(kind, found.toLowerCase()),
        ),
      text,
    );
  // In JSON a line's end is written with a letter, which must not count as part of the word behind it.
  const apart = (text: string): string => text.replace(/\\[nrtbf]/g, '$&\0');
  const clean = (text: string): string => shaped(replaced(text, false));
  return {
    text: (text) =>
      clean(apart(replaced(text, true)).replace(percents, (found) => cleanDecoded(found, clean))).replaceAll(
        '\0',
        '',
      ),
  };
}

/** A word as an address writes it: `%2Fhome%2Fmira`. */
const percents = /[\w.~/:@+-]*(?:%[0-9a-f]{2}[\w.~/:@+-]*)+/gi;

/** What is found only when an address is read as one is written out decoded; anything else stays as it was. */
function cleanDecoded(found: string, clean: (text: string) => string): string {
  try {
    const decoded = decodeURIComponent(found);
    const cleaned = clean(decoded);
    return cleaned === decoded ? found : cleaned;
  } catch {
    return found;
  }
}

/** `<address-1>`, `<address-2>`, … by what they stand for; secrets have no number, since even "the same one" tells something. */
function numbering(): (kind: Kind, of: string) => string {
  const seen = new Map<Kind, Map<string, number>>();
  return (kind, of) => {
    if (kind === 'secret' || kind === 'key' || kind === 'home' || kind === 'user' || kind === 'sign-in')
      return `<${kind}>`;
    const mine = seen.get(kind) ?? new Map<string, number>();
    seen.set(kind, mine);
    const number = mine.get(of) ?? mine.size + 1;
    mine.set(of, number);
    return `<${kind}-${number}>`;
  };
}

interface Shape {
  readonly kind: Kind;
  readonly pattern: RegExp;
  /** What looks like it, and tells nothing. */
  readonly spares?: (found: string) => boolean;
}

const hex = '[0-9a-f]';

/** What tells something wherever it stands, the longest first. */
const shapes: readonly Shape[] = [
  { kind: 'key', pattern: /-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----/g },
  { kind: 'token', pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g },
  { kind: 'key', pattern: /\b(?:tskey|hskey|nodekey|mkey|discokey|privkey|nlpriv|nlpub)[-:][\w:-]+/g },
  { kind: 'sign-in', pattern: /\bhttps?:\/\/[^\s"'<>]+\/(?:a|register|auth|login)\/[^\s"'<>]+/g },
  { kind: 'sign-in', pattern: /\brigshare:\/\/[^\s"'<>]+/g },
  { kind: 'mail', pattern: /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g },
  { kind: 'home', pattern: /(?:\/home\/|\/Users\/|[A-Z]:\\+Users\\+)[^/\\\s"':,;)]+/g },
  { kind: 'mac', pattern: new RegExp(`(?<![\\w:])(?:${hex}{2}:){5}${hex}{2}(?![\\w:])`, 'gi') },
  { kind: 'id', pattern: new RegExp(`\\b${hex}{8}-${hex}{4}-${hex}{4}-${hex}{4}-${hex}{12}\\b`, 'gi') },
  {
    kind: 'address',
    pattern: ipv6(),
    spares: (found) => found === '::1' || found === '::' || !/[0-9a-f]/i.test(found),
  },
  { kind: 'address', pattern: /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)/g, spares: tellsNothing },
  {
    kind: 'name',
    pattern:
      /(?<![\w.@-])(?<![^/]\/)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9](?![\w-])/gi,
    spares: isNoName,
  },
  { kind: 'hash', pattern: /(?<![\w+/=-])(?=[\w+/-]*\d)(?=[\w+/-]*[A-Za-z])[\w+/-]{40,}={0,2}(?![\w+/=-])/g },
];

function ipv6(): RegExp {
  const group = `${hex}{1,4}`;
  const forms = [
    `(?:${group}:){7}${group}`,
    `(?:${group}:){1,6}(?::${group}){1,6}`,
    `(?:${group}:){1,7}:`,
    `::(?:${group}:){0,6}${group}`,
  ];
  return new RegExp(`(?<![\\w:.])(?:${forms.join('|')})(?![\\w:])`, 'gi');
}

/** This computer's own loopback, "everywhere", and what is the same on every computer. */
function tellsNothing(found: string): boolean {
  const parts = found.split('.').map(Number);
  if (parts.some((part) => part > 255)) return true;
  return (
    parts[0] === 127 || found === '0.0.0.0' || found === '255.255.255.255' || found === '100.100.100.100'
  );
}

/** Endings of names of computers; anything else with dots is a file, a package or a part of a program. */
const endings =
  /\.(?:com|net|org|edu|gov|mil|int|info|biz|io|dev|app|ai|sh|me|xyz|cloud|page|tech|systems|example|test|local|localdomain|internal|lan|home|arpa|corp|intranet|private|[a-z]{2})$/i;
const notNames = /\.(?:go|js|ts|so|db|md|sh|rs|py|gz|to|is|id|sock|json|log)$/i;
const wellKnown =
  /(?:^|\.)(?:tailscale\.com|hashicorp\.com|nomadproject\.io|nvidia\.com|docker\.(?:io|com)|github\.com|podman\.io)$/i;

/** Parts of Nomad, as its log names them. */
const parts = /^(?:client|agent|nomad|http|worker|core)\.[a-z]+$/;

function isNoName(found: string): boolean {
  if (parts.test(found) || wellKnown.test(found) || !endings.test(found)) return true;
  // "client.gc" and "agent.js" have one dot; a name of two parts must end as names of the internet do.
  return notNames.test(found) && found.split('.').length < 3;
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
