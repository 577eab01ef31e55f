/**
 * How a word may look in a file: as it is, in JSON (and in JSON within JSON), in an address, each of its lines, and (`deep`)
 * in base64 at whatever place of a longer text, and in hex.
 */
export function formsOf(word: string, deep: boolean): readonly string[] {
  const lines = word.split(/\r?\n/).map((line) => line.trim());
  const parts =
    lines.length > 1
      ? [word, ...lines.filter((line) => line.length >= 16 && !line.startsWith('-----'))]
      : [word];
  const forms = parts.flatMap((part) => {
    const json = JSON.stringify(part).slice(1, -1);
    const plain = [part, json, JSON.stringify(json).slice(1, -1), encodeURIComponent(part)];
    return deep ? [...plain, ...encoded(part)] : plain;
  });
  return [...new Set(forms)];
}

/** Shorter cores would be found by chance. */
const shortestCore = 8;

function encoded(text: string): readonly string[] {
  const bytes = utf8(text);
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  // Where a word begins within a group of three bytes decides its letters: what its neighbours have no part in is the same.
  const cores = [0, 1, 2].map((before) => {
    const padded = [...Array.from<number>({ length: before }).fill(0), ...bytes];
    const whole = base64(padded);
    const from = before === 0 ? 0 : before + 1;
    const to = Math.floor((padded.length * 8) / 6);
    return whole.slice(from, to);
  });
  const urlSafe = cores.map((core) => core.replaceAll('+', '-').replaceAll('/', '_'));
  return [...cores, ...urlSafe, hex, hex.toUpperCase()].filter((form) => form.length >= shortestCore);
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64(bytes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (const shift of [18, 12, 6, 0]) text += alphabet.charAt((group >> shift) & 63);
  }
  return text;
}

function utf8(text: string): readonly number[] {
  const escapes = encodeURIComponent(text).matchAll(/%([0-9A-F]{2})|([^%])/g);
  return [...escapes].map(([, hex, plain]) =>
    hex === undefined ? (plain ?? '').charCodeAt(0) : Number.parseInt(hex, 16),
  );
}
