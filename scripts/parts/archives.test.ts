import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { extractFile, listPackage } from '@electron/asar';
import { afterAll, expect, test } from 'vitest';
import { unzip, writeAsar } from './archives.mjs';

const folder = mkdtempSync(join(tmpdir(), 'rigshare-archives-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A zip of deflated files, written by hand: no zip program need be there. */
function zipOf(files: Readonly<Record<string, { text: string; mode: number }>>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, { text, mode }] of Object.entries(files)) {
    const data = zlib.deflateRawSync(text);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE((0o100000 | mode) * 0x10000, 38);
    entry.writeUInt32LE(offset, 42);
    const body = Buffer.concat([local, Buffer.from(name), data]);
    offset += body.length;
    bodies.push(body);
    directory.push(entry, Buffer.from(name));
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, listed, end]);
}

test('unpacks the files that are given a place, with their modes, and leaves the others out', () => {
  const zip = join(folder, 'some.zip');
  writeFileSync(
    zip,
    zipOf({ 'in/program': { text: 'run me', mode: 0o755 }, 'in/left-out': { text: 'no', mode: 0o644 } }),
  );
  unzip(zip, (name: string) => (name === 'in/program' ? join(folder, 'unpacked/program') : undefined));
  expect(readFileSync(join(folder, 'unpacked/program'), 'utf8')).toBe('run me');
  expect(statSync(join(folder, 'unpacked/program')).mode & 0o777).toBe(0o755);
  expect(() => statSync(join(folder, 'unpacked/left-out'))).toThrow();
});

test('says that a file is no zip', () => {
  const file = join(folder, 'no.zip');
  writeFileSync(file, 'hello');
  expect(() => unzip(file, () => undefined)).toThrow('not a zip file');
});

test('writes an asar that the real reader reads', () => {
  const from = mkdtempSync(join(folder, 'app-'));
  writeFileSync(join(from, 'main.mjs'), 'export {};\n');
  writeFileSync(join(from, 'package.json'), '{"name":"x"}');
  const file = join(folder, 'app.asar');
  writeAsar(from, file);
  expect(listPackage(file, { isPack: false }).sort()).toEqual(['/main.mjs', '/package.json']);
  expect(extractFile(file, 'package.json').toString()).toBe('{"name":"x"}');
});
