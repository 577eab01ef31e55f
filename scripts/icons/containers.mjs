// The icon files of Windows and macOS: both hold PNGs of several sizes.

/** Types of an .icns entry by the pixels of its PNG. */
const icnsTypes = { 16: 'icp4', 32: 'icp5', 64: 'icp6', 128: 'ic07', 256: 'ic08', 512: 'ic09' };

/** An .ico of the pictures (size → PNG) up to 256 pixels. */
export function ico(pictures) {
  const held = [...pictures].filter(([size]) => size <= 256);
  const head = Buffer.alloc(6 + 16 * held.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(held.length, 4);
  let offset = head.length;
  held.forEach(([size, png], i) => {
    const at = 6 + 16 * i;
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png.length;
  });
  return Buffer.concat([head, ...held.map(([, png]) => png)]);
}

/** An .icns of the pictures (size → PNG). */
export function icns(pictures) {
  const entries = [...pictures].flatMap(([size, png]) => {
    if (!icnsTypes[size]) return [];
    const head = Buffer.alloc(8);
    head.write(icnsTypes[size], 'latin1');
    head.writeUInt32BE(png.length + 8, 4);
    return [head, png];
  });
  const body = Buffer.concat(entries);
  const head = Buffer.alloc(8);
  head.write('icns', 'latin1');
  head.writeUInt32BE(body.length + 8, 4);
  return Buffer.concat([head, body]);
}
