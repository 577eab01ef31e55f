const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Text to base64url of its UTF-8 bytes, without padding. Here because this folder knows neither Node nor the DOM. */
export function toBase64Url(text: string): string {
  const bytes = utf8(text);
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.slice(i, i + 3);
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    out += alphabet[bits >> 18]! + alphabet[(bits >> 12) & 63]!;
    if (b !== undefined) out += alphabet[(bits >> 6) & 63]!;
    if (c !== undefined) out += alphabet[bits & 63]!;
  }
  return out;
}

/** Base64url back to text; null where it is no base64url of UTF-8. */
export function fromBase64Url(encoded: string): string | null {
  if (!/^[A-Za-z0-9_-]*$/.test(encoded) || encoded.length % 4 === 1) return null;
  let percent = '';
  let bits = 0;
  let held = 0;
  for (const c of encoded) {
    bits = ((bits << 6) | alphabet.indexOf(c)) & 0xfff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    percent += `%${((bits >> held) & 255).toString(16).padStart(2, '0')}`;
  }
  try {
    return decodeURIComponent(percent);
  } catch {
    return null;
  }
}

function utf8(text: string): readonly number[] {
  return [...encodeURIComponent(text).matchAll(/%([0-9A-F]{2})|(.)/g)].map(([, hex, char]) =>
    hex === undefined ? char!.charCodeAt(0) : Number.parseInt(hex, 16),
  );
}
