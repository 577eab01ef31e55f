import { crc32, deflateRawSync } from 'node:zlib';

/** One file of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly data: Uint8Array;
  /** With the file's kind, as on Unix; by default a plain file that may be run. */
  readonly mode?: number;
}

/** An archive of these files, as `zip` makes it. */
export function zipOf(entries: readonly ZipEntry[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const packed = deflateRawSync(entry.data);
    const local = header(localFields, entry, packed.byteLength);
    directory.push(header(centralFields, entry, packed.byteLength, at));
    parts.push(local, packed);
    at += local.byteLength + packed.byteLength;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listing.byteLength, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, listing, end]);
}

const localFields = { signature: 0x04034b50, madeBy: false } as const;
const centralFields = { signature: 0x02014b50, madeBy: true } as const;

/** A file's header before its data (30 bytes and its name), or in the listing at the end (46 and its name). */
function header(
  { signature, madeBy }: typeof localFields | typeof centralFields,
  { name, data, mode = 0o100755 }: ZipEntry,
  packedBytes: number,
  offset = 0,
): Buffer {
  const encoded = Buffer.from(name);
  const fields = Buffer.alloc(madeBy ? 46 : 30);
  fields.writeUInt32LE(signature, 0);
  // Made on Unix (3), so that the mode counts.
  if (madeBy) fields.writeUInt16LE((3 << 8) | 20, 4);
  const from = madeBy ? 6 : 4;
  fields.writeUInt16LE(20, from);
  fields.writeUInt16LE(8, from + 4);
  fields.writeUInt32LE(crc32(data), from + 10);
  fields.writeUInt32LE(packedBytes, from + 14);
  fields.writeUInt32LE(data.byteLength, from + 18);
  fields.writeUInt16LE(encoded.byteLength, from + 22);
  if (madeBy) {
    fields.writeUInt32LE((mode << 16) >>> 0, 38);
    fields.writeUInt32LE(offset, 42);
  }
  return Buffer.concat([fields, encoded]);
}
