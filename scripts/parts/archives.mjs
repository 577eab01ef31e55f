// The two archive formats that preparing Electron needs: reading a plain zip, writing a flat asar.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const endOfDirectory = Buffer.from('PK\x05\x06');
const directoryEntry = 0x02014b50;
const deflated = 8;

function reader(fd) {
  return (position, length) => {
    const bytes = Buffer.allocUnsafe(length);
    fs.readSync(fd, bytes, 0, length, position);
    return bytes;
  };
}

/** The files a zip lists: name, where its data begins, how it is packed, its mode. */
function* entries(read, size) {
  const tailAt = Math.max(0, size - 65_557);
  const tail = read(tailAt, size - tailAt);
  const end = tail.lastIndexOf(endOfDirectory);
  if (end < 0) throw new Error('not a zip file');
  const directory = read(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  let at = 0;
  while (at + 46 <= directory.length && directory.readUInt32LE(at) === directoryEntry) {
    const nameLength = directory.readUInt16LE(at + 28);
    yield {
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      packedBytes: directory.readUInt32LE(at + 20),
      mode: (directory.readUInt32LE(at + 38) >>> 16) & 0o777 || 0o644,
      offset: directory.readUInt32LE(at + 42),
    };
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
}

/** Unpacks what `placeOf(name)` gives a path for; other entries are left out. No zip64, no encryption. */
export function unzip(file, placeOf) {
  const fd = fs.openSync(file, 'r');
  try {
    const read = reader(fd);
    for (const entry of entries(read, fs.fstatSync(fd).size)) {
      const place = placeOf(entry.name);
      if (!place) continue;
      const local = read(entry.offset, 30);
      const dataAt = entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
      const data = read(dataAt, entry.packedBytes);
      fs.mkdirSync(path.dirname(place), { recursive: true });
      fs.writeFileSync(place, entry.method === deflated ? zlib.inflateRawSync(data) : data);
      fs.chmodSync(place, entry.mode);
    }
  } finally {
    fs.closeSync(fd);
  }
}

/** Packs the files of a folder without subfolders into an asar. */
export function writeAsar(folder, file) {
  const files = {};
  const bodies = [];
  let offset = 0;
  for (const name of fs.readdirSync(folder).sort()) {
    const body = fs.readFileSync(path.join(folder, name));
    files[name] = { size: body.length, offset: String(offset) };
    offset += body.length;
    bodies.push(body);
  }
  const index = Buffer.from(JSON.stringify({ files }));
  const padded = Math.ceil(index.length / 4) * 4;
  const head = Buffer.alloc(16 + padded);
  [4, padded + 8, padded + 4, index.length].forEach((value, i) => head.writeUInt32LE(value, i * 4));
  index.copy(head, 16);
  fs.writeFileSync(file, Buffer.concat([head, ...bodies]));
}
